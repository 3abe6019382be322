package io.bridgehead.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every meter of the product: its name (OpenTelemetry's semantic conventions where they have one), form, labels and meaning. This is the manual:
 * docs/metrics.md is written from it. The Prometheus form puts underscores for dots and adds units and {@code _total}.
 */
enum Signal {
    SERVER_DURATION(
            "http.server.request.duration",
            Form.DURATION,
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
            Form.DURATION,
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
            Form.DURATION,
            "a gRPC call, from its head to its last byte; by the status that the client got. Methods are no label: clients choose "
                    + "them",
            Tag.RPC_SYSTEM,
            Tag.LISTENER,
            Tag.SERVICE,
            Tag.ROUTE,
            Tag.SOURCE_SITE,
            Tag.DESTINATION_SITE,
            Tag.RPC_STATUS,
            Tag.ERROR),
    SERVER_REQUEST_SIZE(
            "http.server.request.body.size",
            Form.SIZE,
            "the body of a request as far as it was passed on; of those with such a body, not of CONNECT and not of what follows a "
                    + "change of protocol",
            Tag.LISTENER,
            Tag.SERVICE,
            Tag.ROUTE,
            Tag.SOURCE_SITE,
            Tag.DESTINATION_SITE,
            Tag.METHOD),
    SERVER_RESPONSE_SIZE(
            "http.server.response.body.size",
            Form.SIZE,
            "the body of an answer as far as it was passed on, not of what the node says itself; of those with such a body, not of "
                    + "CONNECT and not of what follows a change of protocol",
            Tag.LISTENER,
            Tag.SERVICE,
            Tag.ROUTE,
            Tag.SOURCE_SITE,
            Tag.DESTINATION_SITE,
            Tag.METHOD),
    CLIENT_REQUEST_SIZE(
            "http.client.request.body.size",
            Form.SIZE,
            "the body of a request as far as an attempt was given it; of those with such a body, not of CONNECT and not of what "
                    + "follows a change of protocol",
            Tag.SERVICE,
            Tag.ROUTE,
            Tag.SOURCE_SITE,
            Tag.DESTINATION_SITE),
    CLIENT_RESPONSE_SIZE(
            "http.client.response.body.size",
            Form.SIZE,
            "the body of an answer as far as it was taken from an attempt; of those with such a body, not of CONNECT and not of "
                    + "what follows a change of protocol",
            Tag.SERVICE,
            Tag.ROUTE,
            Tag.SOURCE_SITE,
            Tag.DESTINATION_SITE),
    REFUSALS(
            "bridgehead.refusals",
            Form.COUNT,
            "requests that this node ended by itself, by cause and by whose fault it is",
            Tag.LISTENER,
            Tag.SERVICE,
            Tag.ERROR,
            Tag.CULPRIT),
    POLICY_REMARKS(
            "bridgehead.authorization.remarks",
            Form.COUNT,
            "requests that an AUDIT policy fits, or whose verdict policies in their dry run would change: audit, would-deny or "
                    + "would-allow",
            Tag.SERVICE,
            Tag.POLICY,
            Tag.OUTCOME),
    EXTERNAL_CHECK_DURATION(
            "bridgehead.external_check.duration",
            Form.DURATION,
            "from a question to another service about a request to its end, by what became of it: allowed, denied, failed-allowed, "
                    + "failed-denied, cancelled (the client left)",
            Tag.SERVICE,
            Tag.OUTCOME),
    RATE_LIMITED(
            "bridgehead.rate_limit.refused",
            Form.COUNT,
            "requests and connections above a rate limit of their service",
            Tag.SERVICE,
            Tag.LIMIT),
    JWT_TOKENS(
            "bridgehead.jwt.tokens",
            Form.COUNT,
            "requests with a JSON Web Token, or without one that is needed, by issuer and by verdict",
            Tag.ISSUER,
            Tag.OUTCOME),
    JWT_KEY_SETS(
            "bridgehead.jwt.key_sets",
            Form.COUNT,
            "key sets of issuers that are other ones than before, and readings that failed",
            Tag.ISSUER,
            Tag.OUTCOME),
    RETRIES("bridgehead.retries", Form.COUNT, "attempts after the first", Tag.SERVICE),
    RETRY_BUDGET_SPENT(
            "bridgehead.retries.budget_spent",
            Form.COUNT,
            "requests that would have been tried again if the service's retry budget had not been spent",
            Tag.SERVICE),
    HEDGES("bridgehead.hedges", Form.COUNT, "attempts beside one that waits on a silent tunnel", Tag.SERVICE),
    MIRRORS(
            "bridgehead.mirrors",
            Form.COUNT,
            "copies of requests that rules send to another service, by what became of them: answered, failed, or dropped because "
                    + "its service does not let the caller in or is above a rate limit, its place took too little of it, too many were under "
                    + "way or the request itself broke off",
            Tag.SERVICE,
            Tag.OUTCOME),
    ACTIVE("http.server.active_requests", Form.GAUGE, "exchanges that have not ended"),
    BYTES_IN("bridgehead.request.bytes", Form.COUNT_BYTES, "bodies of requests", Tag.SERVICE),
    BYTES_OUT("bridgehead.response.bytes", Form.COUNT_BYTES, "bodies of answers", Tag.SERVICE),
    CONNECTIONS("bridgehead.connections.accepted", Form.COUNT, "accepted connections", Tag.LISTENER),
    GATE_REFUSED(
            "bridgehead.connections.refused",
            Form.COUNT,
            "connections closed before anything of them was served, by cause",
            Tag.LISTENER,
            Tag.ERROR),
    HANDSHAKES_FAILED(
            "bridgehead.tls.handshakes.failed",
            Form.COUNT,
            "TLS handshakes of clients that failed, by reason",
            Tag.LISTENER,
            Tag.ERROR),
    DATAGRAMS(
            "bridgehead.datagrams",
            Form.COUNT,
            "datagrams that were passed on: in to endpoints, out to clients",
            Tag.LISTENER,
            Tag.DIRECTION),
    DATAGRAMS_DROPPED(
            "bridgehead.datagrams.dropped",
            Form.COUNT,
            "datagrams that were not passed on, by why",
            Tag.LISTENER,
            Tag.REASON),
    DATAGRAMS_UNREACHABLE(
            "bridgehead.datagrams.unreachable",
            Form.COUNT,
            "how often an endpoint's host said that nobody takes datagrams there",
            Tag.LISTENER),
    DATAGRAM_SESSIONS(
            "bridgehead.datagrams.sessions",
            Form.GAUGE,
            "clients of ports for datagrams, by address and port",
            Tag.LISTENER),
    CONNECTIONS_CLOSED(
            "bridgehead.connections.closed",
            Form.COUNT,
            "connections of clients that ended, by why",
            Tag.LISTENER,
            Tag.REASON),
    WITHDRAWN(
            "bridgehead.withdrawn",
            Form.COUNT,
            "what was closed while it lived because it would not be admitted any more: tunnels, connections, requests, operators",
            Tag.KIND,
            Tag.REASON),
    POLICY_DECISIONS(
            "bridgehead.authorization.decisions",
            Form.COUNT,
            "requests and connections that an AuthorizationPolicy let through or refused",
            Tag.POLICY,
            Tag.OUTCOME),
    OVERLOAD_LEVEL(
            "bridgehead.overload.level",
            Form.GAUGE,
            "0 while the node has enough of everything, up to 4 while it accepts no connections"),
    OVERLOAD_PRESSURE(
            "bridgehead.overload.pressure",
            Form.GAUGE,
            "how much of what the node can run out of is in use, 0 to 1",
            Tag.INPUT),
    OVERLOAD_CHANGES("bridgehead.overload.changes", Form.COUNT, "how often a level of overload was entered", Tag.LEVEL),
    LOOP_LAG(
            "bridgehead.loop.lag",
            Form.LOOP_LAG,
            "how long a task waited for the event loop that was behind most, ten samples a second"),
    TUNNEL_ROUND_TRIP(
            "bridgehead.tunnel.round_trip",
            Form.GAUGE_SECONDS,
            "smoothed round trip to a peer node",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_UP(
            "bridgehead.tunnel.up",
            Form.GAUGE,
            "1 while a peer node is up, 0.5 while it is suspect, else 0",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_STREAMS(
            "bridgehead.tunnel.streams",
            Form.GAUGE,
            "streams under way on the tunnel connections that this node dialed to a peer node",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_WINDOWS(
            "bridgehead.tunnel.window.bytes",
            Form.GAUGE_BYTES,
            "memory that stream windows of a peer node's tunnels pin: grown windows, and what nobody consumed yet",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_BYTES(
            "bridgehead.tunnel.bytes",
            Form.COUNT_BYTES,
            "what went through all connections with a peer node, TLS and frames included: in from it, out to it",
            Tag.PEER,
            Tag.DESTINATION_SITE,
            Tag.DIRECTION),
    TUNNEL_PINGS(
            "bridgehead.tunnel.pings",
            Form.COUNT,
            "pings to a peer node on the control connection",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_PINGS_LOST(
            "bridgehead.tunnel.pings.unanswered",
            Form.COUNT,
            "pings that a peer node did not answer within the time after which it is suspect",
            Tag.PEER,
            Tag.DESTINATION_SITE),
    TUNNEL_HANDSHAKES(
            "bridgehead.tunnel.handshakes",
            Form.COUNT,
            "tunnel connections that came to stand, by what they carry: in from a peer node, out to it. purpose is control, "
                    + "requests or bytes. Nodes resume no sessions of TLS: yes would mean that a certificate was not shown again, unknown is "
                    + "said where the JDK secures tunnels",
            Tag.PEER,
            Tag.PURPOSE,
            Tag.DIRECTION,
            Tag.RESUMED),
    TUNNEL_FAULTS(
            "bridgehead.tunnel.faults",
            Form.COUNT,
            "tunnel connections that were refused, failed or were lost, by cause",
            Tag.ERROR),
    SITE_SHARE(
            "bridgehead.failover.share",
            Form.GAUGE,
            "the share of a service's new requests that a site gets, 0 to 1",
            Tag.SERVICE,
            Tag.DESTINATION_SITE,
            Tag.TIER),
    FAILOVER_STATE(
            "bridgehead.failover.state",
            Form.GAUGE,
            "1; the label says why a site has the share of a service that it has: serves, not-needed, unfit, dead, unreachable, "
                    + "suspect, held, flapping, awaits-operator, ramps, last-resort, drained, quarantined, pinned, frozen, as "
                    + "docs/failover.md says them",
            Tag.SERVICE,
            Tag.DESTINATION_SITE,
            Tag.TIER,
            Tag.STATE),
    FAILOVER_CHANGES(
            "bridgehead.failover.changes",
            Form.COUNT,
            "how often a site came into this state for a service",
            Tag.SERVICE,
            Tag.DESTINATION_SITE,
            Tag.STATE),
    FLAPS(
            "bridgehead.failover.flaps",
            Form.COUNT,
            "how often a site was held away because it had come and gone too often",
            Tag.SERVICE,
            Tag.DESTINATION_SITE),
    ENDPOINTS_FIT("bridgehead.endpoints.fit", Form.GAUGE, "fit endpoints of a service in this site", Tag.SERVICE),
    ENDPOINTS_KNOWN(
            "bridgehead.endpoints.known", Form.GAUGE, "endpoints of a service in this site, fit or not", Tag.SERVICE),
    ENDPOINT_CONNECTIONS(
            "bridgehead.endpoints.connections",
            Form.GAUGE,
            "open connections of this node to endpoints of a service",
            Tag.SERVICE),
    ENDPOINT_CHANGES(
            "bridgehead.endpoints.changes",
            Form.COUNT,
            "how often an endpoint of this site became fit or unfit",
            Tag.SERVICE,
            Tag.STATE),
    PROBES(
            "bridgehead.endpoints.probes",
            Form.COUNT,
            "active checks of endpoints that have ended: passed, failed",
            Tag.SERVICE,
            Tag.OUTCOME),
    EJECTIONS(
            "bridgehead.endpoints.ejections",
            Form.COUNT,
            "endpoints that were put out for a while because of what requests met there",
            Tag.SERVICE),
    CONNECTS_FAILED(
            "bridgehead.endpoints.connects.failed",
            Form.COUNT,
            "connections to endpoints that could not be opened for a request",
            Tag.SERVICE),
    POOL_FULL(
            "bridgehead.endpoints.pool.full",
            Form.COUNT,
            "requests that an endpoint could not be given, because too many waited for it or they waited too long",
            Tag.SERVICE),
    CIRCUIT_USED(
            "bridgehead.circuit.used",
            Form.GAUGE,
            "what is in use of a circuit limit of a service: connections, pending, requests, retries",
            Tag.SERVICE,
            Tag.LIMIT),
    CIRCUIT_MAX(
            "bridgehead.circuit.max",
            Form.GAUGE,
            "the circuit limits of a service, those that it has",
            Tag.SERVICE,
            Tag.LIMIT),
    RECORDS_REJECTED(
            "bridgehead.records.rejected",
            Form.COUNT,
            "records of shared state that this node did not take, by reason",
            Tag.ERROR),
    RECORDS_LAG(
            "bridgehead.records.lag",
            Form.RECORD_LAG,
            "from the stamp of another node on a record of shared state until it was kept here. A node that was away keeps old "
                    + "records when it is back"),
    ORIGINS_REFUSED(
            "bridgehead.origins.refused",
            Form.COUNT,
            "requests of other sites that were refused for what their gateway says of the caller, by the gateway's site and cause",
            Tag.SOURCE_SITE,
            Tag.ERROR),
    CLOCKS_APART(
            "bridgehead.origins.clocks.apart",
            Form.COUNT,
            "statements of gateways whose clock differs from this node's by more than 10 s",
            Tag.SOURCE_SITE),
    ORDERS("bridgehead.orders", Form.GAUGE, "orders of operators that are in force at this node", Tag.ORDER),
    FOLDERS(
            "bridgehead.folders",
            Form.GAUGE,
            "1; the label says how a folder is that this node publishes",
            Tag.SOURCE,
            Tag.STATE),
    STAGES(
            "bridgehead.stages",
            Form.GAUGE,
            "a change that some nodes try: 1 where this node serves it, else 0",
            Tag.SOURCE,
            Tag.REVISION),
    CONFIG_INFO(
            "bridgehead.config.info",
            Form.GAUGE,
            "1; the labels say which revision of a source is served",
            Tag.SOURCE,
            Tag.REVISION),
    CONFIG_REFUSED(
            "bridgehead.config.refused",
            Form.COUNT,
            "revisions and files that could not be used; the last good one stayed"),
    ENROLMENTS(
            "bridgehead.identity.requests",
            Form.COUNT,
            "requests for an identity at this node's authority: issued, or why not. The label enrolment is join or renewal; "
                    + "docs/security.md has the refusals",
            Tag.ENROLMENT,
            Tag.OUTCOME),
    RENEWALS(
            "bridgehead.identity.renewals",
            Form.COUNT,
            "how often this node's identity was renewed, or could not be: renewed, failed",
            Tag.OUTCOME),
    BUNDLES(
            "bridgehead.federation.bundles",
            Form.COUNT,
            "looks at the bundle of another trust domain: changed, unchanged, refused",
            Tag.TRUST_DOMAIN,
            Tag.OUTCOME),
    BUNDLE_AGE(
            "bridgehead.federation.bundle.age",
            Form.GAUGE_SECONDS,
            "since the bundle of another trust domain was last found to be the newest",
            Tag.TRUST_DOMAIN),
    CERTIFICATE_EXPIRY("bridgehead.certificate.expiry", Form.GAUGE_SECONDS, "until this node's certificate ends"),
    CLUSTER_MEMBERS(
            "bridgehead.cluster.members", Form.GAUGE, "members of the cluster that this node sees, itself included"),
    LOGS_DROPPED(
            "bridgehead.signals.dropped",
            Form.COUNT,
            "lines, log records, exchanges' spans and pushes of metrics that were lost because who takes them is slow or failed: "
                    + "access-log, audit, spans, log-records or metrics",
            Tag.SIGNAL);

    private final String meter;
    private final Form form;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of, which no one can change
    private final List<String> tags;

    Signal(String meter, Form form, String meaning, String... tags) {
        this.meter = meter;
        this.form = form;
        this.meaning = meaning;
        this.tags = List.of(tags);
    }

    String meter() {
        return meter;
    }

    Form form() {
        return form;
    }

    /** As registries take it, which put it into names; null for none. */
    @Nullable
    String baseUnit() {
        return form.baseUnit();
    }

    String meaning() {
        return meaning;
    }

    List<String> tags() {
        return tags;
    }

    /** A counter without its labels yet. */
    Counter.Builder counter() {
        return Counter.builder(meter).description(meaning).baseUnit(form.baseUnit());
    }

    /** A histogram of durations without its labels yet. */
    Timer.Builder timer() {
        return Timer.builder(meter)
                .description(meaning)
                .serviceLevelObjectives(form.durations().toArray(Duration[]::new));
    }

    /** A histogram of sizes without its labels yet. */
    DistributionSummary.Builder summary() {
        return DistributionSummary.builder(meter)
                .description(meaning)
                .baseUnit(form.baseUnit())
                .serviceLevelObjectives(
                        form.bounds().stream().mapToDouble(Double::doubleValue).toArray());
    }
}
