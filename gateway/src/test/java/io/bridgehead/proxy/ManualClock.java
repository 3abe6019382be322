package io.bridgehead.proxy;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that stands still until a test moves it. */
final class ManualClock implements LoopParts.Clock {
    private record Task(long atNanos, long order, Runnable work) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::order));
    private long now = 1_000_000_000;
    private long order;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long epochSeconds() {
        return 1_700_000_000 + now / 1_000_000_000;
    }

    @Override
    public void after(long millis, Runnable task) {
        tasks.add(new Task(now + millis * 1_000_000, order++, task));
    }

    void advance(long millis) {
        long until = now + millis * 1_000_000;
        for (Task next = tasks.peek(); next != null && next.atNanos <= until; next = tasks.peek()) {
            tasks.remove();
            now = next.atNanos;
            next.work.run();
        }
        now = until;
    }
}
