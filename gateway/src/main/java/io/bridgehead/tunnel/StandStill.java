package io.bridgehead.tunnel;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.TimeUnit;

/**
 * Whether this node itself did not run lately (a process that was stopped, a machine without a processor for it, a very long pause of
 * the JVM), so that peers may have given it up: a connection that is found closed after that says nothing of the peer.
 *
 * <p>Time is an argument; nanoseconds of a clock that may wrap. A clock that stands still while a machine is suspended shows none of that.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class StandStill {
    /** From so long on; no peer gives a node up after less than {@link LivenessJudge.Times#STANDARD} says, 1.5 s. */
    static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So long afterwards, what was lost is taken to be lost by it. */
    static final long AFTERWARDS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private long lookedAt;
    private long wentOnAt;
    private boolean stood;

    /** It is looked from now on. */
    void begin(long now) {
        lookedAt = now;
    }

    /**
     * To be called every few tens of milliseconds, and before what was lost is judged.
     *
     * @return for how many nanoseconds this node has not run, if it goes on only now; else 0
     */
    long look(long now) {
        long since = now - lookedAt;
        lookedAt = now;
        if (since < LEAST_NANOS) {
            return 0;
        }
        wentOnAt = now;
        stood = true;
        return since;
    }

    /** Whether it went on a moment ago. */
    boolean isRecent(long now) {
        stood = stood && now - wentOnAt < AFTERWARDS_NANOS;
        return stood;
    }
}
