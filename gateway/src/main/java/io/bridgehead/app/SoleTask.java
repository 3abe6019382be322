package io.bridgehead.app;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** Has a task done elsewhere whenever it is run, unless it is still at it from the time before. Any thread. */
final class SoleTask implements Runnable {
    private final Executor where;
    private final Runnable task;
    private final AtomicBoolean busy = new AtomicBoolean();

    SoleTask(Executor where, Runnable task) {
        this.where = where;
        this.task = task;
    }

    @Override
    public void run() {
        if (busy.compareAndSet(false, true)) {
            where.execute(() -> {
                try {
                    task.run();
                } finally {
                    busy.set(false);
                }
            });
        }
    }
}
