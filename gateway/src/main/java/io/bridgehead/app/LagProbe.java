package io.bridgehead.app;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a task waits on one event loop before it runs: a task is always under way, and while it is not answered the wait grows.
 *
 * <p><b>Threads</b>: {@link #look} on one thread, whichever it is; the answer is written by the loop.
 */
@OwnedBy(Owner.ANY_THREAD)
final class LagProbe {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Loop loop;
    private final LongSupplier nanoTime;
    private final Runnable answer = this::answer;
    private long sentNanos;
    private volatile boolean waiting;
    private volatile long lagNanos;
    private volatile @Nullable Thread thread;
    private long cpuAtSend;

    LagProbe(Loop loop, LongSupplier nanoTime) {
        this.loop = loop;
        this.nanoTime = nanoTime;
    }

    Loop loop() {
        return loop;
    }

    /** @return the wait of the last task in nanoseconds, or how long the present one has been waiting */
    long look() {
        long now = nanoTime.getAsLong();
        if (waiting) {
            return now - sentNanos;
        }
        long last = lagNanos;
        sentNanos = now;
        cpuAtSend = cpuNanos();
        waiting = true;
        loop.execute(answer);
        return last;
    }

    /**
     * Whether the loop could have made no progress because the machine gave it no processor: it wants to run, and has run for less than
     * this long since the present task was sent.
     */
    boolean isStarved(long cpuNanosExpected) {
        Thread known = thread;
        return known != null && known.getState() == Thread.State.RUNNABLE && cpuNanos() - cpuAtSend < cpuNanosExpected;
    }

    private long cpuNanos() {
        Thread known = thread;
        return known == null ? 0 : THREADS.getThreadCpuTime(known.threadId());
    }

    /** Forgets how long the present task has been waiting: the one who looks was held up as well. */
    void forgive() {
        sentNanos = nanoTime.getAsLong();
    }

    private void answer() {
        thread = Thread.currentThread();
        lagNanos = nanoTime.getAsLong() - sentNanos;
        waiting = false;
    }
}
