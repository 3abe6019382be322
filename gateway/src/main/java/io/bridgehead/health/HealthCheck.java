package io.bridgehead.health;

import java.time.Duration;
import java.util.List;

/**
 * How the nodes of an endpoint's site find out whether the endpoint is fit.
 *
 * @param probe what is asked
 * @param interval from the start of one probe to the start of the next, before jitter; 100 ms to 1 h
 * @param timeout after which a probe has failed; positive, at most the interval
 * @param healthyThreshold successes in a row that make an unhealthy endpoint healthy; 1 to 100
 * @param unhealthyThreshold failures in a row that make a healthy endpoint unhealthy; 1 to 100
 * @param unhealthyInterval the interval while the endpoint is held to be unhealthy; as the other one
 * @param jitterPercent by how much an interval is made longer or shorter at random; 0 to 50
 */
public record HealthCheck(
        Probe probe,
        Duration interval,
        Duration timeout,
        int healthyThreshold,
        int unhealthyThreshold,
        Duration unhealthyInterval,
        int jitterPercent) {
    private static final Duration INTERVAL_MIN = Duration.ofMillis(100);
    private static final Duration INTERVAL_MAX = Duration.ofHours(1);
    private static final int THRESHOLD_MAX = 100;
    private static final int JITTER_PERCENT = 10;
    private static final int JITTER_PERCENT_MAX = 50;

    /** A TCP connection every two seconds: what a service without a {@code health} section gets. */
    public static final HealthCheck DEFAULT =
            new HealthCheck(new Probe.Tcp(), Duration.ofSeconds(2), Duration.ofSeconds(1), 1, 2);

    /** @throws IllegalArgumentException naming the value that is out of range */
    public HealthCheck {
        if (interval.compareTo(INTERVAL_MIN) < 0 || interval.compareTo(INTERVAL_MAX) > 0) {
            throw new IllegalArgumentException("health interval " + interval + ": expected 100 ms to 1 h");
        }
        if (!timeout.isPositive() || timeout.compareTo(interval) > 0) {
            throw new IllegalArgumentException(
                    "health timeout " + timeout + ": expected more than zero and at most the interval " + interval);
        }
        if (unhealthyInterval.compareTo(INTERVAL_MIN) < 0 || unhealthyInterval.compareTo(INTERVAL_MAX) > 0) {
            throw new IllegalArgumentException(
                    "health unhealthyInterval " + unhealthyInterval + ": expected 100 ms to 1 h");
        }
        if (jitterPercent < 0 || jitterPercent > JITTER_PERCENT_MAX) {
            throw new IllegalArgumentException("health jitter " + jitterPercent + " %: expected 0 to 50");
        }
        requireThreshold("healthyThreshold", healthyThreshold);
        requireThreshold("unhealthyThreshold", unhealthyThreshold);
    }

    /** One whose interval is always the same, give or take a tenth. */
    public HealthCheck(Probe probe, Duration interval, Duration timeout, int healthyThreshold, int unhealthyThreshold) {
        this(probe, interval, timeout, healthyThreshold, unhealthyThreshold, interval, JITTER_PERCENT);
    }

    /** The same thresholds and times with another probe. */
    public HealthCheck withProbe(Probe other) {
        return new HealthCheck(
                other, interval, timeout, healthyThreshold, unhealthyThreshold, unhealthyInterval, jitterPercent);
    }

    private static void requireThreshold(String name, int value) {
        if (value < 1 || value > THRESHOLD_MAX) {
            throw new IllegalArgumentException(name + " " + value + ": expected 1 to " + THRESHOLD_MAX);
        }
    }

    /** What a probe asks an endpoint. */
    public sealed interface Probe {
        /** A connection that opens in time. */
        record Tcp() implements Probe {}

        /**
         * The health protocol of gRPC: {@code grpc.health.v1.Health/Check} that is answered in time with SERVING.
         *
         * @param service the name that is asked for; empty for the server as a whole
         */
        record Grpc(String service) implements Probe {}

        /**
         * A {@code GET} that is answered in time with an expected status.
         *
         * @param path begins with {@code /}
         * @param host what the request names as its host; empty for the endpoint's address
         * @param expected the statuses of a fit endpoint, never empty
         */
        record Http(String path, String host, List<StatusRange> expected) implements Probe {
            /** Success and redirection, as orchestrators take it. */
            public static final List<StatusRange> EXPECTED_DEFAULT = List.of(new StatusRange(200, 399));

            /** @throws IllegalArgumentException if the path does not begin with '/' or nothing is expected */
            public Http {
                if (!path.startsWith("/")) {
                    throw new IllegalArgumentException(
                            "health path '" + path + "': expected a path that begins with '/'");
                }
                expected = List.copyOf(expected);
                if (expected.isEmpty()) {
                    throw new IllegalArgumentException("health path '" + path + "': expected at least one status");
                }
            }

            /** Any status from 200 to 399 is expected. */
            public Http(String path) {
                this(path, EXPECTED_DEFAULT);
            }

            /** The endpoint's own address is named as the host. */
            public Http(String path, List<StatusRange> expected) {
                this(path, "", expected);
            }

            /** Whether an answer with this status proves the endpoint fit. */
            public boolean expects(int status) {
                for (int i = 0; i < expected.size(); i++) {
                    if (expected.get(i).contains(status)) {
                        return true;
                    }
                }
                return false;
            }
        }
    }
}
