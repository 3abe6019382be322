package io.bridgehead.app;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.function.LongSupplier;

/**
 * How long a task waits on one event loop before it runs: a task is always under way, and while it is not answered the wait grows.
 *
 * <p><b>Threads</b>: {@link #look} on one thread, whichever it is; the answer is written by the loop.
 */
@OwnedBy(Owner.ANY_THREAD)
final class LagProbe {
    private final Loop loop;
    private final LongSupplier nanoTime;
    private final Runnable answer = this::answer;
    private long sentNanos;
    private volatile boolean waiting;
    private volatile long lagNanos;

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
        waiting = true;
        loop.execute(answer);
        return last;
    }

    /** Forgets how long the present task has been waiting: the one who looks was held up as well. */
    void forgive() {
        sentNanos = nanoTime.getAsLong();
    }

    private void answer() {
        lagNanos = nanoTime.getAsLong() - sentNanos;
        waiting = false;
    }
}
