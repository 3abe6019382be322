package io.bridgehead.config.read;

import io.bridgehead.config.BalanceSpec;
import io.bridgehead.config.EndpointSpec;
import io.bridgehead.config.ExternalCheckSpec;
import io.bridgehead.config.OutlierSpec;
import io.bridgehead.config.RateLimitSpec;
import io.bridgehead.config.ServiceSpec;
import io.bridgehead.config.ServiceSpec.Allow;
import io.bridgehead.config.ServiceSpec.Care;
import io.bridgehead.config.ServiceSpec.Failover;
import io.bridgehead.config.ServiceSpec.Health;
import io.bridgehead.config.ServiceSpec.Limits;
import io.bridgehead.config.ServiceSpec.OriginStatement;
import io.bridgehead.config.ServiceSpec.Port;
import io.bridgehead.config.ServiceSpec.Protocol;
import io.bridgehead.config.ServiceSpec.ProxyProtocol;
import io.bridgehead.config.ServiceSpec.Retry;
import io.bridgehead.config.ServiceSpec.Upgrade;
import io.bridgehead.config.ServiceSpec.Upgrades;
import io.bridgehead.config.TimeoutSpec;
import io.bridgehead.config.TrafficSpec;
import io.bridgehead.config.schema.Fields;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Scalars;
import io.bridgehead.config.schema.Section;
import io.bridgehead.config.schema.Suggestion;
import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.IpAddress;
import io.bridgehead.model.SiteName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of a {@code Service} document's {@code spec}: where a service is, and who may call it. */
final class ServiceKeys {
    private static final int HOSTNAMES_MAX = 100;
    private static final int ENDPOINTS_MAX = 1000;
    private static final int SITES_MAX = 64;

    private static final Key<String> LISTENER = Key.required(
            "listener",
            Scalars.label("a listener name"),
            "A listener of `gateway.yaml` with protocol TCP, or TLS for services of tls.");
    private static final Section<Port> PORT =
            Section.of("spec.ports", fields -> new Port(fields.get(LISTENER)), LISTENER);

    private static final Key<List<EndpointSpec>> ENDPOINTS = Key.required(
            "endpoints",
            new ListType<>(BalanceKeys.ENDPOINT, 1, ENDPOINTS_MAX),
            "Where the service answers in this site.");
    private static final Key<Integer> WEIGHT = Key.optional(
            "weight",
            Scalars.integer(0, 1_000_000),
            "The part of all requests that the site is meant to get, in proportion to the weights of the others. Where any site has one, those without have 0: they serve only what `failover` sends there. Without any: `failover` alone decides.");
    private static final Section<WrittenSite> SITE = Section.of(
            "spec.sites", fields -> new WrittenSite(fields.get(ENDPOINTS), fields.find(WEIGHT)), ENDPOINTS, WEIGHT);

    private static final Key<List<String>> FROM = Key.required(
            "from",
            new ListType<>(ConfigTypes.caller(), 1, 1000),
            "Callers: `site:<name>`, `site:*` (any authenticated caller of the trust domain), a SPIFFE ID, or one that ends in `/*`.");
    private static final Key<List<String>> METHODS = Key.defaulted(
            "methods", new ListType<>(method(), 0, 50), "[]", "HTTP methods in upper case; empty for all.");
    private static final Section<Allow> ALLOW_SECTION =
            Section.of("spec.allow", fields -> new Allow(fields.get(FROM), fields.get(METHODS)), FROM, METHODS);

    private static final Key<List<String>> HOSTNAMES = Key.defaulted(
            "hostnames",
            new ListType<>(Scalars.host(), 0, HOSTNAMES_MAX),
            "[]",
            "Hosts that lead to the service; `*.example.internal` stands for every name below, an IP address for requests that name it as their host; for tls the names in ClientHellos, which are never addresses. At least one for HTTP, none for TCP.");
    private static final Key<Protocol> PROTOCOL = Key.defaulted(
            "protocol",
            Scalars.choice(Protocol.class, Protocol::text),
            "http",
            "What the service speaks to its endpoints; tls is passed through unread.");
    private static final Key<List<Port>> PORTS = Key.defaulted(
            "ports",
            new ListType<>(PORT, 0, HOSTNAMES_MAX),
            "[]",
            "Listeners that lead to the service. At least one for TCP, none for HTTP; for tls those where it takes connections whose server name leads nowhere else, or that have none.");
    private static final Key<ProxyProtocol> PROXY_PROTOCOL = Key.defaulted(
            "proxyProtocol",
            Scalars.choice(ProxyProtocol.class, version -> version.name().toLowerCase(Locale.ROOT)),
            "none",
            "The version of the PROXY header that connections to its endpoints begin with; for tcp and tls. Version 2 says who calls, too.");
    private static final Key<OriginStatement> ORIGIN_STATEMENT = Key.defaulted(
            "originStatement",
            Scalars.choice(OriginStatement.class, what -> what.name().toLowerCase(Locale.ROOT)),
            "none",
            "Whether endpoints get the signed statement of who called first, as `bridgehead-origin`: a JWT of the node where the request entered. For HTTP only.");
    private static final Key<EndpointTls> TLS = Key.optional(
            "tls",
            EndpointTlsKeys.SERVICE,
            "How TLS to endpoints is done, for https, h2 and grpc. Without it: as with `{}`; for grpc, clear text.");
    private static final Key<Map<SiteName, WrittenSite>> SITES = Key.required(
            "sites",
            new MapType<>("site", Scalars.siteName(), SITE, 1, SITES_MAX),
            "The sites where the service is, by name.");
    private static final Key<Health> HEALTH = Key.defaulted(
            "health", ResilienceKeys.HEALTH, "{}", "How nodes of an endpoint's site find out whether it is fit.");
    private static final Key<List<Allow>> ALLOW = Key.optional(
            "allow",
            new ListType<>(ALLOW_SECTION, 0, 1000),
            "Who may call. Without it: every authenticated site of the trust domain; an empty list: nobody.");
    private static final Key<ExternalCheckSpec> EXTERNAL = Key.optional(
            "externalAuthorization",
            ExternalCheckKeys.CHECK,
            "Another service that is asked about each request that `allow`, policies and rate limits let in, where it enters the fabric; not for tcp and tls.");
    private static final Key<Failover> FAILOVER = Key.defaulted(
            "failover", ResilienceKeys.FAILOVER, "{}", "Which sites serve, in which order, and when traffic moves.");
    private static final Key<BalanceSpec> BALANCE = Key.defaulted(
            "balance",
            BalanceKeys.BALANCE,
            "least-request",
            "How requests spread over the endpoints of a site: a policy alone, or a mapping.");
    private static final Key<OutlierSpec> OUTLIER = Key.defaulted(
            "outlier",
            OutlierKeys.OUTLIER,
            "{}",
            "When requests show that an endpoint is ill, and how long it is left alone.");
    private static final Key<Limits> LIMITS = Key.defaulted(
            "limits",
            CircuitKeys.LIMITS,
            "{}",
            "What a node may have at once with the service's endpoints in its site; beyond, requests go to other sites or are refused as `pool-full`.");
    private static final Key<List<RateLimitSpec>> RATE_LIMITS = Key.defaulted(
            "rateLimits",
            RateLimitKeys.LIMITS,
            "[]",
            "How many requests, or connections, may come in a time; beyond, they are answered 429 where they enter the fabric.");
    private static final Key<TimeoutSpec> TIMEOUTS =
            Key.defaulted("timeouts", ResilienceKeys.TIMEOUTS, "{}", "How long things may take.");
    private static final Key<Retry> RETRY =
            Key.defaulted("retry", ResilienceKeys.RETRY, "{}", "Whether failed attempts are made again.");

    private static final Key<List<Upgrade>> UPGRADES = Key.defaulted(
            "upgrades",
            new ListType<>(Scalars.choice(Upgrade.class, Upgrade::text), 0, 8),
            "[]",
            "Changes of protocol that callers may ask for; a request for any other is refused or served without. For http and https only.");

    private static final Map<TrafficSpec.Part, Key<?>> TRAFFIC = Map.of(
            TrafficSpec.Part.HEALTH, HEALTH,
            TrafficSpec.Part.FAILOVER, FAILOVER,
            TrafficSpec.Part.BALANCE, BALANCE,
            TrafficSpec.Part.OUTLIER, OUTLIER,
            TrafficSpec.Part.LIMITS, LIMITS,
            TrafficSpec.Part.RATE_LIMITS, RATE_LIMITS,
            TrafficSpec.Part.TIMEOUTS, TIMEOUTS,
            TrafficSpec.Part.RETRY, RETRY);

    static final Section<ServiceSpec> SPEC = Section.of(
            "spec",
            ServiceKeys::build,
            HOSTNAMES,
            PROTOCOL,
            PORTS,
            TLS,
            SITES,
            HEALTH,
            ALLOW,
            EXTERNAL,
            FAILOVER,
            BALANCE,
            OUTLIER,
            LIMITS,
            RATE_LIMITS,
            TIMEOUTS,
            RETRY,
            UPGRADES,
            PROXY_PROTOCOL,
            ORIGIN_STATEMENT);

    private ServiceKeys() {}

    private static @Nullable ServiceSpec build(Fields fields) {
        int before = fields.problems();
        Protocol protocol = fields.get(PROTOCOL);
        boolean http = !protocol.isBytes();
        judgeEntrances(fields, protocol);
        if (http) {
            refuseProxyHeader(fields, protocol);
        } else {
            refuseHttpOnly(fields, protocol);
            refuseStatement(fields, protocol);
        }
        if (protocol != Protocol.HTTP && protocol != Protocol.HTTPS) {
            refuseEntries(fields, UPGRADES, "none for protocol " + protocol.text());
        }
        if (fields.isGiven(TLS) && !protocol.takesTls()) {
            fields.refuse(TLS, "a mapping", "none for protocol " + protocol.text(), "use https, h2 or grpc");
        }
        if (fields.get(HEALTH).grpc() != null && protocol != Protocol.GRPC) {
            fields.refuse("health.grpc", "a mapping", "none for protocol " + protocol.text(), "use health.http");
        }
        judgeHash(fields, protocol);
        RateLimitKeys.judge(fields, fields.get(RATE_LIMITS), protocol.isBytes() ? protocol.text() : null);
        judgeFailover(fields);
        if (fields.problems() > before) {
            return null;
        }
        SequencedMap<SiteName, List<EndpointSpec>> sites = new LinkedHashMap<>();
        fields.get(SITES).forEach((name, site) -> sites.put(name, site.endpoints()));
        return new ServiceSpec(
                fields.get(HOSTNAMES),
                protocol,
                fields.get(PORTS),
                tls(fields, protocol),
                sites,
                fields.get(HEALTH),
                fields.find(ALLOW),
                fields.find(EXTERNAL),
                fields.get(FAILOVER).withWeights(weights(fields)),
                new Care(fields.get(BALANCE), fields.get(OUTLIER), fields.get(LIMITS), fields.get(RATE_LIMITS)),
                fields.get(TIMEOUTS).complete(protocol.traffic()),
                fields.get(RETRY),
                new Upgrades(fields.get(UPGRADES), fields.get(TIMEOUTS).upgradeIdle()),
                fields.get(PROXY_PROTOCOL),
                fields.get(ORIGIN_STATEMENT),
                given(fields));
    }

    /** What the document says itself, so that no policy says it. */
    private static Set<TrafficSpec.Part> given(Fields fields) {
        Set<TrafficSpec.Part> given = EnumSet.noneOf(TrafficSpec.Part.class);
        TRAFFIC.forEach((part, key) -> {
            if (fields.isGiven(key)) {
                given.add(part);
            }
        });
        return given;
    }

    /** Hosts lead to requests, ports to bytes; TLS that passes through is found by its server name, or at a port. */
    private static void judgeEntrances(Fields fields, Protocol protocol) {
        String some = "at least one for protocol " + protocol.text();
        if (protocol == Protocol.TLS) {
            refuseAddresses(fields);
            if (fields.get(PORTS).isEmpty()) {
                requireEntries(fields, HOSTNAMES, some + ", or a port that it takes what is left of");
            }
            return;
        }
        boolean http = !protocol.isBytes();
        requireEntries(fields, http ? HOSTNAMES : PORTS, some);
        refuseEntries(fields, http ? PORTS : HOSTNAMES, "none for protocol " + protocol.text());
    }

    private static void refuseAddresses(Fields fields) {
        for (String host : fields.get(HOSTNAMES)) {
            if (IpAddress.parse(host) != null) {
                fields.refuse(
                        HOSTNAMES,
                        "'" + host + "'",
                        "host names for protocol tls",
                        "a ClientHello names no address (RFC 6066, section 3); ports takes connections without a name");
            }
        }
    }

    private static void refuseProxyHeader(Fields fields, Protocol protocol) {
        if (fields.get(PROXY_PROTOCOL) != ProxyProtocol.NONE) {
            fields.refuse(
                    PROXY_PROTOCOL,
                    fields.shown(PROXY_PROTOCOL),
                    "none for protocol " + protocol.text(),
                    "requests of many clients share a connection to an endpoint; X-Forwarded-For names each client");
        }
    }

    private static void refuseStatement(Fields fields, Protocol protocol) {
        if (fields.get(ORIGIN_STATEMENT) != OriginStatement.NONE) {
            fields.refuse(
                    ORIGIN_STATEMENT,
                    fields.shown(ORIGIN_STATEMENT),
                    "none for protocol " + protocol.text(),
                    "a connection has no header fields");
        }
    }

    private static @Nullable EndpointTls tls(Fields fields, Protocol protocol) {
        EndpointTls given = fields.find(TLS);
        return given == null && protocol.isSecured() ? EndpointTls.DEFAULT : given;
    }

    private static void requireEntries(Fields fields, Key<? extends List<?>> key, String expected) {
        if (fields.get(key).isEmpty()) {
            fields.refuse(key, fields.isGiven(key) ? "an empty list" : null, expected, null);
        }
    }

    private static void refuseEntries(Fields fields, Key<? extends List<?>> key, String expected) {
        if (!fields.get(key).isEmpty()) {
            fields.refuse(key, "a list of " + fields.get(key).size(), expected, null);
        }
    }

    private static void refuseHttpOnly(Fields fields, Protocol protocol) {
        if (fields.isGiven(EXTERNAL)) {
            fields.refuse(EXTERNAL, "a mapping", "none for protocol " + protocol.text(), "a connection has no head");
        }
        List<Allow> allow = fields.find(ALLOW);
        for (int i = 0; allow != null && i < allow.size(); i++) {
            if (!allow.get(i).methods().isEmpty()) {
                fields.refuse(
                        "allow[" + i + "].methods",
                        "a list of " + allow.get(i).methods().size(),
                        "none for protocol " + protocol.text(),
                        "a connection has no method");
            }
        }
    }

    /** A site as the document has it. */
    private record WrittenSite(
            List<EndpointSpec> endpoints, @Nullable Integer weight) {}

    private static Map<SiteName, Integer> weights(Fields fields) {
        Map<SiteName, Integer> weights = new LinkedHashMap<>();
        fields.get(SITES).forEach((name, site) -> {
            Integer weight = site.weight();
            if (weight != null) {
                weights.put(name, weight);
            }
        });
        return weights;
    }

    private static void judgeHash(Fields fields, Protocol protocol) {
        BalanceSpec.HashOn hashOn = fields.get(BALANCE).hashOn();
        if (protocol.isBytes() && hashOn != null && hashOn.kind() != BalanceSpec.HashOn.Kind.SOURCE) {
            fields.refuse(
                    "balance.hashOn",
                    "a mapping",
                    "{ source: true } for protocol " + protocol.text(),
                    "a connection has no header fields");
        }
    }

    private static void judgeFailover(Fields fields) {
        Map<SiteName, Integer> weights = weights(fields);
        if (!weights.isEmpty() && weights.values().stream().allMatch(weight -> weight == 0)) {
            fields.refuse(SITES, "no weight but 0", "one above 0", "'bridgehead drain' keeps all requests from a site");
        }
        List<String> order = fields.get(FAILOVER).order();
        if (order.isEmpty()) {
            return;
        }
        List<String> sites =
                fields.get(SITES).keySet().stream().map(SiteName::value).toList();
        List<String> known = new ArrayList<>(ConfigTypes.TIER_WORDS);
        known.addAll(sites);
        for (int i = 0; i < order.size(); i++) {
            String at = "failover.order[" + i + "]";
            if (!ConfigTypes.TIER_WORDS.contains(order.get(i)) && !sites.contains(order.get(i))) {
                fields.refuse(
                        at,
                        "'" + order.get(i) + "'",
                        "local, sameRegion, sameProvider, anySite or a site of this service: "
                                + String.join(", ", sites),
                        Suggestion.question(order.get(i), known));
            } else {
                refuseUnreached(fields, at, order, i);
            }
        }
    }

    /** Refuses an entry that stands behind one that means all that it means. */
    private static void refuseUnreached(Fields fields, String at, List<String> order, int place) {
        String entry = order.get(place);
        String covering = Failover.covering(order, place);
        if (entry.equals(covering)) {
            fields.refuse(at, "'" + entry + "' twice", "each site once", null);
        } else if (covering != null) {
            fields.refuse(
                    at,
                    "'" + entry + "' behind '" + covering + "'",
                    "it before '" + covering + "', which means it as well",
                    null);
        }
    }

    private static ScalarType<String> method() {
        String expected = "an HTTP method in upper case, such as GET";
        return ScalarType.text(expected, text -> {
                    if (text.length() > 32 || !text.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || c == '-')) {
                        throw new IllegalArgumentException("expected " + expected);
                    }
                    return text;
                })
                .matching("^[A-Z-]{1,32}$");
    }
}
