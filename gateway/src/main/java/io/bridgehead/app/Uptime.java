package io.bridgehead.app;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long a node has run, whatever becomes of the clock of its machine meanwhile.
 *
 * @param startedMillis when it began, in milliseconds since 1970
 */
record Uptime(long startedMillis, long startedNanos, LongSupplier nanoTime) {
    /** From now on. */
    static Uptime begin(Clock clock) {
        return begin(clock, System::nanoTime);
    }

    static Uptime begin(Clock clock, LongSupplier nanoTime) {
        return new Uptime(clock.millis(), nanoTime.getAsLong(), nanoTime);
    }

    /** Milliseconds since the beginning. */
    long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startedNanos);
    }

    /** The time since 1970 as of a clock that was never set since the beginning. */
    long atMillis() {
        return startedMillis + millis();
    }
}
