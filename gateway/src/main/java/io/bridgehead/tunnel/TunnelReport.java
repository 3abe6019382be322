package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code get tunnels}: a configured peer address, or a node that dialed us, and what became of it.
 *
 * @param address the configured host:port; of a node that only dials us, its remote address
 * @param node null until a certificate named it
 * @param state a liveness in lower case, or one of {@link #DUPLICATE}, {@link #SAME_SITE}, {@link #SELF}, {@link #INBOUND}
 * @param roundTripMicros smoothed, 0 before the first measurement
 * @param pingsSent pings on the control connection since it was made
 * @param pingsUnanswered those that got no answer within the suspect limit
 * @param connections ready connections that this node dialed, all purposes and loops
 * @param streams streams on them
 * @param connectionsAccepted ready connections that the node dialed to us
 * @param security TLS protocol, suite and key exchange group of the control connection; empty without one
 * @param sinceMillis for how long it has been in this state
 * @param lastError the last fault and its detail; empty when there was none
 */
public record TunnelReport(
        String address,
        @Nullable NodeName node,
        @Nullable SiteName site,
        String state,
        long roundTripMicros,
        long roundTripVariationMicros,
        long pingsSent,
        long pingsUnanswered,
        int connections,
        int streams,
        int connectionsAccepted,
        String security,
        long sinceMillis,
        String lastError) {
    /** Another address of a node that is a peer already. */
    public static final String DUPLICATE = "duplicate";

    /** A node of this node's own site that is met in the cluster, or takes no tunnel of its site: none is kept. */
    public static final String SAME_SITE = "same-site";

    /** This node's own address. */
    public static final String SELF = "self";

    /** A node that dials this one and is dialed by nobody here. */
    public static final String INBOUND = "inbound";

    /** Whether dialing has come to something: a connection, or a reason why there is none. */
    public boolean isTried() {
        return !state.equals("connecting") || !lastError.isEmpty();
    }
}
