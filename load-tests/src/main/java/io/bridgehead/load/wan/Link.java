package io.bridgehead.load.wan;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One direction between two sites: decides when a packet arrives at the other end, or that it does not. Packets keep their order, as on
 * one path.
 *
 * <p><b>Threads</b>: {@link #arrival} by the one thread that reads the site's packets; the rest by any.
 */
final class Link {
    /** A packet that a full queue would hold longer than this is dropped. */
    static final long QUEUE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(200);

    /** What {@link #arrival} says of a packet that gets lost. */
    static final long LOST = -1;

    private static final double BITS = 8e9;

    private final SplittableRandom random;
    private final AtomicLong carried = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile State state = new State(0, 0, 0, 0, false);
    private long free;
    private long last;

    /**
     * How a link is now.
     *
     * @param delayNanos from end to end, without queue
     * @param jitterNanos at most so much more, evenly spread
     * @param loss share of packets that get lost, 0 to 1
     * @param bitsPerSecond 0 for no limit
     * @param down nothing gets through
     */
    record State(long delayNanos, long jitterNanos, double loss, long bitsPerSecond, boolean down) {}

    Link(long seed) {
        this.random = new SplittableRandom(seed);
    }

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }

    /** Whether nothing gets through now; asked again when a packet arrives. */
    boolean isDown() {
        return state.down();
    }

    /** When a packet of so many bytes arrives that is sent at this moment (nanoseconds), or {@link #LOST}. */
    long arrival(long now, long bytes) {
        State is = state;
        if (is.down() || (is.loss() > 0 && random.nextDouble() < is.loss())) {
            lost.incrementAndGet();
            return LOST;
        }
        long sent = now;
        if (is.bitsPerSecond() > 0) {
            sent = Math.max(now, free) + (long) (bytes * BITS / is.bitsPerSecond());
            if (sent - now > QUEUE_NANOS_MAX) {
                lost.incrementAndGet();
                return LOST;
            }
            free = sent;
        }
        long jitter = is.jitterNanos() > 0 ? random.nextLong(is.jitterNanos()) : 0;
        last = Math.max(last, sent + is.delayNanos() + jitter);
        return last;
    }

    void carried() {
        carried.incrementAndGet();
    }

    void cutOff() {
        lost.incrementAndGet();
    }

    @Override
    public String toString() {
        return state + " carried=" + carried + " lost=" + lost;
    }
}
