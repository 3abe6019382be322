package io.bridgehead.cluster.chaos;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that jumps to the next thing that is to be done. One thread. */
final class VirtualTime implements InstantSource {
    private static final long BEGIN = 1_700_000_000_000L;

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::millis).thenComparingLong(Task::number));
    private long now = BEGIN;
    private long number;

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    /** Milliseconds since the beginning. */
    long elapsed() {
        return now - BEGIN;
    }

    /** Does it later; things for one moment are done in the order in which they were asked for. */
    void after(long millis, Runnable work) {
        tasks.add(new Task(now + millis, number++, work));
    }

    /** Lets this much time go by. */
    void run(Duration time) {
        long until = now + time.toMillis();
        for (Task next = tasks.peek(); next != null && next.millis <= until; next = tasks.peek()) {
            tasks.remove();
            now = next.millis;
            next.work.run();
        }
        now = until;
    }

    private record Task(long millis, long number, Runnable work) {}
}
