package io.bridgehead.config;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;

/**
 * One SPIFFE ID, or every SPIFFE ID below a path.
 *
 * @param path the whole path, or, for a pattern, what it must begin with, ending in {@code /}
 */
public record IdentityPattern(TrustDomain trustDomain, String path, boolean anyBelow) {
    /** Every operator of a trust domain. */
    public static IdentityPattern operatorsOf(TrustDomain trustDomain) {
        return new IdentityPattern(trustDomain, "/operator/", true);
    }

    /**
     * Reads a SPIFFE ID, or one whose last segment is {@code *}.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public static IdentityPattern parse(String text) {
        if (!text.endsWith("/*")) {
            SpiffeId id = SpiffeId.parse(text);
            return new IdentityPattern(id.trustDomain(), id.path(), false);
        }
        // A placeholder segment lets the parser of whole ids check every character before the asterisk.
        SpiffeId shape = SpiffeId.parse(text.substring(0, text.length() - 1) + "x");
        return new IdentityPattern(
                shape.trustDomain(), shape.path().substring(0, shape.path().length() - 1), true);
    }

    /** Whether it means this identity. */
    public boolean matches(SpiffeId id) {
        return id.trustDomain().equals(trustDomain)
                && (anyBelow ? id.path().startsWith(path) : id.path().equals(path));
    }

    @Override
    public String toString() {
        return "spiffe://" + trustDomain + path + (anyBelow ? "*" : "");
    }
}
