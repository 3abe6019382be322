package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loops;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WatchdogTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Loops loops = Loops.start(2);
    private final AtomicLong now = new AtomicLong();
    private final List<String> stuck = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Watchdog watchdog = new Watchdog(loops.all(), Duration.ofSeconds(10), now::get, stuck::add);

    @AfterEach
    void stop() throws Exception {
        release.countDown();
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void block(int loop) {
        CountDownLatch blocked = new CountDownLatch(1);
        loops.all().get(loop).execute(() -> {
            blocked.countDown();
            awaitRelease();
        });
        await(blocked);
    }

    private void awaitRelease() {
        await(release);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void pass(int looks, long stepNanos) {
        for (int i = 0; i < looks; i++) {
            now.addAndGet(stepNanos);
            watchdog.look();
        }
    }

    @Test
    void aLoopThatMakesNoProgressIsNamedWithEveryThreadsStack() {
        block(1);
        pass(10, SECOND);
        assertThat(stuck).isEmpty();
        pass(5, SECOND);
        assertThat(stuck).hasSize(1);
        assertThat(stuck.getFirst())
                .contains("event loop 1 made no progress for 10000 ms")
                .contains("awaitRelease");
    }

    @Test
    void aMachineThatSleptIsNoStuckLoop() {
        block(0);
        pass(3, SECOND);
        pass(1, 3600 * SECOND);
        pass(8, SECOND);
        assertThat(stuck).isEmpty();
    }
}
