package io.bridgehead.load.wan;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits, with a bound. */
public final class Watch {
    private static final long LOOK_NANOS = 10_000_000;

    private Watch() {}

    /** Until the condition holds. */
    public static void until(String what, Duration most, BooleanSupplier condition, Supplier<String> how) {
        long end = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited " + most + " in vain: " + what + ": " + how.get());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Lets this much time pass, while something else goes on that is measured. */
    public static void during(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
