package io.bridgehead.app;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has tasks done elsewhere, each when the one before has ended, in the order they came. Takes one thread at a time, and none while it waits. Any
 * thread.
 */
final class OneByOne implements Executor {
    private final Executor where;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();

    OneByOne(Executor where) {
        this.where = where;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (open.getAndIncrement() == 0) {
            where.execute(this::next);
        }
    }

    private void next() {
        try {
            tasks.remove().run();
        } finally {
            if (open.decrementAndGet() > 0) {
                where.execute(this::next);
            }
        }
    }
}
