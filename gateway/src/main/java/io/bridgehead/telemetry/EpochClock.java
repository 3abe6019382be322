package io.bridgehead.telemetry;

import java.time.Instant;

/**
 * Makes times of day of the loops' monotone clock.
 *
 * @param offsetNanos what is added to it for nanoseconds since 1970
 */
record EpochClock(long offsetNanos) {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    long nanos(long monotone) {
        return monotone + offsetNanos;
    }

    Instant instant(long monotone) {
        long nanos = nanos(monotone);
        return Instant.ofEpochSecond(nanos / NANOS_PER_SECOND, nanos % NANOS_PER_SECOND);
    }
}
