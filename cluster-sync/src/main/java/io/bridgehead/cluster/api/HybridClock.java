package io.bridgehead.cluster.api;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The hybrid logical clock of one node: its stamps only grow, and are later than every stamp it has observed.
 *
 * <p>Threads: any; the whole state is one immutable stamp in one atomic.
 */
public final class HybridClock {
    /** How far ahead of this node's own clock a stamp may be before it is refused. */
    public static final Duration AHEAD_MAX = Duration.ofSeconds(60);

    private final InstantSource physical;
    private final String node;
    private final AtomicReference<Stamp> last;

    public HybridClock(InstantSource physical, String node) {
        this.physical = physical;
        this.node = node;
        this.last = new AtomicReference<>(new Stamp(0, 0, node));
    }

    /** The next stamp of this node. */
    public Stamp next() {
        long now = physical.millis();
        return last.updateAndGet(previous -> now > previous.millis() ? new Stamp(now, 0, node) : following(previous));
    }

    /**
     * Takes note of a stamp from elsewhere, so that whatever this node stamps from now on is later.
     *
     * @return false when the stamp is more than {@link #AHEAD_MAX} ahead of this node's clock; the clock is unchanged
     *     then
     */
    public boolean observe(Stamp remote) {
        if (isTooFarAhead(remote)) {
            return false;
        }
        resumeAfter(remote);
        return true;
    }

    /** Whether a stamp is more than {@link #AHEAD_MAX} ahead of this node's clock. */
    public boolean isTooFarAhead(Stamp stamp) {
        return stamp.millis() > physical.millis() + AHEAD_MAX.toMillis();
    }

    /** Continues after a stamp that this node gave or accepted before a restart, however far ahead it is. */
    public void resumeAfter(Stamp known) {
        last.accumulateAndGet(new Stamp(known.millis(), known.counter(), node), HybridClock::later);
    }

    private Stamp following(Stamp previous) {
        return previous.counter() == Integer.MAX_VALUE
                ? new Stamp(previous.millis() + 1, 0, node)
                : new Stamp(previous.millis(), previous.counter() + 1, node);
    }

    private static Stamp later(Stamp a, Stamp b) {
        return a.isAfter(b) ? a : b;
    }
}
