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
 * <p><b>Threads</b>: any; {@link #tidy} on one at a time.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class RateLimiter {
    /** Keys that have a bucket of their own. */
    public static final int KEYS_MAX = 10_000;

    private final RateLimit limit;
    private final int keysMax;
    private final boolean keyed;
    private final ConcurrentHashMap<Object, RateBucket> buckets = new ConcurrentHashMap<>();
    private final RateBucket common;
    private final LongAdder passed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder crowded = new LongAdder();
    private volatile Pace pace;

    public RateLimiter(RateLimit limit, long nowNanos) {
        this(limit, nowNanos, KEYS_MAX);
    }

    RateLimiter(RateLimit limit, long nowNanos, int keysMax) {
        this.limit = limit;
        this.keysMax = keysMax;
        this.keyed = !(limit.by() instanceof RateKey.All);
        this.common = new RateBucket(nowNanos);
        this.pace = pace(1);
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
            buckets.remove(key, bucket);
        }
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
        RateBucket made = new RateBucket(nowNanos);
        RateBucket other = buckets.putIfAbsent(key, made);
        return other == null ? made : other;
    }

    /** Gives up the buckets of keys that nobody has used for so long that they are full. */
    public void tidy(long nowNanos) {
        for (var entry : buckets.entrySet()) {
            if (entry.getValue().retire(nowNanos)) {
                buckets.remove(entry.getKey(), entry.getValue());
            }
        }
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
