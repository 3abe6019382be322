package io.bridgehead.demo;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What the clients saw. Any thread: every method takes the one lock, for a few instructions. */
@OwnedBy(Owner.ANY_THREAD)
final class Tally {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> bySite = new TreeMap<>();
    private final Map<String, Long> recentBySite = new TreeMap<>();
    private final Set<String> clients = new HashSet<>();
    private long requests;
    private long failed;
    private long posts;
    private long postsFailed;
    private long reconnects;
    private long longestStallNanos;
    private String longestStallIn = "";
    private String situation = "";
    private long coldNanos;
    private boolean warm;
    private long warmSinceNanos;
    private @Nullable Watch watch;

    /** Waits until each client had a good GET from a site, or from any but one. */
    @OwnedBy(Owner.ANY_THREAD) // under the tally's lock
    static final class Watch {
        private final String site;
        private final boolean wanted;
        private final long sinceNanos;
        private final Set<String> missing;
        private long seenNanos = -1;

        Watch(String site, boolean wanted, Set<String> clients, long sinceNanos) {
            this.site = site;
            this.wanted = wanted;
            this.missing = new HashSet<>(clients);
            this.sinceNanos = sinceNanos;
        }

        private void saw(String client, String servedBy, long nowNanos) {
            if (servedBy.equals(site) == wanted && missing.remove(client) && missing.isEmpty()) {
                seenNanos = nowNanos;
            }
        }
    }

    /** A snapshot. */
    record Sum(
            long requests,
            long failed,
            long posts,
            long postsFailed,
            long reconnects,
            long longestStallMillis,
            String longestStallIn,
            long coldMillis,
            Map<String, Long> bySite) {}

    /** What happens from now on, in the words of the screen. */
    void situation(String what) {
        lock.lock();
        try {
            situation = what;
        } finally {
            lock.unlock();
        }
    }

    /** The nodes are warm from now on; what was sent before does not count as a stall. */
    void warm(long nowNanos) {
        lock.lock();
        try {
            warm = true;
            warmSinceNanos = nowNanos;
        } finally {
            lock.unlock();
        }
    }

    /** A GET ended; {@code servedBy} is empty when it got no good answer. */
    void get(String client, String servedBy, long nanos, long nowNanos) {
        lock.lock();
        try {
            requests++;
            clients.add(client);
            if (!warm || nowNanos - nanos - warmSinceNanos < 0) {
                coldNanos = Math.max(coldNanos, nanos);
            } else if (nanos > longestStallNanos) {
                longestStallNanos = nanos;
                longestStallIn = situation;
            }
            if (servedBy.isEmpty()) {
                failed++;
                return;
            }
            String site = site(servedBy);
            bySite.merge(site, 1L, Long::sum);
            recentBySite.merge(site, 1L, Long::sum);
            if (watch != null) {
                watch.saw(client, site, nowNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    void post(boolean good) {
        lock.lock();
        try {
            requests++;
            posts++;
            postsFailed += good ? 0 : 1;
        } finally {
            lock.unlock();
        }
    }

    void reconnected() {
        lock.lock();
        try {
            reconnects++;
        } finally {
            lock.unlock();
        }
    }

    /** From now on waits until every client had a good GET from this site ({@code wanted}), or from another one. */
    void watch(String site, boolean wanted, long nowNanos) {
        lock.lock();
        try {
            watch = new Watch(site, wanted, clients, nowNanos);
        } finally {
            lock.unlock();
        }
    }

    /** The milliseconds from {@link #watch} to what it waited for, or -1 while it has not come. */
    long watchedMillis() {
        lock.lock();
        try {
            return watch == null || watch.seenNanos < 0 ? -1 : (watch.seenNanos - watch.sinceNanos) / 1_000_000;
        } finally {
            lock.unlock();
        }
    }

    /** Good GETs by site since the last call. */
    Map<String, Long> recent() {
        lock.lock();
        try {
            Map<String, Long> answer = Map.copyOf(recentBySite);
            recentBySite.clear();
            return answer;
        } finally {
            lock.unlock();
        }
    }

    Sum sum() {
        lock.lock();
        try {
            return new Sum(
                    requests,
                    failed,
                    posts,
                    postsFailed,
                    reconnects,
                    longestStallNanos / 1_000_000,
                    longestStallIn,
                    coldNanos / 1_000_000,
                    new TreeMap<>(bySite));
        } finally {
            lock.unlock();
        }
    }

    private static String site(String servedBy) {
        int slash = servedBy.indexOf('/');
        return slash < 0 ? servedBy : servedBy.substring(0, slash);
    }
}
