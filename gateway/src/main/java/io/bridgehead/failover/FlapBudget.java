package io.bridgehead.failover;

import java.time.Duration;

/**
 * How often a site may come back: what comes and goes without end is held away, so that traffic does not follow it.
 *
 * @param returnsMax returns within {@code per}; one more waits until the oldest of them is longer ago than that
 * @param per the time that is looked back on
 */
public record FlapBudget(int returnsMax, Duration per) {
    /** Returns that any budget can permit. */
    public static final int RETURNS_MAX = 1000;
    /** Five returns in ten minutes. */
    public static final FlapBudget DEFAULT = new FlapBudget(5, Duration.ofMinutes(10));

    /** @throws IllegalArgumentException naming the value that is out of range */
    public FlapBudget {
        if (returnsMax < 1 || returnsMax > RETURNS_MAX) {
            throw new IllegalArgumentException("flapBudget returns " + returnsMax + ": expected 1 to " + RETURNS_MAX);
        }
        if (!per.isPositive()) {
            throw new IllegalArgumentException("flapBudget per " + per + ": expected more than zero");
        }
    }
}
