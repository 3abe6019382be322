package io.bridgehead.policy;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;

/** Whom {@code principals} of an AuthorizationPolicy mean. */
public sealed interface PrincipalPattern {
    /** Whether it fits an identity, of whatever trust domain. */
    boolean fits(SpiffeId id);

    /** Whether it says which trust domain it means. */
    boolean namesDomain();

    /**
     * Reads a SPIFFE ID, one that ends in {@code /*}, {@code *} and the end of a path such as {@code *}{@code /sa/shop}, or {@code *}. The
     * scheme may be left out, as Istio does.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    static PrincipalPattern parse(String text) {
        if (text.equals("*")) {
            return new Any();
        }
        if (text.startsWith("*")) {
            return new Suffix(suffix(text));
        }
        SourcePattern named = SourcePattern.parse(text.startsWith("spiffe://") ? text : "spiffe://" + text);
        return switch (named) {
            case SourcePattern.Exact(SpiffeId id) -> new Exact(id);
            case SourcePattern.Prefix(TrustDomain domain, String path) -> new Prefix(domain, path);
            case SourcePattern.Site _, SourcePattern.AnySite _ -> throw new IllegalStateException(text);
        };
    }

    private static String suffix(String text) {
        if (!text.startsWith("*/") || text.indexOf('*', 1) >= 0) {
            throw new IllegalArgumentException("principal '" + text
                    + "': expected a SPIFFE ID, one that ends in '/*', '*/' and the end of a path, or '*'");
        }
        // the parser of whole ids checks every character behind the asterisk
        return SpiffeId.parse("spiffe://any" + text.substring(1)).path();
    }

    /** Every identity. */
    record Any() implements PrincipalPattern {
        @Override
        public boolean fits(SpiffeId id) {
            return true;
        }

        @Override
        public boolean namesDomain() {
            return false;
        }

        @Override
        public String toString() {
            return "*";
        }
    }

    /** One identity. */
    record Exact(SpiffeId id) implements PrincipalPattern {
        @Override
        public boolean fits(SpiffeId other) {
            return id.equals(other);
        }

        @Override
        public boolean namesDomain() {
            return true;
        }

        @Override
        public String toString() {
            return id.toString();
        }
    }

    /** Every identity of a trust domain below a path, which ends in a slash. */
    record Prefix(TrustDomain trustDomain, String path) implements PrincipalPattern {
        @Override
        public boolean fits(SpiffeId id) {
            return id.trustDomain().equals(trustDomain) && id.path().startsWith(path);
        }

        @Override
        public boolean namesDomain() {
            return true;
        }

        @Override
        public String toString() {
            return "spiffe://" + trustDomain + path + "*";
        }
    }

    /** Every identity whose path ends in these whole segments. */
    record Suffix(String path) implements PrincipalPattern {
        @Override
        public boolean fits(SpiffeId id) {
            return id.path().endsWith(path);
        }

        @Override
        public boolean namesDomain() {
            return false;
        }

        @Override
        public String toString() {
            return "*" + path;
        }
    }
}
