package io.bridgehead.upstream;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;

/** The one thread on which registries are changed and failover is decided; no exchange runs on it. */
public interface FailoverContext {
    /** How long a part of a long piece of work takes, about: what waits meanwhile hardly notices. */
    long PART_NANOS = 1_000_000;

    /** Runs a task on it, soon; from any thread. */
    void execute(Runnable task);

    /** Runs a task on it again and again, with so many milliseconds between. */
    Timer every(long millis, Runnable task);

    /** Runs a task on it once, after so many milliseconds. */
    Timer after(long millis, Runnable task);

    /**
     * Runs the next part of a long piece of work on it, after whatever waits meanwhile: tasks, timers, and what has come over the network. A loop
     * that is given the next part by {@link #execute} goes through up to a second of such tasks before it looks at timers and sockets again.
     */
    default void goOn(Runnable nextPart) {
        after(0, nextPart);
    }

    /** When a part of a long piece of work that begins now is to end, by {@link #nanoTime}; the next one follows by {@link #goOn}. */
    default long partEnd() {
        return nanoTime() + PART_NANOS;
    }

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
