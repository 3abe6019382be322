package io.bridgehead.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.loop.Timer;
import io.bridgehead.model.ServiceName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ChangedServicesTest {
    private static final int MANY = 1000;

    private final ByHand context = new ByHand();
    private final List<ServiceName> followed = new ArrayList<>();
    private final ChangedServices changed = new ChangedServices(context, this::follow);
    private long nanosOfEach;

    private void follow(ServiceName name) {
        followed.add(name);
        context.nanos += nanosOfEach;
    }

    private static ServiceName name(int number) {
        return new ServiceName("s" + number);
    }

    @Test
    void eachFollowsOnceHoweverOftenItChanged() {
        changed.add(name(1));
        changed.add(name(2));
        changed.add(name(1));
        assertThat(context.waiting).hasSize(1);
        context.runAll();
        assertThat(followed).containsExactlyInAnyOrder(name(1), name(2));
        changed.add(name(1));
        context.runAll();
        assertThat(followed).hasSize(3);
    }

    @Test
    void manyAreFollowedInPartsBetweenWhichOthersHaveTheirTurn() {
        nanosOfEach = FailoverContext.PART_NANOS / 10;
        IntStream.range(0, MANY).forEach(i -> changed.add(name(i)));
        context.runOne();
        assertThat(followed).hasSize(10);
        List<Integer> others = new ArrayList<>();
        context.execute(() -> others.add(followed.size()));
        context.runAll();
        assertThat(others).containsExactly(20);
        assertThat(followed).hasSize(MANY).doesNotHaveDuplicates();
    }

    @Test
    void whatChangesWhileItIsFollowedIsFollowedAgain() {
        ChangedServices[] itself = new ChangedServices[1];
        List<ServiceName> seen = new ArrayList<>();
        itself[0] = new ChangedServices(context, name -> {
            seen.add(name);
            if (seen.size() < 3) {
                itself[0].add(name);
            }
        });
        itself[0].add(name(1));
        context.runAll();
        assertThat(seen).hasSize(3);
    }

    /** Runs what it is given when it is told to. */
    private static final class ByHand implements FailoverContext {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private long nanos;

        void runOne() {
            waiting.remove().run();
        }

        void runAll() {
            while (!waiting.isEmpty()) {
                runOne();
            }
        }

        @Override
        public void execute(Runnable task) {
            waiting.add(task);
        }

        @Override
        public Timer every(long millis, Runnable task) {
            throw new AssertionError("no timers here");
        }

        @Override
        public Timer after(long millis, Runnable task) {
            waiting.add(task);
            return () -> {};
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }
    }
}
