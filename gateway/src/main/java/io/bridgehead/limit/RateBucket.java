package io.bridgehead.limit;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one key, as the moment when the bucket will be full again: the generic cell rate algorithm (ITU-T I.371, annex A), in which
 * the tokens that are missing are the time until then. One compare-and-set takes a token, so all threads together never take more than there are.
 *
 * <p><b>Threads</b>: any.
 */
@OwnedBy(Owner.ANY_THREAD)
final class RateBucket {
    /** What {@link #take} says of a bucket that was given up: there is another one for its key, or none. */
    static final long GONE = -1;

    private static final long RETIRED = Long.MIN_VALUE;

    private final AtomicLong fullAt;
    private final LongAdder asked = new LongAdder();
    private volatile @Nullable Pace own;

    private final long digest;
    private double rate;

    /** Full; without a place among those of the fabric. */
    RateBucket(long nowNanos) {
        this(nowNanos, 0);
    }

    /**
     * Full.
     *
     * @param digest of its key, by which it is known on other nodes
     */
    RateBucket(long nowNanos, long digest) {
        this.fullAt = new AtomicLong(nowNanos);
        this.digest = digest;
    }

    long digest() {
        return digest;
    }

    /**
     * Takes a token.
     *
     * @param interval from one token to the next
     * @param depth in which an empty bucket is full
     * @return 0, or in how many nanoseconds there will be one, or {@link #GONE}
     */
    long take(long nowNanos, long interval, long depth) {
        while (true) {
            long seen = fullAt.get();
            if (seen == RETIRED) {
                return GONE;
            }
            long missing = Math.max(0, seen - nowNanos) + interval;
            if (missing > depth) {
                return missing - depth;
            }
            if (fullAt.compareAndSet(seen, nowNanos + missing)) {
                return 0;
            }
        }
    }

    /** Puts a token back that was taken at this interval. */
    void giveBack(long interval) {
        long seen = fullAt.get();
        while (seen != RETIRED && !fullAt.compareAndSet(seen, seen - interval)) {
            seen = fullAt.get();
        }
    }

    /** Gives the bucket up if it is full, so that nothing is lost with it. */
    boolean retire(long nowNanos) {
        long seen = fullAt.get();
        return seen - nowNanos <= 0 && fullAt.compareAndSet(seen, RETIRED);
    }

    boolean isFull(long nowNanos) {
        long seen = fullAt.get();
        return seen == RETIRED || seen - nowNanos <= 0;
    }

    /** Keeps the number of tokens as tokens come faster; when they come slower, as many remain as there are in the same time. */
    void hasten(long nowNanos, Pace before, Pace after) {
        while (after.interval() < before.interval()) {
            long seen = fullAt.get();
            long free = before.depth() - Math.min(before.depth(), Math.max(0, seen - nowNanos));
            double tokens = (double) free / before.interval();
            long missing = Math.max(0, after.depth() - (long) (tokens * after.interval()));
            if (seen == RETIRED || fullAt.compareAndSet(seen, nowNanos + missing)) {
                return;
            }
        }
    }

    /** How fast tokens come, and how many there can be, both as times. */
    record Pace(long interval, long depth) {}

    /** Counts one who wants a token, whether there is one or not. */
    void ask() {
        asked.increment();
    }

    /**
     * How many want one in a second, as it has been lately; for one thread.
     *
     * @param seconds since the last call
     * @param weight of these among those before, 0 to 1
     */
    double measure(double seconds, double weight) {
        double now = asked.sumThenReset() / seconds;
        rate += (now - rate) * weight;
        return rate;
    }

    /** How tokens come into this bucket; null for as into all of its limit. */
    @Nullable
    Pace own() {
        return own;
    }

    void own(@Nullable Pace other) {
        own = other;
    }
}
