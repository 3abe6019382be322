package io.bridgehead.retry;

import java.time.Duration;

/**
 * How often and how fast a failed attempt is made again.
 *
 * @param attemptsMax attempts in all, the first included; 1 to 10, where 1 means no retry
 * @param budgetPercent retries allowed per hundred requests of the last ten seconds; 0 to 100
 * @param budgetFloorPerSecond retries per second that are always allowed; 0 to 1000
 * @param backoffBase mean wait before the first retry at the same destination; it doubles from retry to retry
 * @param backoffMax longest mean wait
 * @param statuses answers of an endpoint that count as failed attempts of idempotent requests
 * @param hedgesOnTimeout whether an attempt that has no answer in the time of one try goes on beside another one
 */
public record RetryPolicy(
        int attemptsMax,
        int budgetPercent,
        int budgetFloorPerSecond,
        Duration backoffBase,
        Duration backoffMax,
        StatusSet statuses,
        boolean hedgesOnTimeout) {
    /** Three attempts, 20 % with a floor of 10 per second, 25 to 250 ms, and 502, 503, 504 as failures. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(3, 20, 10, Duration.ofMillis(25), Duration.ofMillis(250), StatusSet.of(502, 503, 504));

    /** @throws IllegalArgumentException naming the value that is out of range */
    public RetryPolicy {
        requireRange("attempts", attemptsMax, 1, 10);
        requireRange("budget percent", budgetPercent, 0, 100);
        requireRange("budget floor per second", budgetFloorPerSecond, 0, 1000);
        if (!backoffBase.isPositive() || backoffMax.compareTo(backoffBase) < 0) {
            throw new IllegalArgumentException("back-off " + backoffBase + " to " + backoffMax
                    + ": expected more than zero, and a maximum that is not below the base");
        }
    }

    /** One that gives up an attempt when its time is over. */
    public RetryPolicy(
            int attemptsMax,
            int budgetPercent,
            int budgetFloorPerSecond,
            Duration backoffBase,
            Duration backoffMax,
            StatusSet statuses) {
        this(attemptsMax, budgetPercent, budgetFloorPerSecond, backoffBase, backoffMax, statuses, false);
    }

    /** The same policy with another number of attempts in all. */
    public RetryPolicy withAttemptsMax(int other) {
        return new RetryPolicy(
                other, budgetPercent, budgetFloorPerSecond, backoffBase, backoffMax, statuses, hedgesOnTimeout);
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("retry " + name + " " + value + ": expected " + min + " to " + max);
        }
    }
}
