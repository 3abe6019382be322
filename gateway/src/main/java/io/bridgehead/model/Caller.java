package io.bridgehead.model;

import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, as far as this node knows: an identity, how it was proved, the site it entered at, and the address it came from.
 *
 * @param identity the SPIFFE ID that policy sees
 * @param proof how the identity was established
 * @param site the site where the request entered the fabric
 * @param address the client's IP address in text form; for limits and logs, never for policy on identity
 */
public record Caller(SpiffeId identity, Proof proof, SiteName site, String address) {
    /** How an identity was established. */
    public enum Proof {
        /** Nothing was proved: the listener's declaration names the caller. */
        LISTENER,
        /** A client certificate (X.509-SVID) on the connection. */
        CERTIFICATE,
        /** The gateway of the site where the request entered vouches for it. */
        TUNNEL
    }

    /** The same caller at another address. */
    public Caller at(@Nullable String otherAddress) {
        return otherAddress == null ? this : new Caller(identity, proof, site, otherAddress);
    }
}
