package io.bridgehead.limit;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/**
 * A bound on rate: tokens come at a steady rate up to a burst, each event takes one. Time is any clock that does not go
 * back, in nanoseconds; the bucket begins full.
 */
@OwnedBy(Owner.CONFINED)
public final class TokenBucket {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perNano;
    private final double burst;
    private double tokens;
    private long filledAt;

    /**
     * @param perSecond tokens that come each second, more than 0
     * @param burst tokens that the bucket holds at most, 1 or more
     * @throws IllegalArgumentException naming the value that is out of range
     */
    public TokenBucket(double perSecond, int burst, long nowNanos) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("rate " + perSecond + " per second: expected more than 0");
        }
        if (burst < 1) {
            throw new IllegalArgumentException("burst " + burst + ": expected 1 or more");
        }
        this.perNano = perSecond / NANOS_PER_SECOND;
        this.burst = burst;
        this.tokens = burst;
        this.filledAt = nowNanos;
    }

    /** Takes a token if there is one. */
    public boolean tryTake(long nowNanos) {
        return tryTake(1, nowNanos);
    }

    /** Takes so many tokens if there are as many; more than the burst are never there. */
    public boolean tryTake(int count, long nowNanos) {
        fill(nowNanos);
        if (tokens < count) {
            return false;
        }
        tokens -= count;
        return true;
    }

    /** How long until the next token is there; 0 when one is. For {@code Retry-After}. */
    public long nanosToNext(long nowNanos) {
        fill(nowNanos);
        return tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / perNano);
    }

    private void fill(long nowNanos) {
        long passed = nowNanos - filledAt;
        if (passed > 0) {
            tokens = Math.min(burst, tokens + passed * perNano);
            filledAt = nowNanos;
        }
    }
}
