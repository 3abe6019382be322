package io.bridgehead.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When requests show that an endpoint is ill; a number of 0 switches that sign off.
 *
 * @param successRate null when nothing is compared
 * @param failurePercentage null when nothing is judged by it
 */
public record OutlierSpec(
        Consecutive consecutive,
        Ejection ejection,
        Duration interval,
        @Nullable SuccessRate successRate,
        @Nullable FailurePercentage failurePercentage) {
    /** Failures in a row. */
    public record Consecutive(int serverErrors, int gatewayErrors, int localOriginFailures) {}

    /** How long endpoints are left alone and how many at once. */
    public record Ejection(Duration base, Duration max, int maxPercent) {}

    /** Success far below the others'. */
    public record SuccessRate(int minimumHosts, int requestVolume, double stdevFactor) {}

    /** Too many failures. */
    public record FailurePercentage(int threshold, int minimumHosts, int requestVolume) {}
}
