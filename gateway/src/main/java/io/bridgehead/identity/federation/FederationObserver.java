package io.bridgehead.identity.federation;

import io.bridgehead.model.TrustDomain;

/** Is told what happened to bundles of other trust domains. Any thread. */
public interface FederationObserver {
    /**
     * A bundle was fetched or read.
     *
     * @param changed whether it is another than the one before
     * @param authorities how many it has; 0 when nobody of the trust domain is trusted any more
     */
    void bundleTaken(TrustDomain trustDomain, String source, boolean changed, int authorities);

    /** No bundle came, or one that is not taken; what was in force stays. */
    void bundleRefused(TrustDomain trustDomain, String source, String detail);

    /** An authority of the own trust domain is not in the bundle that is published, since its key is of a kind that no SPIFFE bundle holds. */
    void authorityNotPublished(String authority, String algorithm);

    /** An observer that does nothing. */
    static FederationObserver silent() {
        return new FederationObserver() {
            @Override
            public void bundleTaken(TrustDomain trustDomain, String source, boolean changed, int authorities) {}

            @Override
            public void bundleRefused(TrustDomain trustDomain, String source, String detail) {}

            @Override
            public void authorityNotPublished(String authority, String algorithm) {}
        };
    }
}
