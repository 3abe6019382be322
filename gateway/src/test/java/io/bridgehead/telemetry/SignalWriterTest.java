package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class SignalWriterTest {
    private static final int BATCH_MAX = 512;

    /** Somebody who takes one batch and then nothing more until told. */
    private static final class Dead implements SignalWriter.Sink<Integer> {
        final CountDownLatch taken = new CountDownLatch(1);
        final CountDownLatch alive = new CountDownLatch(1);
        final List<Integer> written = new ArrayList<>();

        @Override
        public int write(List<Integer> batch) {
            taken.countDown();
            try {
                alive.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            written.addAll(batch);
            return 0;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    /** Somebody to whom a batch costs much. */
    private static final class Gathering implements SignalWriter.Sink<Integer> {
        final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch full = new CountDownLatch(1);

        @Override
        public int write(List<Integer> batch) {
            batches.add(List.copyOf(batch));
            if (batch.size() == BATCH_MAX) {
                full.countDown();
            }
            return 0;
        }

        @Override
        public long gatherMillis() {
            return 60_000;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private static SignalWriter<Integer> started(SignalWriter.Sink<Integer> sink) {
        SignalWriter<Integer> writer = new SignalWriter<>(
                sink, new Repeats(() -> 0), Thread.ofPlatform().daemon().factory());
        writer.start();
        return writer;
    }

    @Test
    void fewAreGatheredUntilTheEnd() throws InterruptedException {
        Gathering gathering = new Gathering();
        SignalWriter<Integer> writer = started(gathering);
        writer.offer(1);
        writer.offer(2);
        writer.offer(3);
        writer.close();
        writer.join(10_000);
        assertThat(gathering.batches).containsExactly(List.of(1, 2, 3));
    }

    @Test
    void aFullBatchWaitsForNothing() throws InterruptedException {
        Gathering gathering = new Gathering();
        SignalWriter<Integer> writer = started(gathering);
        for (int i = 0; i < BATCH_MAX; i++) {
            writer.offer(i);
        }
        assertThat(gathering.full.await(10, TimeUnit.SECONDS)).isTrue();
        writer.close();
        writer.join(10_000);
        assertThat(gathering.batches).hasSize(1);
    }

    @Test
    void whatADeadReaderLeavesIsBoundAndCounted() throws InterruptedException {
        Dead dead = new Dead();
        SignalWriter<Integer> writer = started(dead);
        writer.offer(0);
        assertThat(dead.taken.await(10, TimeUnit.SECONDS)).isTrue();
        int offered = SignalWriter.QUEUE_MAX + 1000;
        for (int i = 1; i <= offered; i++) {
            writer.offer(i);
        }
        assertThat(writer.dropped()).isEqualTo(1000);
        dead.alive.countDown();
        writer.close();
        writer.join(10_000);
        assertThat(dead.written).hasSize(SignalWriter.QUEUE_MAX + 1);
    }

    @Test
    void whatIsGivenUpIsCountedAndSoIsWhatComesLater() throws InterruptedException {
        Dead dead = new Dead();
        AtomicLong dropped = new AtomicLong();
        SignalWriter<Integer> writer = new SignalWriter<>(
                dead,
                dropped,
                new Repeats(() -> 0),
                Thread.ofPlatform().daemon().factory());
        writer.start();
        writer.offer(0);
        assertThat(dead.taken.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 1; i <= 700; i++) {
            writer.offer(i);
        }
        writer.abandon();
        dead.alive.countDown();
        writer.join(10_000);
        assertThat(dead.written).containsExactly(0);
        assertThat(dropped).hasValue(700);
        writer.offer(701);
        assertThat(dropped).hasValue(701);
    }

    @Test
    void aSinkThatThrowsLosesItsBatchAndGetsTheNext() throws InterruptedException {
        List<Integer> written = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch thrown = new CountDownLatch(1);
        SignalWriter<Integer> writer = started(new SignalWriter.Sink<>() {
            @Override
            public int write(List<Integer> batch) {
                if (batch.contains(1)) {
                    thrown.countDown();
                    throw new IllegalStateException("cannot be said");
                }
                written.addAll(batch);
                return 0;
            }

            @Override
            public void close() {
                // nothing is held
            }
        });
        writer.offer(1);
        assertThat(thrown.await(10, TimeUnit.SECONDS)).isTrue();
        writer.offer(2);
        writer.close();
        writer.join(10_000);
        assertThat(written).containsExactly(2);
        assertThat(writer.dropped()).isEqualTo(1);
    }

    @Test
    void theNextAtAFileWaitsForTheOneBeforeAndLosesNothing() throws InterruptedException {
        Dead old = new Dead();
        SignalWriter<Integer> before = started(old);
        before.offer(0);
        assertThat(old.taken.await(10, TimeUnit.SECONDS)).isTrue();
        before.offer(1);
        Dead fresh = new Dead();
        fresh.alive.countDown();
        SignalWriter<Integer> next = new SignalWriter<>(
                fresh, new Repeats(() -> 0), Thread.ofPlatform().daemon().factory());
        next.startAfter(List.of(before));
        next.offer(2);
        next.close();
        before.close();
        assertThat(next.hasEnded()).isFalse();
        assertThat(fresh.taken.getCount()).as("nothing is written yet").isOne();
        old.alive.countDown();
        next.join(10_000);
        assertThat(before.hasEnded()).isTrue();
        assertThat(old.written).containsExactly(0, 1);
        assertThat(fresh.written).containsExactly(2);
    }

    @Test
    void someRoomIsForOthers() {
        SignalWriter<Integer> writer = new SignalWriter<>(
                new Dead(), new Repeats(() -> 0), Thread.ofPlatform().daemon().factory());
        int room = SignalWriter.QUEUE_MAX - 10;
        for (int i = 0; i < room; i++) {
            assertThat(writer.offer(i, 10)).isTrue();
        }
        assertThat(writer.offer(room, 10)).isFalse();
        assertThat(writer.dropped()).isEqualTo(1);
        assertThat(writer.offer(room, 0)).isTrue();
    }

    @Test
    void whatASinkLosesIsCounted() throws InterruptedException {
        SignalWriter<Integer> writer = started(new SignalWriter.Sink<>() {
            @Override
            public int write(List<Integer> batch) {
                assertThat(batch).hasSizeLessThanOrEqualTo(BATCH_MAX);
                return batch.size();
            }

            @Override
            public void close() {
                // nothing is held
            }
        });
        for (int i = 0; i < 100; i++) {
            writer.offer(i);
        }
        writer.close();
        writer.join(10_000);
        assertThat(writer.dropped()).isEqualTo(100);
    }
}
