package io.bridgehead.config.read;

import io.bridgehead.config.OutlierSpec;
import io.bridgehead.config.OutlierSpec.Consecutive;
import io.bridgehead.config.OutlierSpec.Ejection;
import io.bridgehead.config.OutlierSpec.FailurePercentage;
import io.bridgehead.config.OutlierSpec.SuccessRate;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The keys of a service's outlier detection. */
final class OutlierKeys {
    private static final int COUNT_MAX = 1_000_000;

    private static final Key<Integer> SERVER_ERRORS = Key.defaulted(
            "consecutive5xx",
            Scalars.integer(0, COUNT_MAX),
            "0",
            "Failures in a row that eject: answers 500 to 599, and all that `consecutiveGatewayErrors` counts. 0: never.");
    private static final Key<Integer> GATEWAY_ERRORS = Key.defaulted(
            "consecutiveGatewayErrors",
            Scalars.integer(0, COUNT_MAX),
            "5",
            "Failures in a row that eject: answers 502, 503 and 504, resets and time-outs. 0: never.");
    private static final Key<Integer> LOCAL_ORIGIN = Key.defaulted(
            "consecutiveLocalOriginFailures",
            Scalars.integer(0, COUNT_MAX),
            "3",
            "Failures in a row that eject: connections that could not be opened or secured. 0: never.");
    private static final Key<Duration> BASE = Key.defaulted(
            "baseEjection",
            Scalars.duration("100ms", "1h"),
            "30s",
            "How long the first ejection lasts; the n-th lasts n times as long.");
    private static final Key<Duration> MAX = Key.defaulted(
            "maxEjection",
            Scalars.duration("100ms", "24h"),
            "5m",
            "The longest ejection; at least `baseEjection`, and as long as that if it is left out and shorter.");
    private static final Key<Integer> MAX_PERCENT = Key.defaulted(
            "maxEjected",
            Scalars.percent(0, 100),
            "50%",
            "Share of a site's endpoints that a node has ejected at once at most; one may always be, the last never.");
    private static final Key<Duration> INTERVAL = Key.defaulted(
            "interval",
            Scalars.duration("1s", "1h"),
            "10s",
            "Over which `successRate` and `failurePercentage` count, on each event loop.");

    private static final Key<Integer> HOSTS = Key.defaulted(
            "minimumHosts",
            Scalars.integer(1, 1000),
            "5",
            "Endpoints with enough requests in the interval below which nothing is judged.");
    private static final Key<Integer> RATE_VOLUME = Key.defaulted(
            "requestVolume", Scalars.integer(1, COUNT_MAX), "100", "Requests in the interval that are enough.");
    private static final Key<Double> STDEV = Key.defaulted(
            "stdevFactor",
            Scalars.number(0.1, 10),
            "1.9",
            "An endpoint is ejected if its share of successes is below the mean by more than so many standard deviations.");
    private static final Key<SuccessRate> SUCCESS_RATE = Key.optional(
            "successRate",
            Section.of(
                    "spec.outlier.successRate",
                    fields -> new SuccessRate(fields.get(HOSTS), fields.get(RATE_VOLUME), fields.get(STDEV)),
                    HOSTS,
                    RATE_VOLUME,
                    STDEV),
            "Ejects endpoints that succeed far less often than the others; `{}` for its defaults. Without it: never.");

    private static final Key<Integer> THRESHOLD = Key.defaulted(
            "threshold",
            Scalars.percent(1, 100),
            "85%",
            "Share of failures in the interval from which an endpoint is ejected.");
    private static final Key<Integer> FAILURE_VOLUME = Key.defaulted(
            "requestVolume", Scalars.integer(1, COUNT_MAX), "50", "Requests in the interval that are enough.");
    private static final Key<FailurePercentage> FAILURE_PERCENTAGE = Key.optional(
            "failurePercentage",
            Section.of(
                    "spec.outlier.failurePercentage",
                    fields ->
                            new FailurePercentage(fields.get(THRESHOLD), fields.get(HOSTS), fields.get(FAILURE_VOLUME)),
                    THRESHOLD,
                    HOSTS,
                    FAILURE_VOLUME),
            "Ejects endpoints that fail too often; `{}` for its defaults. Without it: never.");

    static final Section<OutlierSpec> OUTLIER = Section.of(
            "spec.outlier",
            OutlierKeys::build,
            SERVER_ERRORS,
            GATEWAY_ERRORS,
            LOCAL_ORIGIN,
            BASE,
            MAX,
            MAX_PERCENT,
            INTERVAL,
            SUCCESS_RATE,
            FAILURE_PERCENTAGE);

    private OutlierKeys() {}

    private static @Nullable OutlierSpec build(Fields fields) {
        Duration base = fields.get(BASE);
        Duration max = fields.get(MAX);
        if (max.compareTo(base) < 0) {
            if (fields.isGiven(MAX)) {
                fields.refuse(MAX, fields.shown(MAX), "at least baseEjection", null);
                return null;
            }
            max = base;
        }
        return new OutlierSpec(
                new Consecutive(fields.get(SERVER_ERRORS), fields.get(GATEWAY_ERRORS), fields.get(LOCAL_ORIGIN)),
                new Ejection(base, max, fields.get(MAX_PERCENT)),
                fields.get(INTERVAL),
                fields.find(SUCCESS_RATE),
                fields.find(FAILURE_PERCENTAGE));
    }
}
