package io.bridgehead.config.read;

import io.bridgehead.config.ServiceSpec.Failback;
import io.bridgehead.config.ServiceSpec.FailbackMode;
import io.bridgehead.config.ServiceSpec.Failover;
import io.bridgehead.config.ServiceSpec.FlapBudget;
import io.bridgehead.config.ServiceSpec.GrpcProbe;
import io.bridgehead.config.ServiceSpec.Health;
import io.bridgehead.config.ServiceSpec.HttpProbe;
import io.bridgehead.config.ServiceSpec.Pace;
import io.bridgehead.config.ServiceSpec.Retry;
import io.bridgehead.config.TimeoutSpec;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of a service's health, failover, timeouts and retries: how it is kept answering. */
final class ResilienceKeys {
    private static final Pattern STATUSES = Pattern.compile("[1-5]\\d\\d(-[1-5]\\d\\d)?");

    private static final Key<String> PROBE_PATH = Key.required("path", requestPath(), "What is asked, by GET.");
    private static final Key<String> PROBE_HOST = Key.optional(
            "host", Scalars.host(), "What the request names as its host. Without it: the endpoint's address and port.");
    private static final Key<List<String>> PROBE_STATUSES = Key.defaulted(
            "statuses", new ListType<>(statuses(), 1, 20), "[\"200-399\"]", "Answers of a fit endpoint, in quotes.");
    private static final Section<HttpProbe> HTTP_SECTION = Section.of(
            "spec.health.http",
            fields -> new HttpProbe(fields.get(PROBE_PATH), probeHost(fields), fields.get(PROBE_STATUSES)),
            PROBE_PATH,
            PROBE_HOST,
            PROBE_STATUSES);
    private static final Key<String> GRPC_SERVICE = Key.defaulted(
            "service", grpcService(), "\"\"", "The service that is asked for; empty for the server as a whole.");
    private static final Section<GrpcProbe> GRPC_SECTION =
            Section.of("spec.health.grpc", fields -> new GrpcProbe(fields.get(GRPC_SERVICE)), GRPC_SERVICE);
    private static final Key<GrpcProbe> GRPC = Key.optional(
            "grpc", GRPC_SECTION, "Asks by the health protocol of gRPC, `grpc.health.v1`; only for protocol grpc.");
    private static final Section<Boolean> TCP_SECTION = Section.of("spec.health.tcp", fields -> true);
    private static final Key<HttpProbe> HTTP = Key.optional(
            "http",
            HTTP_SECTION,
            "Asks by HTTP, by the version and with the TLS that the service has. Without it and `grpc` a connection that opens is enough.");
    private static final Key<Boolean> TCP = Key.optional(
            "tcp",
            TCP_SECTION,
            "`{}` says that a TCP connection is opened; the same as leaving `http` and `grpc` out.");
    private static final Key<Duration> INTERVAL = Key.defaulted(
            "interval", Scalars.duration("100ms", "1h"), "2s", "From one probe to the next, before jitter.");
    private static final Key<Duration> TIMEOUT = Key.defaulted(
            "timeout", Scalars.duration("10ms", "1h"), "1s", "After which a probe has failed; at most the interval.");
    private static final Key<Duration> UNHEALTHY_INTERVAL = Key.optional(
            "unhealthyInterval",
            Scalars.duration("100ms", "1h"),
            "From one probe to the next while the endpoint is held to be unfit; at least the timeout. Without it: `interval`.");
    private static final Key<Integer> JITTER = Key.defaulted(
            "jitter", Scalars.percent(0, 50), "10%", "By how much each interval is made longer or shorter at random.");
    private static final Key<Integer> HEALTHY = Key.defaulted(
            "healthyThreshold", Scalars.integer(1, 100), "1", "Successes in a row that make an unfit endpoint fit.");
    private static final Key<Integer> UNHEALTHY = Key.defaulted(
            "unhealthyThreshold", Scalars.integer(1, 100), "2", "Failures in a row that make a fit endpoint unfit.");
    static final Section<Health> HEALTH = Section.of(
            "spec.health",
            ResilienceKeys::buildHealth,
            HTTP,
            GRPC,
            TCP,
            INTERVAL,
            TIMEOUT,
            HEALTHY,
            UNHEALTHY,
            UNHEALTHY_INTERVAL,
            JITTER);

    private static final Key<FailbackMode> MODE = Key.defaulted(
            "mode",
            Scalars.choice(FailbackMode.class, mode -> mode.name().toLowerCase(Locale.ROOT)),
            "immediate",
            "All at once, linearly over a time, or only when an operator says so.");
    private static final Key<Duration> OVER = Key.defaulted(
            "over", Scalars.duration("1s", "24h"), "5m", "How long a ramp takes from nothing to everything.");
    private static final Section<Failback> FAILBACK_SECTION = Section.of(
            "spec.failover.failback", fields -> new Failback(fields.get(MODE), fields.get(OVER)), MODE, OVER);
    private static final Key<List<String>> ORDER = Key.defaulted(
            "order",
            new ListType<>(ConfigTypes.tier(), 0, 65),
            "[]",
            "Names of sites and words, first to last. `local`, `sameRegion` and `sameProvider` (by `site` in each `gateway.yaml`) and `anySite` mean all such sites that no earlier entry means, together. A site that no entry means is used for its weight alone. Empty: local, then the others in the order of `sites`.");
    private static final Key<Integer> START_BELOW = Key.defaulted(
            "startBelow",
            Scalars.percent(0, 100),
            "70%",
            "A site gives traffic away only while fewer of its endpoints are fit; 0% for none fit.");
    private static final Key<Duration> HOLD_DOWN = Key.defaulted(
            "holdDown",
            Scalars.duration("0s", "24h"),
            "30s",
            "How long a site must have been better before it gets traffic back.");
    private static final Key<Integer> RETURNS = Key.defaulted(
            "returns",
            Scalars.integer(1, 1000),
            "5",
            "Returns of a site within `per`; one more waits until the oldest of them is longer ago.");
    private static final Key<Duration> FLAPS_PER =
            Key.defaulted("per", Scalars.duration("1s", "24h"), "10m", "How far is looked back.");
    private static final Section<FlapBudget> FLAPS_SECTION = Section.of(
            "spec.failover.flapBudget",
            fields -> new FlapBudget(fields.get(RETURNS), fields.get(FLAPS_PER)),
            RETURNS,
            FLAPS_PER);
    private static final Key<FlapBudget> FLAP_BUDGET =
            Key.defaulted("flapBudget", FLAPS_SECTION, "{}", "How often a site may come back before it is held away.");
    private static final Key<Failback> FAILBACK =
            Key.defaulted("failback", FAILBACK_SECTION, "{}", "How traffic comes back after that.");
    static final Section<Failover> FAILOVER = Section.of(
                    "spec.failover",
                    fields -> new Failover(
                            fields.get(ORDER),
                            fields.get(START_BELOW),
                            fields.get(HOLD_DOWN),
                            fields.get(FAILBACK),
                            fields.get(FLAP_BUDGET),
                            Map.of()),
                    ORDER,
                    START_BELOW,
                    HOLD_DOWN,
                    FAILBACK,
                    FLAP_BUDGET)
            .notServing("spill");

    private static final Key<Duration> CONNECT =
            Key.defaulted("connect", Scalars.duration("10ms", "1m"), "1s", "For a connection to an endpoint to open.");
    private static final Key<Duration> PER_TRY = Key.optional(
            "perTry",
            Scalars.duration("10ms", "1h"),
            "For the head of the answer of one attempt, once its request is sent. Without it: 5s; 1h for grpc.");
    private static final Key<Duration> REQUEST = Key.optional(
            "request",
            Scalars.duration("0s", "1h"),
            "For the head of the answer over all attempts; 0s for no bound. Without it: 15s; 0s for grpc, whose clients bound their calls.");
    private static final Key<Duration> STREAM_IDLE = Key.optional(
            "streamIdle",
            Scalars.duration("1s", "24h"),
            "Without a byte either way after which it is cut. Without it: 5m for HTTP, 1h for gRPC, WebSocket, tcp and tls.");
    static final Section<TimeoutSpec> TIMEOUTS = Section.of(
            "spec.timeouts",
            fields -> new TimeoutSpec(
                    fields.get(CONNECT), fields.find(PER_TRY), fields.find(REQUEST), fields.find(STREAM_IDLE)),
            CONNECT,
            PER_TRY,
            REQUEST,
            STREAM_IDLE);

    private static final Key<Integer> ATTEMPTS = Key.defaulted(
            "attemptsMax", Scalars.integer(1, 10), "3", "Attempts in all, the first included; 1 means no retry.");
    private static final Key<Integer> BUDGET =
            Key.defaulted("budget", Scalars.percent(0, 100), "20%", "Retries allowed as a share of recent requests.");
    private static final Key<Integer> FLOOR = Key.defaulted(
            "budgetFloorPerSecond", Scalars.integer(0, 1000), "10", "Retries per second that are always allowed.");
    private static final Key<Duration> BACKOFF_BASE = Key.defaulted(
            "backoffBase",
            Scalars.duration("1ms", "1m"),
            "25ms",
            "Mean wait before the first retry at the same destination; doubles.");
    private static final Key<Duration> BACKOFF_MAX = Key.defaulted(
            "backoffMax", Scalars.duration("1ms", "1m"), "250ms", "Longest mean wait; at least the base.");
    private static final Key<List<Integer>> RETRY_STATUSES = Key.defaulted(
            "statuses",
            new ListType<>(Scalars.integer(400, 599), 0, 50),
            "[502, 503, 504]",
            "Answers that count as failed for idempotent requests.");
    private static final Key<Boolean> HEDGE = Key.defaulted(
            "hedgeOnPerTryTimeout",
            Scalars.truth(),
            "false",
            "Whether an attempt that `timeouts.perTry` is over for goes on beside one other; the first answer is taken. For idempotent requests, once each.");
    static final Section<Retry> RETRY = Section.of(
            "spec.retry",
            ResilienceKeys::buildRetry,
            ATTEMPTS,
            BUDGET,
            FLOOR,
            BACKOFF_BASE,
            BACKOFF_MAX,
            RETRY_STATUSES,
            HEDGE);

    private ResilienceKeys() {}

    private static @Nullable Health buildHealth(Fields fields) {
        int before = fields.problems();
        refuseBoth(fields, HTTP, TCP);
        refuseBoth(fields, GRPC, TCP);
        refuseBoth(fields, HTTP, GRPC);
        Duration timeout = fields.get(TIMEOUT);
        Duration interval = fields.get(INTERVAL);
        if (timeout.compareTo(interval) > 0 && fields.isGiven(TIMEOUT)) {
            fields.refuse(TIMEOUT, "a timeout longer than the interval", "at most the interval", null);
        }
        Duration fitting = timeout.compareTo(interval) > 0 ? interval : timeout;
        Duration unhealthyInterval = fields.find(UNHEALTHY_INTERVAL);
        if (unhealthyInterval != null && fitting.compareTo(unhealthyInterval) > 0) {
            fields.refuse(UNHEALTHY_INTERVAL, fields.shown(UNHEALTHY_INTERVAL), "at least the timeout", null);
        }
        Health health = new Health(
                fields.find(HTTP),
                fields.find(GRPC),
                interval,
                fitting,
                fields.get(HEALTHY),
                fields.get(UNHEALTHY),
                new Pace(unhealthyInterval == null ? interval : unhealthyInterval, fields.get(JITTER)));
        return fields.problems() == before ? health : null;
    }

    private static String probeHost(Fields fields) {
        String host = fields.find(PROBE_HOST);
        return host == null ? "" : host;
    }

    private static void refuseBoth(Fields fields, Key<?> one, Key<?> other) {
        if (fields.isGiven(one) && fields.isGiven(other)) {
            fields.refuse(
                    other,
                    "both " + one.name() + " and " + other.name(),
                    "one of them",
                    other.equals(TCP) ? one.name() + " opens a TCP connection too" : null);
        }
    }

    private static ScalarType<String> grpcService() {
        String expected = "the full name of a gRPC service, such as shop.Orders";
        return ScalarType.text(expected, text -> {
                    if (text.length() > 200 || !text.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
                        throw new IllegalArgumentException("expected " + expected);
                    }
                    return text;
                })
                .matching("^[!-~]{0,200}$");
    }

    private static @Nullable Retry buildRetry(Fields fields) {
        if (fields.get(BACKOFF_MAX).compareTo(fields.get(BACKOFF_BASE)) < 0) {
            fields.refuse(
                    fields.isGiven(BACKOFF_MAX) ? BACKOFF_MAX : BACKOFF_BASE,
                    "a backoffMax below backoffBase",
                    "backoffMax at or above backoffBase",
                    null);
            return null;
        }
        return new Retry(
                fields.get(ATTEMPTS),
                fields.get(BUDGET),
                fields.get(FLOOR),
                fields.get(BACKOFF_BASE),
                fields.get(BACKOFF_MAX),
                fields.get(RETRY_STATUSES),
                fields.get(HEDGE));
    }

    private static ScalarType<String> requestPath() {
        String expected = "a path that begins with '/', such as /ready";
        return ScalarType.text(expected, text -> {
                    if (!text.startsWith("/")
                            || text.length() > 1024
                            || !text.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '#')) {
                        throw new IllegalArgumentException("expected " + expected);
                    }
                    return text;
                })
                .matching("^/[!-~]*$");
    }

    private static ScalarType<String> statuses() {
        String expected = "a status or a range of them in quotes, such as \"204\" or \"200-399\"";
        return ScalarType.text(expected, text -> {
                    boolean rising = text.length() < 7 || text.substring(0, 3).compareTo(text.substring(4)) <= 0;
                    if (!STATUSES.matcher(text).matches() || !rising) {
                        throw new IllegalArgumentException("expected " + expected);
                    }
                    return text;
                })
                .matching("^[1-5][0-9]{2}(-[1-5][0-9]{2})?$");
    }
}
