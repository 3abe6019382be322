package io.bridgehead.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loops;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FailoverContextTest {
    private static final int WAIT_SECONDS = 20;
    private static final int PARTS = 60;

    /** A loop looks at its timers after 64 tasks or a second, whichever is later: a long piece of work must not need that. */
    @Test
    void timersRunBetweenThePartsOfALongPieceOfWork() {
        Loops loops = Loops.start(1);
        try {
            FailoverContext context = FailoverContext.on(loops.control());
            AtomicInteger parts = new AtomicInteger();
            CompletableFuture<Integer> timer = new CompletableFuture<>();
            CompletableFuture<Integer> end = new CompletableFuture<>();
            context.execute(() -> {
                context.after(1, () -> timer.complete(parts.get()));
                new Work(context, parts, end).run();
            });
            assertThat(end.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join()).isEqualTo(PARTS);
            assertThat(timer.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join())
                    .as("parts of 2 ms before a timer of 1 ms")
                    .isLessThan(PARTS / 2);
        } finally {
            loops.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }

    /** Parts that take 2 ms each. */
    private record Work(FailoverContext context, AtomicInteger parts, CompletableFuture<Integer> end)
            implements Runnable {
        @Override
        public void run() {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            if (parts.incrementAndGet() < PARTS) {
                context.goOn(this);
            } else {
                end.complete(parts.get());
            }
        }
    }
}
