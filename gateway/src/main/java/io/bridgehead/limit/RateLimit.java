package io.bridgehead.limit;

import java.time.Duration;

/**
 * A bound on how many requests, or connections, of a service may come in a time: a bucket of {@code burst} tokens that {@code requests}
 * tokens come into in every {@code per}, evenly; each request takes one, and is refused when there is none.
 *
 * @param name what it is called among those of its service
 * @param requests 1 or more
 * @param per the time in which they come
 * @param burst as many as may come at once when none has come for a while; 1 or more
 * @param by which requests share a bucket
 * @param match which requests are counted
 * @param fabric whether the rate is that of all nodes together, else that of each
 */
public record RateLimit(
        String name, int requests, Duration per, int burst, RateKey by, RateMatch match, boolean fabric) {
    /** In which a bucket that is empty must be full again; times are long integers of nanoseconds. */
    public static final Duration FILL_MAX = Duration.ofHours(24);

    /** @throws IllegalArgumentException naming what is out of range */
    public RateLimit {
        if (requests < 1 || burst < 1 || !per.isPositive()) {
            throw new IllegalArgumentException("rate limit " + name + ": " + requests + " per " + per + ", burst "
                    + burst + ": expected 1 or more of each");
        }
        if (per.multipliedBy(burst).dividedBy(requests).compareTo(FILL_MAX) > 0) {
            throw new IllegalArgumentException("rate limit " + name + ": a burst of " + burst + " at " + requests
                    + " per " + per + ": expected to be full again within " + FILL_MAX);
        }
    }

    /** From one token to the next, in nanoseconds; never shorter than the rate allows. */
    public long intervalNanos() {
        return Math.max(1, (per.toNanos() + requests - 1) / requests);
    }

    /** In which an empty bucket is full, in nanoseconds. */
    public long depthNanos() {
        return intervalNanos() * burst;
    }

    /** For people, such as {@code 100 per 1 s for each identity, burst 200, on each node}. */
    public String shown() {
        return requests + " per " + time() + " " + by + ", burst " + burst
                + (fabric ? ", on all nodes together" : ", on each node");
    }

    private String time() {
        long millis = per.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}
