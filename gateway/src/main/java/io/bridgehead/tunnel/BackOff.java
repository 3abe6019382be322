package io.bridgehead.tunnel;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: doubling from the first delay to a limit, each time a random part between half and all of it. */
@OwnedBy(Owner.EVENT_LOOP)
final class BackOff {
    private final int firstMillis;
    private final RandomGenerator random;
    private int attempts;

    BackOff(int firstMillis, RandomGenerator random) {
        this.firstMillis = firstMillis;
        this.random = random;
    }

    /** The next delay in milliseconds, at most {@code limitMillis}. */
    int next(int limitMillis) {
        long whole = Math.min(limitMillis, (long) firstMillis << Math.min(attempts, 16));
        attempts++;
        return (int) (whole / 2 + random.nextLong(whole / 2 + 1));
    }

    /** An attempt succeeded. */
    void reset() {
        attempts = 0;
    }
}
