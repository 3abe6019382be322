package io.bridgehead.model;

import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, as far as this node knows: an identity, how it was proved, the site it entered at, and the address it came from.
 *
 * @param identity the SPIFFE ID that policy sees
 * @param proof how the identity was established
 * @param site the site where the request entered the fabric
 * @param address the client's IP address in text form; for limits and logs, never for policy on identity
 * @param token what the request's JSON Web Token says, whoever the identity names; null without one, and at any node but that of entry
 */
public record Caller(
        SpiffeId identity,
        Proof proof,
        SiteName site,
        String address,
        @Nullable TokenClaims token) {
    /** How an identity was established. */
    public enum Proof {
        /** Nothing was proved: the listener's declaration names the caller. */
        LISTENER,
        /** A client certificate (X.509-SVID) on the connection. */
        CERTIFICATE,
        /** The gateway of the site where the request entered vouches for it. */
        TUNNEL,
        /** A JSON Web Token in the request, of an issuer that the node trusts to name callers. */
        JWT
    }

    /** A caller without a token. */
    public Caller(SpiffeId identity, Proof proof, SiteName site, String address) {
        this(identity, proof, site, address, null);
    }

    /** The same caller with what a token says; {@code proved} is whom it names as an identity, or null when only policies ask for it. */
    public Caller with(TokenClaims claims, @Nullable SpiffeId proved) {
        return proved == null
                ? new Caller(identity, proof, site, address, claims)
                : new Caller(proved, Proof.JWT, site, address, claims);
    }

    /** The same caller at another address. */
    public Caller at(@Nullable String otherAddress) {
        return otherAddress == null ? this : new Caller(identity, proof, site, otherAddress, token);
    }
}
