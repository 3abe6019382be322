package io.bridgehead.tls.pki;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.time.Duration;
import java.util.List;

/**
 * An identity to be issued.
 *
 * @param id who it is
 * @param dnsNames host names in the certificate beside the SPIFFE ID; they may be none
 * @param lifetime above 0; cut at the end of the authority's own certificate
 */
public record IssueRequest(SpiffeId id, List<String> dnsNames, Duration lifetime) {
    /** How long development identities are valid unless told otherwise: 90 days. */
    public static final Duration LIFETIME = Duration.ofDays(90);

    /** @throws IllegalArgumentException if the lifetime is not above 0 */
    public IssueRequest {
        dnsNames = List.copyOf(dnsNames);
        if (lifetime.isNegative() || lifetime.isZero()) {
            throw new IllegalArgumentException("lifetime " + lifetime + ": expected more than 0");
        }
    }

    /** A gateway node, for 90 days. */
    public static IssueRequest gateway(TrustDomain trustDomain, SiteName site, NodeName node) {
        return of(SpiffeId.gateway(trustDomain, site, node));
    }

    /** A person or pipeline that signs documents, for 90 days. */
    public static IssueRequest operator(TrustDomain trustDomain, String name) {
        return of(SpiffeId.operator(trustDomain, name));
    }

    /** Any identity, for 90 days and without host names. */
    public static IssueRequest of(SpiffeId id) {
        return new IssueRequest(id, List.of(), LIFETIME);
    }

    /** The same with these host names. */
    public IssueRequest withDnsNames(List<String> names) {
        return new IssueRequest(id, names, lifetime);
    }

    /** The same, valid for this long. */
    public IssueRequest withLifetime(Duration duration) {
        return new IssueRequest(id, dnsNames, duration);
    }
}
