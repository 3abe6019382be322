package io.bridgehead.upstream;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;

/** The one thread on which registries are changed and failover is decided; no exchange runs on it. */
public interface FailoverContext {
    /** Runs a task on it, soon; from any thread. */
    void execute(Runnable task);

    /** Runs a task on it again and again, with so many milliseconds between. */
    Timer every(long millis, Runnable task);

    /** Runs a task on it once, after so many milliseconds. */
    Timer after(long millis, Runnable task);

    /** Whether the caller runs on it. */
    boolean isCurrent();

    /** A clock that does not go back, the same as the loops'. */
    long nanoTime();

    /** A loop as this context: one that no exchange runs on. */
    static FailoverContext on(Loop loop) {
        return new FailoverContext() {
            @Override
            public void execute(Runnable task) {
                loop.execute(task);
            }

            @Override
            public Timer every(long millis, Runnable task) {
                return loop.every(millis, task);
            }

            @Override
            public Timer after(long millis, Runnable task) {
                return loop.after(millis, task);
            }

            @Override
            public boolean isCurrent() {
                return loop.isCurrent();
            }

            @Override
            public long nanoTime() {
                return loop.nanoTime();
            }
        };
    }
}
