package io.bridgehead.cluster.intake;

import io.bridgehead.cluster.api.Bounds.Rate;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A token bucket for each of many names. Threads: any. At most {@link #NAMES_MAX} names; the longest unused is
 * forgotten.
 */
final class TokenBuckets {
    static final int NAMES_MAX = 4096;

    private final Rate rate;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Level> levels = new LinkedHashMap<>(16, 0.75f, true);

    TokenBuckets(Rate rate, InstantSource clock) {
        this.rate = rate;
        this.clock = clock;
    }

    /** Takes {@code amount} tokens of {@code name} if they are there. More than the burst is never there. */
    boolean take(String name, long amount) {
        long now = clock.millis();
        lock.lock();
        try {
            Level level = levels.getOrDefault(name, new Level(rate.burst(), now));
            double refill = Math.max(0, now - level.millis) / 1000.0 * rate.perSecond();
            double filled = Math.min((double) rate.burst(), level.tokens + refill);
            boolean taken = filled >= amount;
            levels.put(name, new Level(taken ? filled - amount : filled, now));
            if (levels.size() > NAMES_MAX) {
                levels.remove(levels.keySet().iterator().next());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private record Level(double tokens, long millis) {}
}
