package io.bridgehead.proxy;

import io.bridgehead.loop.Timer;
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
    public Timer after(long millis, Runnable work) {
        Task task = new Task(now + millis * 1_000_000, order++, work);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** The number of tasks that wait. */
    int waiting() {
        return tasks.size();
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
