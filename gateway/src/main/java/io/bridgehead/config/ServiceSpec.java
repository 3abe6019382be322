package io.bridgehead.config;

import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.SiteName;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code spec} of a {@code Service} document, with defaults filled in. docs/configuration.md says what each key means.
 *
 * @param ports listeners that lead to it; only for TCP and TLS
 * @param tls how TLS to endpoints is done; null for clear text
 * @param sites endpoints by site, in the order of the file
 * @param allow who may call; null when the document does not say, which is not the same as nobody
 * @param externalAuthorization who else is asked about requests; null for nobody
 * @param given the sections that the document itself has; the others may be a TrafficPolicy's
 */
public record ServiceSpec(
        List<String> hostnames,
        Protocol protocol,
        List<Port> ports,
        @Nullable EndpointTls tls,
        SequencedMap<SiteName, List<EndpointSpec>> sites,
        Health health,
        @Nullable List<Allow> allow,
        @Nullable ExternalCheckSpec externalAuthorization,
        Failover failover,
        Care care,
        Timeouts timeouts,
        Retry retry,
        Upgrades upgrades,
        ProxyProtocol proxyProtocol,
        OriginStatement originStatement,
        Set<TrafficSpec.Part> given) {
    public ServiceSpec {
        given = Set.copyOf(given);
        hostnames = List.copyOf(hostnames);
        ports = List.copyOf(ports);
        sites = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(sites));
        allow = allow == null ? null : List.copyOf(allow);
    }

    /** What a service speaks to its endpoints; docs/configuration.md says what each word means. */
    public enum Protocol {
        HTTP,
        H2C,
        HTTPS,
        H2,
        GRPC,
        TCP,
        TLS;

        /** Whether it is a stream of bytes: it has no host names, methods or answers. */
        public boolean isBytes() {
            return this == TCP || this == TLS;
        }

        /** What defaults depend on. */
        public TimeoutSpec.Traffic traffic() {
            return isBytes()
                    ? TimeoutSpec.Traffic.BYTES
                    : this == GRPC ? TimeoutSpec.Traffic.GRPC : TimeoutSpec.Traffic.HTTP;
        }

        /** Whether it is always by TLS. */
        public boolean isSecured() {
            return this == HTTPS || this == H2;
        }

        /** Whether settings of TLS to endpoints fit. */
        public boolean takesTls() {
            return isSecured() || this == GRPC;
        }

        /** The word of the document. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What connections to endpoints begin with. */
    public enum ProxyProtocol {
        NONE,
        V1,
        V2
    }

    /** What becomes of the signed statement of who called first. */
    public enum OriginStatement {
        /** Endpoints do not get it. */
        NONE,
        /** Endpoints get it in a field. */
        FORWARD
    }

    /** A listener that leads to the service. */
    public record Port(String listener) {}

    /**
     * How endpoints are probed.
     *
     * @param http what is asked by HTTP, or null
     * @param grpc what is asked by gRPC, or null; without both a connection that opens is enough
     */
    public record Health(
            @Nullable HttpProbe http,
            @Nullable GrpcProbe grpc,
            Duration interval,
            Duration timeout,
            int healthyThreshold,
            int unhealthyThreshold,
            Pace pace) {}

    /** What else says when probes are made. */
    public record Pace(Duration unhealthyInterval, int jitterPercent) {}

    /**
     * A probe by HTTP.
     *
     * @param host empty for the endpoint's own address
     * @param statuses ranges such as {@code 200-399} or {@code 204}
     */
    public record HttpProbe(String path, String host, List<String> statuses) {
        public HttpProbe {
            statuses = List.copyOf(statuses);
        }
    }

    /**
     * A probe by the health protocol of gRPC.
     *
     * @param service empty for the server as a whole
     */
    public record GrpcProbe(String service) {}

    /**
     * Callers and what they may do.
     *
     * @param methods empty for every method
     */
    public record Allow(List<String> from, List<String> methods) {
        public Allow {
            from = List.copyOf(from);
            methods = List.copyOf(methods);
        }
    }

    /**
     * When traffic moves to other sites and back.
     *
     * @param order {@link #WORDS} and names of sites; empty for local first, then the others in the order of the file
     * @param startBelowPercent 0 to 100
     * @param weights how requests are divided among sites; empty when the order alone decides
     */
    public record Failover(
            List<String> order,
            int startBelowPercent,
            Duration holdDown,
            Failback failback,
            FlapBudget flapBudget,
            Map<SiteName, Integer> weights) {
        /** Entries of an order that mean several sites, each all that those before it mean. */
        public static final List<String> WORDS = List.of("local", "sameRegion", "sameProvider", "anySite");

        public Failover {
            order = List.copyOf(order);
            weights = Map.copyOf(weights);
        }

        /** The first of an order's entries that leaves nothing for the entry at this place; null when none does. */
        public static @Nullable String covering(List<String> order, int place) {
            int breadth = WORDS.indexOf(order.get(place));
            for (String earlier : order.subList(0, place)) {
                int held = WORDS.indexOf(earlier);
                if (earlier.equals(order.get(place)) || held == WORDS.size() - 1 || (breadth >= 0 && held > breadth)) {
                    return earlier;
                }
            }
            return null;
        }

        /** The same with requests divided. */
        public Failover withWeights(Map<SiteName, Integer> other) {
            return weights.equals(other)
                    ? this
                    : new Failover(order, startBelowPercent, holdDown, failback, flapBudget, other);
        }
    }

    /** How often a site may come back in how long. */
    public record FlapBudget(int returns, Duration per) {}

    /**
     * How traffic comes back.
     *
     * @param over how long a ramp takes
     */
    public record Failback(FailbackMode mode, Duration over) {}

    /** Ways for traffic to come back. */
    public enum FailbackMode {
        IMMEDIATE,
        RAMP,
        MANUAL
    }

    /** How requests spread over the endpoints of one site, which of these are left alone, and how many requests there may be. */
    public record Care(BalanceSpec balance, OutlierSpec outlier, Limits limits, List<RateLimitSpec> rateLimits) {
        public Care {
            rateLimits = List.copyOf(rateLimits);
        }
    }

    /** What a node may have at once with endpoints of its site; 0 for no such bound. */
    public record Limits(int connections, int pending, int requests, int retries) {}

    /** How long things may take; a zero request time means no bound. */
    public record Timeouts(
            Duration connect, Duration perTry, Duration request, Duration streamIdle, Duration messagesIdle) {}

    /** A change of protocol. */
    public enum Upgrade {
        WEBSOCKET;

        /** The word of the document. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The changes of protocol that callers may ask for.
     *
     * @param idle how long an upgraded exchange may be silent
     */
    public record Upgrades(List<Upgrade> allowed, Duration idle) {
        public Upgrades {
            allowed = List.copyOf(allowed);
        }
    }

    /**
     * Whether attempts are made again.
     *
     * @param statuses answers that count as failed
     */
    public record Retry(
            int attemptsMax,
            int budgetPercent,
            int budgetFloorPerSecond,
            Duration backoffBase,
            Duration backoffMax,
            List<Integer> statuses,
            boolean hedgeOnPerTryTimeout) {
        public Retry {
            statuses = List.copyOf(statuses);
        }
    }
}
