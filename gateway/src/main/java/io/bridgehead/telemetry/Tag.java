package io.bridgehead.telemetry;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The labels of meters, with the same names on logs and spans, and what their values mean. */
final class Tag {
    /** On every series. */
    static final String NODE = "node";
    /** On every series. */
    static final String SITE = "site";

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
    static final String RESUMED = "resumed";
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

    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry(NODE, "the node that tells; on every series"),
            Map.entry(SITE, "its site; on every series"),
            Map.entry(LISTENER, "where it came in: the name of a listener, or the tunnel's"),
            Map.entry(SERVICE, "the service; `none` where none was found"),
            Map.entry(
                    ROUTE,
                    "the rule of a Gateway's route that took the request, as the access log names it; `none` without one"),
            Map.entry(SOURCE_SITE, "the site where the request entered the fabric, or where something comes from"),
            Map.entry(DESTINATION_SITE, "the site where it was served or tried last; of tunnels that of the peer"),
            Map.entry(TIER, "the place of the destination in the failover order, from 0"),
            Map.entry(METHOD, "the method; `_OTHER` for one that is not a standard one"),
            Map.entry(STATUS, "the status of the answer; 0 for none"),
            Map.entry(RPC_SYSTEM, "`grpc`"),
            Map.entry(RPC_STATUS, "the status of the call by its name, such as `OK`"),
            Map.entry(
                    ERROR,
                    "the cause of a refusal or failure, as [signals.md](signals.md#causes-of-refusals) has them; `none` without one"),
            Map.entry(CULPRIT, "who has to do something: `client`, `policy`, `endpoint`, `tunnel` or `node`"),
            Map.entry(PEER, "the node at the other end of a tunnel"),
            Map.entry(PURPOSE, "what a tunnel connection carries: `control`, `requests` or `bytes`"),
            Map.entry(
                    RESUMED,
                    "whether the handshake resumed a session: `no`, `yes`, or `unknown` where the TLS library does not tell"),
            Map.entry(POLICY, "names of policies, separated by commas where several decide together"),
            Map.entry(LIMIT, "the name of a limit"),
            Map.entry(KIND, "what was closed: `tunnel`, `connection`, `request` or `operator`"),
            Map.entry(
                    REASON,
                    "why, as [signals.md](signals.md) has it for connections, datagrams and what was withdrawn"),
            Map.entry(DIRECTION, "`in` or `out`"),
            Map.entry(INPUT, "what can run out: `heap`, `direct_memory`, `descriptors` or `loop_lag`"),
            Map.entry(LEVEL, "`none`, `shorten-idle`, `end-connections`, `refuse` or `stop-accepting`"),
            Map.entry(REVISION, "a revision of documents"),
            Map.entry(ORDER, "the verb of an order"),
            Map.entry(SOURCE, "a source of documents"),
            Map.entry(STATE, "how something is, as the meter says"),
            Map.entry(OUTCOME, "what became of it, as the meter says"),
            Map.entry(TRUST_DOMAIN, "another trust domain"),
            Map.entry(ISSUER, "an issuer of JSON Web Tokens, by its name in the configuration"),
            Map.entry(ENROLMENT, "`join` or `renewal`"),
            Map.entry(SIGNAL, "`access-log`, `audit`, `spans`, `log-records` or `metrics`"));

    private Tag() {}

    /** What each label means, by its name; for docs/metrics.md, whose links and marks it has. */
    static SortedMap<String, String> meanings() {
        return new TreeMap<>(MEANINGS);
    }
}
