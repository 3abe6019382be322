package io.bridgehead.tls;

import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import org.jspecify.annotations.Nullable;

/** Who may be at the other end of a connection, asked after the certificate was found valid. Asked on any thread. */
@FunctionalInterface
public interface ExpectedPeer {
    /** What is wrong with this peer ("found ...; expected ..."), or null when it may stay. */
    @Nullable
    String problem(SpiffeId peer);

    /** Everyone with a valid certificate. */
    static ExpectedPeer anyone() {
        return _ -> null;
    }

    /** Any gateway node of the trust domain. */
    static ExpectedPeer gatewayIn(TrustDomain trustDomain) {
        return peer -> peer.gatewayNode() != null && peer.trustDomain().equals(trustDomain)
                ? null
                : differs(peer, "spiffe://" + trustDomain + "/site/<site>/gateway/<node>");
    }

    /** Any gateway node of the site. */
    static ExpectedPeer gatewayAt(TrustDomain trustDomain, SiteName site) {
        return peer -> peer.gatewayNode() != null && peer.trustDomain().equals(trustDomain) && site.equals(peer.site())
                ? null
                : differs(peer, "spiffe://" + trustDomain + "/site/" + site + "/gateway/<node>");
    }

    /** Any operator of the trust domain. */
    static ExpectedPeer operatorIn(TrustDomain trustDomain) {
        return peer -> peer.isOperator() && peer.trustDomain().equals(trustDomain)
                ? null
                : differs(peer, "spiffe://" + trustDomain + "/operator/<name>");
    }

    /** This one identity. */
    static ExpectedPeer exactly(SpiffeId id) {
        return peer -> peer.equals(id) ? null : differs(peer, id.toString());
    }

    /** This check and then the other one. */
    default ExpectedPeer and(ExpectedPeer other) {
        return peer -> {
            String problem = problem(peer);
            return problem != null ? problem : other.problem(peer);
        };
    }

    private static String differs(SpiffeId peer, String expected) {
        return "found peer " + peer + "; expected " + expected;
    }
}
