package io.bridgehead.cluster.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, within a bound. */
public final class Eventually {
    private Eventually() {}

    public static void eventually(String what, BooleanSupplier condition) {
        eventually(what, Duration.ofSeconds(20), condition);
    }

    public static void eventually(String what, Duration bound, BooleanSupplier condition) {
        long deadline = System.nanoTime() + bound.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + bound + ": " + what);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** The condition holds for the whole time. */
    public static void throughout(String what, Duration time, BooleanSupplier condition) {
        long deadline = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < deadline) {
            if (!condition.getAsBoolean()) {
                throw new AssertionError("not throughout " + time + ": " + what);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }
}
