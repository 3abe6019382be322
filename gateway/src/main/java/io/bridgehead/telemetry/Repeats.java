package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds back messages that say what was said before: each cause passes at once, then once in {@value #QUIET_SECONDS} s with how often it was
 * held back. All causes together pass at the rate of a {@link RateGate}.
 *
 * <p><b>Limits</b>: {@value #CAUSES_MAX} causes are known; when there are more, all are forgotten. <b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Repeats {
    static final int QUIET_SECONDS = 60;
    static final int CAUSES_MAX = 512;

    private static final int TEXT_MAX = 200;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(QUIET_SECONDS);

    private final LongSupplier nanoTime;
    private final RateGate gate;
    private final ConcurrentHashMap<Cause, Seen> causes = new ConcurrentHashMap<>();

    Repeats(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.gate = new RateGate(nanoTime);
    }

    private record Cause(String message, String subject, String reason) {}

    /**
     * @param saidNanos when the cause last passed
     * @param held how often it was held back since
     * @param verdict what the call that made this gives
     */
    private record Seen(long saidNanos, long held, long verdict) {}

    /**
     * Asks for a message to be logged.
     *
     * @return -1 when it is held back; else how often it was since it last passed
     */
    long passes(String message, String subject, String reason) {
        if (causes.size() >= CAUSES_MAX) {
            causes.clear();
        }
        long now = nanoTime.getAsLong();
        return causes.compute(new Cause(message, start(subject), start(reason)), (_, before) -> next(before, now))
                .verdict();
    }

    private static String start(String text) {
        return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX);
    }

    private Seen next(@Nullable Seen before, long now) {
        long said = before == null ? now - QUIET_NANOS : before.saidNanos();
        long held = before == null ? 0 : before.held();
        return now - said >= QUIET_NANOS && gate.opens() ? new Seen(now, 0, held) : new Seen(said, held + 1, -1);
    }
}
