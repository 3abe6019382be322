package io.bridgehead.limit;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bound on concurrency: as many things at once and no more. Any thread may take and end permits; nobody waits.
 */
public final class Permits {
    private final int max;
    private final AtomicInteger taken = new AtomicInteger();

    /** @throws IllegalArgumentException if {@code max} is below 1 */
    public Permits(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("permits " + max + ": expected 1 or more");
        }
        this.max = max;
    }

    /** A permit, which must be ended exactly once, or null when all are taken. */
    public @Nullable Permit tryTake() {
        int seen = taken.get();
        while (seen < max) {
            if (taken.compareAndSet(seen, seen + 1)) {
                return new Permit(taken);
            }
            seen = taken.get();
        }
        return null;
    }

    /** How many are taken now. */
    public int taken() {
        return taken.get();
    }

    /** How many there are in all. */
    public int max() {
        return max;
    }

    /** Leave for one thing to go on. */
    public static final class Permit {
        private final AtomicInteger taken;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Permit(AtomicInteger taken) {
            this.taken = taken;
        }

        /** Gives the permit back. A second end is a mistake of the caller's, asserted against, and never frees another's. */
        public void end() {
            boolean first = ended.compareAndSet(false, true);
            assert first : "a permit is ended once";
            if (first) {
                taken.decrementAndGet();
            }
        }
    }
}
