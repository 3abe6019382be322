package io.bridgehead.e2e.harness;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for conditions with a bound. {@code -Dbridgehead.e2e.patience=3} multiplies every bound and {@code -Dbridgehead.e2e.stall=3} every
 * promised time, for machines that do other work as well.
 */
public final class Patience {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration USUAL = Duration.ofSeconds(60);

    private Patience() {}

    /** Waits until the condition holds, for a minute at most. */
    public static void until(String what, BooleanSupplier condition) {
        until(what, condition, () -> "");
    }

    /** As {@link #until(String, BooleanSupplier)}; says how things stand when they did not get there. */
    public static void until(String what, BooleanSupplier condition, Supplier<String> how) {
        until(USUAL, what, condition, how);
    }

    /** As {@link #until(String, BooleanSupplier, Supplier)}, for what may take longer than usual. */
    public static void until(Duration most, String what, BooleanSupplier condition, Supplier<String> how) {
        long end = System.nanoTime() + bound(most).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited " + bound(most) + " in vain: " + what + ": " + how.get());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Lets a situation last, while something else goes on. */
    public static void during(Duration time, BooleanSupplier holds, String what) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            if (!holds.getAsBoolean()) {
                throw new AssertionError("did not hold: " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** A bound for this machine. */
    public static Duration bound(Duration usual) {
        return Duration.ofMillis((long) (usual.toMillis() * factor("bridgehead.e2e.patience")));
    }

    /** A promised time for this machine. */
    public static long promisedMillis(long millis) {
        return (long) (millis * factor("bridgehead.e2e.stall"));
    }

    private static double factor(String property) {
        return Double.parseDouble(System.getProperty(property, "1"));
    }
}
