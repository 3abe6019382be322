package io.bridgehead.authn;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer, kept up to date: read when it is time, and when a token names a key that is not known. What cannot be read leaves what
 * was known, in memory, until the node ends.
 *
 * <p><b>Threads</b>: {@link #tick} from one at a time, the rest from any. One reading is under way at a time.
 *
 * <p><b>Limits</b>: unknown keys cause one reading in {@value #WANTED_MILLIS} ms; a failed one is repeated after {@value #RETRY_MILLIS} ms, then
 * after twice as long each time, up to the time of an ordinary one or a minute, what is less.
 */
@OwnedBy(Owner.ANY_THREAD)
final class JwksFeed implements AutoCloseable {
    static final long WANTED_MILLIS = 10_000;
    static final long RETRY_MILLIS = 1_000;

    private static final long RETRY_MILLIS_MAX = 60_000;
    private static final int DOUBLINGS_MAX = 16;

    private final String issuer;
    private final String source;
    private final long everyMillis;
    private final JwksReader reader;
    private final Function<byte[], JwksKeys> parsing;
    private final JwtObserver observer;
    private final AtomicReference<@Nullable CompletableFuture<@Nullable Void>> running = new AtomicReference<>();
    private volatile JwksState state = JwksState.FIRST;
    private volatile long dueMillis;
    private volatile long wantedMillis = Long.MIN_VALUE;

    /**
     * @param everyMillis from one reading to the next
     * @param parsing makes keys of what was read; throws {@link IllegalArgumentException} for what cannot be used
     */
    JwksFeed(
            String issuer,
            String source,
            long everyMillis,
            JwksReader reader,
            Function<byte[], JwksKeys> parsing,
            JwtObserver observer) {
        this.parsing = parsing;
        this.issuer = issuer;
        this.source = source;
        this.everyMillis = everyMillis;
        this.reader = reader;
        this.observer = observer;
    }

    JwksKeys keys() {
        return state.keys();
    }

    boolean hasKeys() {
        return state.readMillis() > 0;
    }

    JwksState state() {
        return state;
    }

    String source() {
        return source;
    }

    /** Reads if it is time. */
    void tick(long nowMillis) {
        if (nowMillis >= dueMillis) {
            read(nowMillis);
        }
    }

    /** Reads unless that was done just now; null then. */
    @Nullable
    CompletionStage<@Nullable Void> wanted(long nowMillis) {
        CompletableFuture<@Nullable Void> now = running.get();
        if (now != null) {
            return now;
        }
        long before = wantedMillis;
        if (before != Long.MIN_VALUE && nowMillis - before < WANTED_MILLIS) {
            return null;
        }
        wantedMillis = nowMillis;
        return read(nowMillis);
    }

    private CompletionStage<@Nullable Void> read(long nowMillis) {
        CompletableFuture<@Nullable Void> mine = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> other = running.compareAndExchange(null, mine);
        if (other != null) {
            return other;
        }
        dueMillis = nowMillis + everyMillis;
        begun().whenComplete((bytes, failure) -> {
            try {
                if (failure == null) {
                    take(bytes, nowMillis);
                } else {
                    failed(String.valueOf(cause(failure).getMessage()), nowMillis);
                }
            } finally {
                running.set(null);
                mine.complete(null);
            }
        });
        return mine;
    }

    private CompletionStage<byte[]> begun() {
        try {
            return reader.read();
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private void take(byte[] bytes, long nowMillis) {
        JwksState before = state;
        if (before.readMillis() > 0 && Arrays.equals(before.bytes(), bytes)) {
            state = before.again(nowMillis);
            return;
        }
        try {
            JwksKeys keys = parsing.apply(bytes);
            state = new JwksState(keys, bytes, nowMillis, "", 0);
            observer.keysTaken(issuer, keys.size(), source);
        } catch (RuntimeException e) {
            // whatever the library makes of it: the feed goes on, and what was known stays
            failed(String.valueOf(e.getMessage()), nowMillis);
        }
    }

    private void failed(String detail, long nowMillis) {
        JwksState before = state;
        state = before.failed(detail);
        long wait = RETRY_MILLIS << Math.min(before.failures(), DOUBLINGS_MAX);
        dueMillis = nowMillis + Math.min(wait, Math.min(RETRY_MILLIS_MAX, everyMillis));
        if (!detail.equals(before.problem())) {
            observer.keysFailed(issuer, source, detail);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
