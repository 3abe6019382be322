package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.micrometer.core.instrument.Clock;
import java.util.function.LongSupplier;

/**
 * The clock by which meters of the data path forget what is old. A timer asks for the wall clock several times for each measurement, and its
 * windows are minutes long: so it is read now and then, and not each time. Any thread.
 */
@OwnedBy(Owner.ANY_THREAD)
final class MeterClock implements Clock {
    static final long TICK_MILLIS = 250;

    private final LongSupplier epochMillis;
    private final LongSupplier nanoTime;
    private volatile long now;

    /**
     * @param epochMillis the wall clock
     * @param nanoTime a monotone clock
     */
    MeterClock(LongSupplier epochMillis, LongSupplier nanoTime) {
        this.epochMillis = epochMillis;
        this.nanoTime = nanoTime;
        this.now = epochMillis.getAsLong();
    }

    /** Reads the wall clock. */
    void tick() {
        now = epochMillis.getAsLong();
    }

    @Override
    public long wallTime() {
        return now;
    }

    @Override
    public long monotonicTime() {
        return nanoTime.getAsLong();
    }
}
