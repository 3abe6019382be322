package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SoleTaskTest {
    @Test
    void whatIsStillAtItIsNotBegunAgain() {
        Deque<Runnable> waiting = new ArrayDeque<>();
        AtomicInteger done = new AtomicInteger();
        SoleTask task = new SoleTask(waiting::add, () -> {
            done.incrementAndGet();
            throw new IllegalStateException("once");
        });
        task.run();
        task.run();
        assertThat(waiting).hasSize(1);
        try {
            waiting.remove().run();
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("once");
        }
        task.run();
        assertThat(waiting).as("a failure is no end").hasSize(1);
        assertThat(done).hasValue(1);
    }
}
