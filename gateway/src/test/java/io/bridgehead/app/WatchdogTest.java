package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Loops;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@OwnedBy(Owner.CONFINED)
final class WatchdogTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Loops loops = Loops.start(2);
    private final Set<Integer> held = new HashSet<>();
    private long spins;
    private final AtomicLong now = new AtomicLong();
    private final List<String> stuck = new CopyOnWriteArrayList<>();
    private final AtomicLong told = new AtomicLong();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Watchdog watchdog =
            new Watchdog(loops.all(), () -> Duration.ofSeconds(10), now::get, stuck::add, told::incrementAndGet);

    @AfterEach
    void stop() throws Exception {
        release.countDown();
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private void block(int loop) {
        held.add(loop);
        CompletableFuture<Thread> blocked = new CompletableFuture<>();
        loops.all().get(loop).execute(() -> {
            blocked.complete(Thread.currentThread());
            awaitRelease();
        });
        // before it waits it looks like one that gets no processor
        Thread thread = blocked.orTimeout(20, TimeUnit.SECONDS).join();
        long bound = System.nanoTime() + 20 * SECOND;
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).as("it waits").isLessThan(bound);
            Thread.onSpinWait();
        }
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
            letOthersAnswer();
        }
    }

    /** The test's clock runs faster than threads do: a loop that nothing holds gets the time to answer. */
    private void letOthersAnswer() {
        for (int i = 0; i < loops.all().size(); i++) {
            if (!held.contains(i)) {
                CountDownLatch answered = new CountDownLatch(1);
                loops.all().get(i).execute(answered::countDown);
                await(answered);
            }
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

    /** Its thread is ready to run all the time, at the test's clock for hours, but has had next to no processor since. */
    @Test
    void aLoopThatGetsNoProcessorHasSixTimesAsLong() throws Exception {
        watchdog.look();
        CountDownLatch answered = new CountDownLatch(1);
        loops.all().getFirst().execute(answered::countDown);
        await(answered);
        held.add(0);
        CountDownLatch spinning = new CountDownLatch(1);
        AtomicBoolean end = new AtomicBoolean();
        loops.all().getFirst().execute(() -> {
            spinning.countDown();
            while (!end.get()) {
                spins++;
            }
        });
        await(spinning);
        try {
            pass(40, SECOND);
            assertThat(stuck).isEmpty();
            pass(30, SECOND);
            assertThat(stuck).hasSize(1);
        } finally {
            end.set(true);
        }
    }

    @Test
    void aMachineThatSleptIsNoStuckLoop() {
        block(0);
        pass(3, SECOND);
        pass(1, 3600 * SECOND);
        pass(8, SECOND);
        assertThat(stuck).isEmpty();
    }

    @Test
    void whoStartedTheProcessHearsEveryTwoSecondsThatItLives() {
        pass(10, SECOND / 2);
        assertThat(told).hasValue(3);
        block(0);
        pass(9, SECOND);
        long before = told.get();
        pass(10, SECOND);
        assertThat(stuck).hasSize(1);
        assertThat(told.get()).isLessThanOrEqualTo(before + 1);
    }
}
