package io.bridgehead.health;

import java.time.Duration;

/**
 * When real traffic shows that an endpoint is ill, and for how long it is left alone.
 *
 * @param connectFailures connections in a row that failed before an endpoint is ejected; 0 switches this off
 * @param gatewayErrors answers 502, 503, 504, resets and time-outs in a row; 0 switches this off
 * @param baseEjection length of the first ejection; the n-th lasts n times as long
 * @param maxEjection longest ejection
 * @param maxEjectedPercent share of the endpoints that may be ejected at once, 0 to 100; one may always be, the last never
 */
public record OutlierPolicy(
        int connectFailures, int gatewayErrors, Duration baseEjection, Duration maxEjection, int maxEjectedPercent) {
    /** Three failed connections or five gateway errors in a row; 30 s, growing to 5 min; at most half. */
    public static final OutlierPolicy DEFAULT =
            new OutlierPolicy(3, 5, Duration.ofSeconds(30), Duration.ofMinutes(5), 50);

    /** @throws IllegalArgumentException naming the value that is out of range */
    public OutlierPolicy {
        if (connectFailures < 0 || gatewayErrors < 0) {
            throw new IllegalArgumentException(
                    "outlier thresholds " + connectFailures + " and " + gatewayErrors + ": expected 0 or more");
        }
        if (!baseEjection.isPositive() || maxEjection.compareTo(baseEjection) < 0) {
            throw new IllegalArgumentException("ejection " + baseEjection + " to " + maxEjection
                    + ": expected more than zero, and a maximum that is not below the base");
        }
        if (maxEjectedPercent < 0 || maxEjectedPercent > 100) {
            throw new IllegalArgumentException("maxEjectedPercent " + maxEjectedPercent + ": expected 0 to 100");
        }
    }

    /** How many of {@code size} endpoints may be ejected at once. */
    int ejectedMax(int size) {
        return Math.min(size - 1, Math.max(1, size * maxEjectedPercent / 100));
    }
}
