package io.bridgehead.upstream.endpoint;

import java.time.Duration;

/**
 * Bounds of the connections that one loop keeps to one endpoint.
 *
 * @param connectionsMax connections at a time; 1 or more
 * @param pendingMax requests that wait for one; 0 or more
 * @param pendingWait longest wait, unless connecting may take longer
 * @param idle after which an unused connection is closed: below what endpoints usually keep one open
 */
public record PoolLimits(int connectionsMax, int pendingMax, Duration pendingWait, Duration idle) {
    /** 256 connections, 1024 waiting for at most 1 s, idle for 55 s. */
    public static final PoolLimits DEFAULT = new PoolLimits(256, 1024, Duration.ofSeconds(1), Duration.ofSeconds(55));

    /** @throws IllegalArgumentException naming the value that is out of range */
    public PoolLimits {
        if (connectionsMax < 1 || pendingMax < 0) {
            throw new IllegalArgumentException("pool of " + connectionsMax + " connections and " + pendingMax
                    + " waiting requests: expected 1 or more, and 0 or more");
        }
        if (!pendingWait.isPositive() || !idle.isPositive()) {
            throw new IllegalArgumentException(
                    "pool wait " + pendingWait + " and idle " + idle + ": expected more than zero");
        }
    }
}
