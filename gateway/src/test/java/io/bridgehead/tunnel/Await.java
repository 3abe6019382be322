package io.bridgehead.tunnel;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits with a bound. */
final class Await {
    private static final long SECONDS_MAX = 20;

    private Await() {}

    /** Until the condition holds; says what was waited for when it does not within the bound. Returns the milliseconds it took. */
    static long until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(SECONDS_MAX)) {
                throw new AssertionError("not within " + SECONDS_MAX + " s: " + what);
            }
            LockSupport.parkNanos(2_000_000);
        }
        return (System.nanoTime() - start) / 1_000_000;
    }

    static <T> T done(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
