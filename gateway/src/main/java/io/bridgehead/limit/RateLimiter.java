package io.bridgehead.limit;

import io.bridgehead.limit.RateBucket.Pace;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What this node has of one {@link RateLimit}: a bucket for each key, and how many were let through and refused. Exact for the node: all event
 * loops take from the same buckets, and none waits for another.
 *
 * <p><b>Limits</b>: {@value #KEYS_MAX} keys. Buckets that are full again are given up once a second. While there is no room, keys that are
 * new share one more bucket of the same rate.
 *
 * <p>A limit of the fabric has a part of its rate here, and may have another part for single keys ({@link RateShares}).
 *
 * <p><b>Threads</b>: any; {@link #tidy} and what deals parts on one at a time.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RateLimiter {
    /** Keys that have a bucket of their own. */
    public static final int KEYS_MAX = 10_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private final RateLimit limit;
    private final int keysMax;
    private final boolean keyed;
    private final ConcurrentHashMap<Object, RateBucket> buckets = new ConcurrentHashMap<>();
    private final RateBucket common;
    private final LongAdder passed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder crowded = new LongAdder();
    private final ConcurrentHashMap<Long, RateBucket> byDigest = new ConcurrentHashMap<>();
    private volatile Pace pace;
    private long measuredAt;

    /** @param part of the rate that is this node's for the time being, above 0 and at most 1; of a limit that each node has for itself, all of it */
    public RateLimiter(RateLimit limit, double part, long nowNanos) {
        this(limit, part, nowNanos, KEYS_MAX);
    }

    RateLimiter(RateLimit limit, double part, long nowNanos, int keysMax) {
        this.limit = limit;
        this.keysMax = keysMax;
        this.keyed = !(limit.by() instanceof RateKey.All);
        this.common = new RateBucket(nowNanos, RateShares.digest(""));
        this.pace = pace(limit.fabric() ? part : 1);
        this.measuredAt = nowNanos;
        if (!keyed) {
            byDigest.put(common.digest(), common);
        }
    }

    /** What it is by its document. */
    public RateLimit limit() {
        return limit;
    }

    /**
     * Takes a token for a request.
     *
     * @return 0, or in how many nanoseconds there would be one
     */
    public long take(Caller caller, @Nullable HeaderFields fields, long nowNanos) {
        Object key = keyed ? limit.by().of(caller, fields) : "";
        while (true) {
            RateBucket bucket = bucket(key, nowNanos);
            Pace pace = pace(bucket);
            long wait = bucket.take(nowNanos, pace.interval(), pace.depth());
            if (wait != RateBucket.GONE) {
                if (limit.fabric()) {
                    bucket.ask();
                }
                (wait == 0 ? passed : refused).increment();
                return wait;
            }
            forget(key, bucket);
        }
    }

    private void forget(Object key, RateBucket bucket) {
        buckets.remove(key, bucket);
        byDigest.remove(bucket.digest(), bucket);
    }

    /** Puts the token of a request back that another limit refuses. */
    void giveBack(Caller caller, @Nullable HeaderFields fields) {
        Object key = keyed ? limit.by().of(caller, fields) : "";
        RateBucket bucket = keyed ? buckets.get(key) : common;
        RateBucket from = bucket == null ? common : bucket;
        from.giveBack(pace(from).interval());
        passed.decrement();
    }

    private RateBucket bucket(Object key, long nowNanos) {
        RateBucket known = keyed ? buckets.get(key) : common;
        if (known != null) {
            return known;
        }
        if (buckets.mappingCount() >= keysMax) {
            crowded.increment();
            return common;
        }
        RateBucket made =
                limit.fabric() ? dealt(RateShares.digest(key.toString()), nowNanos) : new RateBucket(nowNanos);
        RateBucket other = buckets.putIfAbsent(key, made);
        return other == null ? made : other;
    }

    /** Gives up the buckets of keys that nobody has used for so long that they are full. */
    public void tidy(long nowNanos) {
        for (var entry : buckets.entrySet()) {
            if (entry.getValue().own() == null && entry.getValue().retire(nowNanos)) {
                forget(entry.getKey(), entry.getValue());
            }
        }
    }

    /** The bucket that other nodes know by this digest, whether its key has been seen here or not. */
    RateBucket dealt(long digest, long nowNanos) {
        return byDigest.computeIfAbsent(digest, made -> new RateBucket(nowNanos, made));
    }

    /** One bucket has this part of the rate here from now on. */
    void deal(RateBucket bucket, double part, long nowNanos) {
        Pace after = pace(part);
        bucket.hasten(nowNanos, pace(bucket), after);
        bucket.own(after);
    }

    /** A bucket has the same part as all others again. */
    void undealt(RateBucket bucket, long nowNanos) {
        bucket.hasten(nowNanos, pace(bucket), pace);
        bucket.own(null);
        if (keyed && !buckets.containsValue(bucket)) {
            byDigest.remove(bucket.digest(), bucket);
        }
    }

    /** All buckets without a part of their own have this one from now on. */
    void equal(double part, long nowNanos) {
        Pace before = pace;
        Pace after = pace(part);
        if (after.interval() < before.interval()) {
            common.hasten(nowNanos, before, after);
            for (RateBucket bucket : buckets.values()) {
                if (bucket.own() == null) {
                    bucket.hasten(nowNanos, before, after);
                }
            }
        }
        pace = after;
    }

    /** Takes what is asked for of a bucket. */
    interface Asked {
        /** @param part of the rate of the limit; above 1 for more than there is */
        void of(long digest, double part);
    }

    /** Tells what has been asked for lately, of each bucket that is not the one which keys without room share. */
    void measure(long nowNanos, Asked told) {
        double seconds = Math.max(1, nowNanos - measuredAt) / NANOS_PER_SECOND;
        double memory = Math.clamp(4.0 * limit.intervalNanos() / NANOS_PER_SECOND, 0.5, 30);
        double weight = 1 - Math.exp(-seconds / memory);
        double each = limit.intervalNanos() / NANOS_PER_SECOND;
        measuredAt = nowNanos;
        if (!keyed) {
            told.of(common.digest(), common.measure(seconds, weight) * each);
        }
        for (RateBucket bucket : buckets.values()) {
            told.of(bucket.digest(), bucket.measure(seconds, weight) * each);
        }
    }

    /** The part of the rate that keys have here to which nothing else is dealt, above 0 and at most 1. */
    public double part() {
        Pace here = keyed ? pace : pace(common);
        return (double) limit.intervalNanos() / here.interval();
    }

    private Pace pace(RateBucket bucket) {
        Pace own = bucket.own();
        return own == null ? pace : own;
    }

    private Pace pace(double share) {
        long interval = (long) Math.ceil(limit.intervalNanos() / share);
        return new Pace(interval, Math.max(interval, limit.depthNanos()));
    }

    /** How many requests had a token. */
    public long passed() {
        return passed.sum();
    }

    /** How many had none, and were refused. */
    public long refused() {
        return refused.sum();
    }

    /** How many found no room for a bucket of their own. */
    public long crowded() {
        return crowded.sum();
    }

    /** How many keys have a bucket now; 1 for a limit of all requests together. */
    public long keys() {
        return keyed ? buckets.mappingCount() : 1;
    }
}
