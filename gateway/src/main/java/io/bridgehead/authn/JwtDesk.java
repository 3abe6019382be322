package io.bridgehead.authn;

import io.bridgehead.authn.JwtVerdict.Accepted;
import io.bridgehead.authn.JwtVerdict.Refused;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Has tokens of one event loop judged, and remembers which were good until they expire, by the SHA-256 of their text.
 *
 * <p><b>Threads</b>: on the loop; the work is done by others and comes back there.
 *
 * <p><b>Limits</b>: {@value #KNOWN_MAX} tokens are remembered, the least used is forgotten; {@value #WAITING_MAX} requests wait for a verdict, what
 * is more is refused as busy; of these {@value #FOR_KEYS_MAX} wait until keys were read, and what is more is refused at once, so that tokens with keys
 * that nobody has leave room for others. A token that is asked for again while it is judged is judged once.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class JwtDesk {
    static final int KNOWN_MAX = 4096;
    static final int WAITING_MAX = 1024;
    static final int FOR_KEYS_MAX = 256;

    private static final int KNOWN_AT_FIRST = 64;
    private static final float LOAD = 0.75f;

    private final Executor loop;
    private final Executor workers;
    private final LongSupplier nowMillis;
    private final JwtObserver observer;
    private final MessageDigest digest;
    private final Map<Print, Accepted> known = new LinkedHashMap<>(KNOWN_AT_FIRST, LOAD, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Print, Accepted> eldest) {
            return size() > KNOWN_MAX;
        }
    };
    private final Map<Question, Asked> asked = new HashMap<>();
    private int waiting;
    private int waitingForKeys;

    /** A token's SHA-256, so that no token is kept. */
    private record Print(long first, long second, long third, long fourth) {}

    private record Question(Print token, JwtTerms terms, JwtPlace place) {}

    /** Who wants the answer to a question. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Asked {
        private final List<Consumer<JwtVerdict>> all = new ArrayList<>(1);
        /** What it is without other keys, while these are read. */
        private @Nullable JwtVerdict withoutKeys;
    }

    /**
     * A desk without anybody before it.
     *
     * @param loop runs what comes back
     * @param workers do what takes long; may reject
     * @param nowMillis the wall clock
     */
    public JwtDesk(Executor loop, Executor workers, LongSupplier nowMillis, JwtObserver observer) {
        this.loop = loop;
        this.workers = workers;
        this.nowMillis = nowMillis;
        this.observer = observer;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A desk for loops whose listeners take no tokens. */
    public static JwtDesk none() {
        return new JwtDesk(Runnable::run, Runnable::run, () -> 0, JwtObserver.silent());
    }

    /** Who is told of verdicts. */
    public JwtObserver observer() {
        return observer;
    }

    /** Whether a verdict that was given before still holds. */
    public boolean holds(Accepted verdict) {
        return verdict.holdsAt(nowMillis.getAsLong());
    }

    /**
     * Has a token judged.
     *
     * @param place where it stands
     * @param later gets the verdict on the loop, if it is not known yet
     * @return the verdict if it is known; null when {@code later} gets it
     */
    public @Nullable JwtVerdict judge(JwtTerms terms, JwtPlace place, String token, Consumer<JwtVerdict> later) {
        Print print = print(token);
        Accepted before = known.get(print);
        if (before != null && before.holdsAt(nowMillis.getAsLong()) && terms.takes(before.issuer(), place)) {
            return before;
        }
        Question question = new Question(print, terms, place);
        Asked others = asked.get(question);
        if (others != null && others.withoutKeys != null) {
            return joinForKeys(others, later);
        }
        if (waiting >= WAITING_MAX) {
            return new Refused(null, JwtFault.BUSY, WAITING_MAX + " requests wait for the verdict on their token");
        }
        waiting++;
        if (others != null) {
            others.all.add(later);
            return null;
        }
        Asked first = new Asked();
        first.all.add(later);
        asked.put(question, first);
        if (work(question, token, true)) {
            return null;
        }
        asked.remove(question);
        waiting--;
        return new Refused(null, JwtFault.BUSY, "the node takes no more work");
    }

    private @Nullable JwtVerdict joinForKeys(Asked others, Consumer<JwtVerdict> later) {
        if (waitingForKeys >= FOR_KEYS_MAX) {
            return others.withoutKeys;
        }
        others.all.add(later);
        waitingForKeys++;
        return null;
    }

    private Print print(String token) {
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
        return new Print(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
    }

    private boolean work(Question question, String token, boolean mayAskForKeys) {
        try {
            workers.execute(() -> {
                JwtVerdict verdict = judged(question, token);
                CompletionStage<?> keys = mayAskForKeys ? wantedKeys(verdict) : null;
                loop.execute(() -> came(question, token, verdict, keys));
            });
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private JwtVerdict judged(Question question, String token) {
        try {
            return JwtCheck.judge(token, question.terms().at(question.place()), nowMillis.getAsLong());
        } catch (RuntimeException | StackOverflowError e) {
            return new Refused(
                    null,
                    JwtFault.MALFORMED,
                    "it cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private void came(Question question, String token, JwtVerdict verdict, @Nullable CompletionStage<?> keys) {
        Asked waiters = asked.get(question);
        if (keys == null || waiters == null || waitingForKeys + waiters.all.size() > FOR_KEYS_MAX) {
            answer(question, verdict);
            return;
        }
        waiters.withoutKeys = verdict;
        waiting -= waiters.all.size();
        waitingForKeys += waiters.all.size();
        keys.whenComplete((done, failure) -> loop.execute(() -> {
            if (!work(question, token, false)) {
                answer(question, verdict);
            }
        }));
    }

    /** The keys may be others by now; a request of that moment waits rather than fails. */
    private @Nullable CompletionStage<?> wantedKeys(JwtVerdict verdict) {
        if (verdict instanceof Refused refused && refused.fault().mayBeOldKeys() && refused.issuer() != null) {
            return refused.issuer().wantsKeys(nowMillis.getAsLong());
        }
        return null;
    }

    private void answer(Question question, JwtVerdict verdict) {
        if (verdict instanceof Accepted accepted) {
            known.put(question.token(), accepted);
        }
        Asked waiters = asked.remove(question);
        if (waiters == null) {
            return;
        }
        if (waiters.withoutKeys == null) {
            waiting -= waiters.all.size();
        } else {
            waitingForKeys -= waiters.all.size();
        }
        waiters.all.forEach(one -> one.accept(verdict));
    }
}
