package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Loop;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Runs parts of a test on an event loop, and waits for conditions with a bound. */
public final class OnLoop {
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(10);

    private OnLoop() {}

    public static <T> T call(Loop loop, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("on the loop: " + e.getMessage(), e);
        }
    }

    public static void run(Loop loop, Runnable task) {
        call(loop, () -> {
            task.run();
            return true;
        });
    }

    public static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > BOUND_NANOS) {
                throw new AssertionError("not within 10 s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
