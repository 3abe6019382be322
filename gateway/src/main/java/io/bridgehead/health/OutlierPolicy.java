package io.bridgehead.health;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When real traffic shows that an endpoint is ill, and for how long it is left alone. The words and the way of counting are those of
 * Envoy's outlier detection.
 *
 * @param consecutive failures in a row that eject at once
 * @param ejection how long and how many
 * @param interval over which answers are counted for the two that compare; 1 s to 1 h
 * @param successRate ejects who succeeds far less often than the others; null for never
 * @param failurePercentage ejects who fails too often; null for never
 */
public record OutlierPolicy(
        Consecutive consecutive,
        Ejection ejection,
        Duration interval,
        @Nullable SuccessRate successRate,
        @Nullable FailurePercentage failurePercentage) {
    /** Three failed connections or five gateway errors in a row; 30 s, growing to 5 min; at most half. */
    public static final OutlierPolicy DEFAULT =
            new OutlierPolicy(Consecutive.DEFAULT, Ejection.DEFAULT, Duration.ofSeconds(10), null, null);

    /** @throws IllegalArgumentException if the interval is out of range */
    public OutlierPolicy {
        if (interval.compareTo(Duration.ofSeconds(1)) < 0 || interval.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("outlier interval " + interval + ": expected 1 s to 1 h");
        }
    }

    /** Whether anything is counted over intervals. */
    public boolean compares() {
        return successRate != null || failurePercentage != null;
    }

    /** The same with other failures in a row. */
    public OutlierPolicy withConsecutive(Consecutive other) {
        return new OutlierPolicy(other, ejection, interval, successRate, failurePercentage);
    }

    /**
     * Failures in a row before an endpoint is ejected; 0 switches one off.
     *
     * @param serverErrors answers 500 to 599, and all that counts as a gateway error
     * @param gatewayErrors answers 502, 503, 504, resets and time-outs
     * @param localOriginFailures connections that failed
     */
    public record Consecutive(int serverErrors, int gatewayErrors, int localOriginFailures) {
        public static final Consecutive DEFAULT = new Consecutive(0, 5, 3);

        /** @throws IllegalArgumentException if one is negative */
        public Consecutive {
            if (serverErrors < 0 || gatewayErrors < 0 || localOriginFailures < 0) {
                throw new IllegalArgumentException("outlier thresholds " + serverErrors + ", " + gatewayErrors + " and "
                        + localOriginFailures + ": expected 0 or more");
            }
        }
    }

    /**
     * How long endpoints stay away, and how many at once.
     *
     * @param base length of the first ejection; the n-th lasts n times as long
     * @param max longest ejection
     * @param maxPercent share of the endpoints that may be ejected at once, 0 to 100; one may always be, the last never
     */
    public record Ejection(Duration base, Duration max, int maxPercent) {
        public static final Ejection DEFAULT = new Ejection(Duration.ofSeconds(30), Duration.ofMinutes(5), 50);

        /** @throws IllegalArgumentException naming the value that is out of range */
        public Ejection {
            if (!base.isPositive() || max.compareTo(base) < 0) {
                throw new IllegalArgumentException("ejection " + base + " to " + max
                        + ": expected more than zero, and a maximum that is not below the base");
            }
            if (maxPercent < 0 || maxPercent > 100) {
                throw new IllegalArgumentException("maxEjected " + maxPercent + " %: expected 0 to 100");
            }
        }

        /** How many of {@code size} endpoints may be ejected at once. */
        public int countMax(int size) {
            return Math.min(size - 1, Math.max(1, size * maxPercent / 100));
        }
    }

    /**
     * Ejects an endpoint whose share of successes in an interval is below the mean of all by more than so many standard deviations.
     *
     * @param minimumHosts endpoints with enough requests before anything is compared; at least 1
     * @param requestVolume requests in the interval that are enough; at least 1
     * @param stdevFactor standard deviations; more than 0
     */
    public record SuccessRate(int minimumHosts, int requestVolume, double stdevFactor) {
        /** @throws IllegalArgumentException naming the value that is out of range */
        public SuccessRate {
            requirePositive("successRate", minimumHosts, requestVolume);
            if (!(stdevFactor > 0)) {
                throw new IllegalArgumentException("stdevFactor " + stdevFactor + ": expected more than 0");
            }
        }
    }

    /**
     * Ejects an endpoint whose share of failures in an interval reaches a bound.
     *
     * @param threshold in percent; 1 to 100
     * @param minimumHosts endpoints with enough requests before anything is judged; at least 1
     * @param requestVolume requests in the interval that are enough; at least 1
     */
    public record FailurePercentage(int threshold, int minimumHosts, int requestVolume) {
        /** @throws IllegalArgumentException naming the value that is out of range */
        public FailurePercentage {
            requirePositive("failurePercentage", minimumHosts, requestVolume);
            if (threshold < 1 || threshold > 100) {
                throw new IllegalArgumentException("failurePercentage threshold " + threshold + ": expected 1 to 100");
            }
        }
    }

    private static void requirePositive(String what, int minimumHosts, int requestVolume) {
        if (minimumHosts < 1 || requestVolume < 1) {
            throw new IllegalArgumentException(what + " minimumHosts " + minimumHosts + ", requestVolume "
                    + requestVolume + ": expected 1 or more");
        }
    }
}
