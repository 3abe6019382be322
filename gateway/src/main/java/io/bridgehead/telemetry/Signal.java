package io.bridgehead.telemetry;

import java.util.List;

/**
 * Every meter of the product: its name (OpenTelemetry's semantic conventions where they have one), unit, labels and meaning. This is the
 * manual; docs/signals.md is checked against it. The Prometheus form puts underscores for dots and adds units and {@code _total}.
 */
enum Signal {
    SERVER_DURATION(
            "http.server.request.duration",
            "s",
            "from the head of a request to the last byte of its answer",
            Tag.LISTENER,
            Tag.SERVICE,
            Tag.ROUTE,
            Tag.SOURCE_SITE,
            Tag.DESTINATION_SITE,
            Tag.TIER,
            Tag.METHOD,
            Tag.STATUS,
            Tag.ERROR),
    CLIENT_DURATION(
            "http.client.request.duration",
            "s",
            "one attempt, to an endpoint or through a tunnel",
            Tag.SERVICE,
            Tag.ROUTE,
            Tag.SOURCE_SITE,
            Tag.DESTINATION_SITE,
            Tag.TIER,
            Tag.STATUS,
            Tag.ERROR),
    RPC_DURATION(
            "rpc.server.call.duration",
            "s",
            "a gRPC call, from its head to its last byte",
            Tag.RPC_SYSTEM,
            Tag.LISTENER,
            Tag.SERVICE,
            Tag.ROUTE,
            Tag.SOURCE_SITE,
            Tag.DESTINATION_SITE,
            Tag.RPC_STATUS,
            Tag.ERROR),
    REFUSALS(
            "bridgehead.refusals",
            "",
            "requests that this node ended by itself, by cause and by whose fault it is",
            Tag.LISTENER,
            Tag.SERVICE,
            Tag.ERROR,
            Tag.CULPRIT),
    POLICY_REMARKS(
            "bridgehead.authorization.remarks",
            "",
            "requests that an AUDIT policy fits, or whose verdict policies in their dry run would change",
            Tag.SERVICE,
            Tag.POLICY,
            Tag.OUTCOME),
    EXTERNAL_CHECK_DURATION(
            "bridgehead.external_check.duration",
            "s",
            "from a question to another service about a request to its end, by what became of it",
            Tag.SERVICE,
            Tag.OUTCOME),
    RATE_LIMITED(
            "bridgehead.rate_limit.refused",
            "",
            "requests and connections above a rate limit of their service",
            Tag.SERVICE,
            Tag.LIMIT),
    JWT_TOKENS(
            "bridgehead.jwt.tokens",
            "",
            "requests with a JSON Web Token, or without one that is needed, by issuer and by verdict",
            Tag.ISSUER,
            Tag.OUTCOME),
    JWT_KEY_SETS(
            "bridgehead.jwt.key_sets",
            "",
            "key sets of issuers that are other ones than before, and readings that failed",
            Tag.ISSUER,
            Tag.OUTCOME),
    RETRIES("bridgehead.retries", "", "attempts after the first", Tag.SERVICE),
    RETRY_BUDGET_SPENT(
            "bridgehead.retries.budget_spent",
            "",
            "requests that would have been tried again if the service's retry budget had not been spent",
            Tag.SERVICE),
    HEDGES("bridgehead.hedges", "", "attempts beside one that waits on a silent tunnel", Tag.SERVICE),
    MIRRORS(
            "bridgehead.mirrors",
            "",
            "copies of requests that rules send to another service, by what became of them",
            Tag.SERVICE,
            Tag.OUTCOME),
    ACTIVE("http.server.active_requests", "", "exchanges that have not ended", Tag.NONE),
    BYTES_IN("bridgehead.request.bytes", "By", "bodies of requests", Tag.SERVICE),
    BYTES_OUT("bridgehead.response.bytes", "By", "bodies of answers", Tag.SERVICE),
    CONNECTIONS("bridgehead.connections.accepted", "", "accepted connections", Tag.LISTENER),
    GATE_REFUSED(
            "bridgehead.connections.refused",
            "",
            "connections closed before anything of them was served, by cause",
            Tag.LISTENER,
            Tag.ERROR),
    HANDSHAKES_FAILED(
            "bridgehead.tls.handshakes.failed",
            "",
            "TLS handshakes of clients that failed, by reason",
            Tag.LISTENER,
            Tag.ERROR),
    DATAGRAMS(
            "bridgehead.datagrams",
            "",
            "datagrams that were passed on: in to endpoints, out to clients",
            Tag.LISTENER,
            Tag.DIRECTION),
    DATAGRAMS_DROPPED(
            "bridgehead.datagrams.dropped", "", "datagrams that were not passed on, by why", Tag.LISTENER, Tag.REASON),
    DATAGRAMS_UNREACHABLE(
            "bridgehead.datagrams.unreachable",
            "",
            "how often an endpoint's host said that nobody takes datagrams there",
            Tag.LISTENER),
    DATAGRAM_SESSIONS(
            "bridgehead.datagrams.sessions", "", "clients of ports for datagrams, by address and port", Tag.LISTENER),
    CONNECTIONS_CLOSED(
            "bridgehead.connections.closed", "", "connections of clients that ended, by why", Tag.LISTENER, Tag.REASON),
    WITHDRAWN(
            "bridgehead.withdrawn",
            "",
            "what was closed while it lived because it would not be admitted any more: tunnels, connections, requests, operators",
            Tag.KIND,
            Tag.REASON),
    POLICY_DECISIONS(
            "bridgehead.authorization.decisions",
            "",
            "requests and connections that an AuthorizationPolicy let through or refused",
            Tag.POLICY,
            Tag.OUTCOME),
    OVERLOAD_LEVEL(
            "bridgehead.overload.level",
            "",
            "0 while the node has enough of everything, up to 4 while it accepts no connections",
            Tag.NONE),
    OVERLOAD_PRESSURE(
            "bridgehead.overload.pressure",
            "",
            "how much of what the node can run out of is in use, 0 to 1",
            Tag.INPUT),
    OVERLOAD_CHANGES("bridgehead.overload.changes", "", "how often a level of overload was entered", Tag.LEVEL),
    LOOP_LAG(
            "bridgehead.loop.lag",
            "s",
            "how long a task waited for the event loop that was behind most, ten samples a second",
            Tag.NONE),
    TUNNEL_ROUND_TRIP(
            "bridgehead.tunnel.round_trip", "s", "smoothed round trip to a peer node", Tag.PEER, Tag.DESTINATION_SITE),
    TUNNEL_UP(
            "bridgehead.tunnel.up",
            "",
            "1 while a peer node is up, 0.5 while it is suspect, else 0",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_STREAMS(
            "bridgehead.tunnel.streams",
            "",
            "streams under way on the tunnel connections that this node dialed to a peer node",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_WINDOWS(
            "bridgehead.tunnel.window.bytes",
            "By",
            "memory that stream windows of a peer node's tunnels pin: grown windows, and what nobody consumed yet",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_BYTES(
            "bridgehead.tunnel.bytes",
            "By",
            "what went through all connections with a peer node, TLS and frames included: in from it, out to it",
            Tag.PEER,
            Tag.DESTINATION_SITE,
            Tag.DIRECTION),
    TUNNEL_PINGS(
            "bridgehead.tunnel.pings",
            "",
            "pings to a peer node on the control connection",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_PINGS_LOST(
            "bridgehead.tunnel.pings.unanswered",
            "",
            "pings that a peer node did not answer within the time after which it is suspect",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_HANDSHAKES(
            "bridgehead.tunnel.handshakes",
            "",
            "tunnel connections that came to stand, by what they carry: in from a peer node, out to it",
            Tag.PEER,
            Tag.PURPOSE,
            Tag.DIRECTION),
    TUNNEL_FAULTS(
            "bridgehead.tunnel.faults",
            "",
            "tunnel connections that were refused, failed or were lost, by cause",
            Tag.ERROR),
    SITE_SHARE(
            "bridgehead.failover.share",
            "",
            "the share of a service's new requests that a site gets, 0 to 1",
            Tag.SERVICE,
            Tag.DESTINATION_SITE,
            Tag.TIER),
    FAILOVER_STATE(
            "bridgehead.failover.state",
            "",
            "1; the label says why a site has the share of a service that it has",
            Tag.SERVICE,
            Tag.DESTINATION_SITE,
            Tag.TIER,
            Tag.STATE),
    FAILOVER_CHANGES(
            "bridgehead.failover.changes",
            "",
            "how often a site came into this state for a service",
            Tag.SERVICE,
            Tag.DESTINATION_SITE,
            Tag.STATE),
    FLAPS(
            "bridgehead.failover.flaps",
            "",
            "how often a site was held away because it had come and gone too often",
            Tag.SERVICE,
            Tag.DESTINATION_SITE),
    ENDPOINTS_FIT("bridgehead.endpoints.fit", "", "fit endpoints of a service in this site", Tag.SERVICE),
    ENDPOINTS_KNOWN("bridgehead.endpoints.known", "", "endpoints of a service in this site, fit or not", Tag.SERVICE),
    ENDPOINT_CONNECTIONS(
            "bridgehead.endpoints.connections",
            "",
            "open connections of this node to endpoints of a service",
            Tag.SERVICE),
    ENDPOINT_CHANGES(
            "bridgehead.endpoints.changes",
            "",
            "how often an endpoint of this site became fit or unfit",
            Tag.SERVICE,
            Tag.STATE),
    PROBES("bridgehead.endpoints.probes", "", "active checks of endpoints that have ended", Tag.SERVICE, Tag.OUTCOME),
    EJECTIONS(
            "bridgehead.endpoints.ejections",
            "",
            "endpoints that were put out for a while because of what requests met there",
            Tag.SERVICE),
    CONNECTS_FAILED(
            "bridgehead.endpoints.connects.failed",
            "",
            "connections to endpoints that could not be opened for a request",
            Tag.SERVICE),
    POOL_FULL(
            "bridgehead.endpoints.pool.full",
            "",
            "requests that an endpoint could not be given, because too many waited for it or they waited too long",
            Tag.SERVICE),
    CIRCUIT_USED(
            "bridgehead.circuit.used", "", "what is in use of a circuit limit of a service", Tag.SERVICE, Tag.LIMIT),
    CIRCUIT_MAX("bridgehead.circuit.max", "", "the circuit limits of a service", Tag.SERVICE, Tag.LIMIT),
    RECORDS_REJECTED(
            "bridgehead.records.rejected",
            "",
            "records of shared state that this node did not take, by reason",
            Tag.ERROR),
    RECORDS_LAG(
            "bridgehead.records.lag",
            "s",
            "from the stamp of another node on a record of shared state until it was kept here",
            Tag.NONE),
    ORIGINS_REFUSED(
            "bridgehead.origins.refused",
            "",
            "requests of other sites that were refused for what their gateway says of the caller, by the gateway's site and cause",
            Tag.SOURCE_SITE,
            Tag.ERROR),
    CLOCKS_APART(
            "bridgehead.origins.clocks.apart",
            "",
            "statements of gateways whose clock differs from this node's by more than 10 s",
            Tag.SOURCE_SITE),
    ORDERS("bridgehead.orders", "", "orders of operators that are in force at this node", Tag.ORDER),
    FOLDERS(
            "bridgehead.folders",
            "",
            "1; the label says how a folder is that this node publishes",
            Tag.SOURCE,
            Tag.STATE),
    STAGES(
            "bridgehead.stages",
            "",
            "a change that some nodes try: 1 where this node serves it, else 0",
            Tag.SOURCE,
            Tag.REVISION),
    CONFIG_INFO(
            "bridgehead.config.info",
            "",
            "1; the labels say which revision of a source is served",
            Tag.SOURCE,
            Tag.REVISION),
    CONFIG_REFUSED(
            "bridgehead.config.refused",
            "",
            "revisions and files that could not be used; the last good one stayed",
            Tag.NONE),
    ENROLMENTS(
            "bridgehead.identity.requests",
            "",
            "requests for an identity at this node's authority: issued, or why not",
            Tag.ENROLMENT,
            Tag.OUTCOME),
    RENEWALS(
            "bridgehead.identity.renewals",
            "",
            "how often this node's identity was renewed, or could not be",
            Tag.OUTCOME),
    BUNDLES(
            "bridgehead.federation.bundles",
            "",
            "looks at the bundle of another trust domain",
            Tag.TRUST_DOMAIN,
            Tag.OUTCOME),
    BUNDLE_AGE(
            "bridgehead.federation.bundle.age",
            "s",
            "since the bundle of another trust domain was last found to be the newest",
            Tag.TRUST_DOMAIN),
    CERTIFICATE_EXPIRY("bridgehead.certificate.expiry", "s", "until this node's certificate ends", Tag.NONE),
    CLUSTER_MEMBERS(
            "bridgehead.cluster.members", "", "members of the cluster that this node sees, itself included", Tag.NONE),
    LOGS_DROPPED(
            "bridgehead.signals.dropped",
            "",
            "lines, log records, exchanges' spans and pushes of metrics that were lost because who takes them is slow or failed",
            Tag.SIGNAL);

    /** The labels, with the same names on logs and spans. */
    static final class Tag {
        static final String NONE = "";
        static final String LISTENER = "listener";
        static final String SERVICE = "service";
        static final String ROUTE = "route";
        static final String SOURCE_SITE = "source_site";
        static final String DESTINATION_SITE = "destination_site";
        static final String TIER = "tier";
        static final String METHOD = "http.request.method";
        static final String STATUS = "http.response.status_code";
        static final String RPC_SYSTEM = "rpc.system.name";
        static final String RPC_STATUS = "rpc.response.status_code";
        static final String ERROR = "error.type";
        static final String CULPRIT = "culprit";
        static final String PEER = "peer";
        static final String PURPOSE = "purpose";
        static final String POLICY = "policy";
        static final String LIMIT = "limit";
        static final String KIND = "kind";
        static final String REASON = "reason";
        static final String DIRECTION = "direction";
        static final String INPUT = "input";
        static final String LEVEL = "level";
        static final String REVISION = "revision";
        static final String ORDER = "order";
        static final String SOURCE = "source";
        static final String STATE = "state";
        static final String OUTCOME = "outcome";
        static final String TRUST_DOMAIN = "trust_domain";
        static final String ISSUER = "issuer";
        static final String ENROLMENT = "enrolment";
        static final String SIGNAL = "signal";

        private Tag() {}
    }

    private final String meter;
    private final String unit;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of, which no one can change
    private final List<String> tags;

    Signal(String meter, String unit, String meaning, String... tags) {
        this.meter = meter;
        this.unit = unit;
        this.meaning = meaning;
        this.tags = List.of(tags);
    }

    String meter() {
        return meter;
    }

    String unit() {
        return unit;
    }

    String meaning() {
        return meaning;
    }

    /** Without the empty one. */
    List<String> tags() {
        return tags.stream().filter(tag -> !tag.isEmpty()).toList();
    }
}
