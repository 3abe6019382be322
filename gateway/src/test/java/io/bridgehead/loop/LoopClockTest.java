package io.bridgehead.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LoopClockTest {
    private static final int WAIT_SECONDS = 20;

    private static long passes(Loop loop) {
        long before = loop.nanoTime();
        long start = System.nanoTime();
        long now;
        boolean over;
        do {
            Thread.onSpinWait();
            // asked first: the last look is behind the time, however long this thread was held up
            over = System.nanoTime() - start >= TimeUnit.SECONDS.toNanos(1) / 100;
            now = loop.nanoTime();
        } while (now == before && !over);
        return now - before;
    }

    @Test
    void standsStillWhileSomethingIsReadAndThenGoesOn() {
        Loops loops = Loops.start(1);
        try {
            Loop loop = loops.all().getFirst();
            CompletableFuture<long[]> done = new CompletableFuture<>();
            loop.execute(() -> {
                long before = passes(loop);
                loop.stopClock();
                long standing = passes(loop);
                loop.startClock();
                done.complete(new long[] {before, standing, passes(loop)});
            });
            long[] passed = done.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
            assertThat(passed[0]).isPositive();
            assertThat(passed[1]).isZero();
            assertThat(passed[2]).isPositive();
        } finally {
            loops.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }
}
