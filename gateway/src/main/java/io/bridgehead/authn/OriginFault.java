package io.bridgehead.authn;

import java.util.Locale;

/** Why what a gateway says of a caller is not taken. */
public enum OriginFault {
    /** There is no statement. */
    MISSING,
    /** More than one, or a longer one than any node makes. */
    TOO_LARGE,
    /** It is no compact JWS with the claims of a statement. */
    MALFORMED,
    /** It is not signed, or not by the one algorithm that fits the issuer's key. */
    ALGORITHM,
    /** It names a key that no trusted certificate of the issuer has proved on this tunnel connection. */
    KEY_UNKNOWN,
    /** The signature is not the key's. */
    SIGNATURE,
    /** Another node than the one at the other end of the tunnel says it. */
    ISSUER,
    /** It is meant for another service or site. */
    AUDIENCE,
    /** It is over. */
    EXPIRED,
    /** It comes from the future. */
    NOT_YET,
    /** It would be good for longer than any statement may be. */
    LIFETIME,
    /** The gateway's site may not speak for this caller. */
    CALLER,
    /** The gateway sends more new or bad statements than are looked at. */
    TOO_MANY;

    /** The stable name, in lower case with hyphens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
