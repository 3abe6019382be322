package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    private static SignalWriter<Integer> started(SignalWriter.Sink<Integer> sink) {
        SignalWriter<Integer> writer =
                new SignalWriter<>(sink, Thread.ofPlatform().daemon().factory());
        writer.start();
        return writer;
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
