package io.bridgehead.sync;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A loop, and a way to do something on it and wait until that and all that was handed to it before are done. */
final class TestLoop implements AutoCloseable {
    private static final long SECONDS_MAX = 30;

    private final Loops loops = Loops.start(1);

    Loop loop() {
        return loops.all().getFirst();
    }

    void run(Runnable task) {
        get(() -> {
            task.run();
            return true;
        });
    }

    <T> T get(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, loop()::execute)
                .orTimeout(SECONDS_MAX, TimeUnit.SECONDS)
                .join();
    }

    /** Waits until what was handed to it is done. */
    void settle() {
        run(() -> {});
    }

    @Override
    public void close() {
        loops.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(SECONDS_MAX, TimeUnit.SECONDS)
                .join();
    }
}
