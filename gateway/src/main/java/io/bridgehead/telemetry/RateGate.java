package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets at most so many events a second through, so that no stranger can fill the log. Any thread: one atomic holds all state. */
@OwnedBy(Owner.ANY_THREAD)
final class RateGate {
    static final int PER_SECOND = 10;

    private static final int COUNT_BITS = 16;

    private final LongSupplier nanoTime;
    private final int perSecond;
    private final AtomicLong secondAndCount = new AtomicLong();

    /** {@value #PER_SECOND} events a second. */
    RateGate(LongSupplier nanoTime) {
        this(nanoTime, PER_SECOND);
    }

    /** @param perSecond 0 for none, at most 65,534 */
    RateGate(LongSupplier nanoTime, int perSecond) {
        this.nanoTime = nanoTime;
        this.perSecond = perSecond;
    }

    boolean opens() {
        long second = Math.floorDiv(nanoTime.getAsLong(), 1_000_000_000L);
        long after = secondAndCount.updateAndGet(
                before -> before >> COUNT_BITS == second ? bounded(before + 1) : (second << COUNT_BITS) + 1);
        return (after & ((1 << COUNT_BITS) - 1)) <= perSecond;
    }

    private static long bounded(long value) {
        return (value & ((1 << COUNT_BITS) - 1)) == 0 ? value - 1 : value;
    }
}
