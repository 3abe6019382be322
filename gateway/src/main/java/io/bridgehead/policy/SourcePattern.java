package io.bridgehead.policy;

import io.bridgehead.model.Caller;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;

/** Whom an allow rule means, as in {@code from: [ ... ]}. The rules for callers without proof are told at {@link Authorizer}. */
public sealed interface SourcePattern {
    /** Whether this pattern names the caller, whose identity is of {@code home}, the fabric's trust domain, or a foreign one. */
    boolean names(Caller caller, TrustDomain home);

    /**
     * Reads {@code site:<name>}, {@code site:*}, a SPIFFE ID, or a SPIFFE ID whose last segment is {@code *}.
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    static SourcePattern parse(String text) {
        if (text.equals("site:*")) {
            return new AnySite();
        }
        if (text.startsWith("site:")) {
            return new Site(new SiteName(text.substring("site:".length())));
        }
        if (!text.startsWith("spiffe://")) {
            throw new IllegalArgumentException(
                    "from '" + text + "': expected site:<name>, site:*, or a SPIFFE ID, which may end in '/*'");
        }
        if (!text.endsWith("/*")) {
            return new Exact(SpiffeId.parse(text));
        }
        // A placeholder segment lets the parser of whole ids check every character before the asterisk.
        SpiffeId shape = SpiffeId.parse(text.substring(0, text.length() - 1) + "x");
        String path = shape.path();
        return new Prefix(shape.trustDomain(), path.substring(0, path.length() - 1));
    }

    /** {@code site:<name>}: who entered at that site under any identity of the trust domain but {@code unauthenticated}. */
    record Site(SiteName name) implements SourcePattern {
        @Override
        public boolean names(Caller caller, TrustDomain home) {
            return caller.site().equals(name) && isDeclaredOrProved(caller, home);
        }

        @Override
        public String toString() {
            return "site:" + name;
        }
    }

    /** {@code site:*}: who entered at any site under any identity of the trust domain but {@code unauthenticated}. */
    record AnySite() implements SourcePattern {
        @Override
        public boolean names(Caller caller, TrustDomain home) {
            return isDeclaredOrProved(caller, home);
        }

        @Override
        public String toString() {
            return "site:*";
        }
    }

    /** One SPIFFE ID, of any trust domain. */
    record Exact(SpiffeId id) implements SourcePattern {
        @Override
        public boolean names(Caller caller, TrustDomain home) {
            return caller.identity().equals(id);
        }

        @Override
        public String toString() {
            return id.toString();
        }
    }

    /**
     * Every SPIFFE ID of a trust domain below a path.
     *
     * @param path begins and ends with {@code /}, so that {@code /ns/shop/*} never fits {@code /ns/shopping/x}
     */
    record Prefix(TrustDomain trustDomain, String path) implements SourcePattern {
        /** @throws IllegalArgumentException if the path does not begin and end with '/' */
        public Prefix {
            if (!path.startsWith("/") || !path.endsWith("/")) {
                throw new IllegalArgumentException("path '" + path + "': expected '/' at both ends");
            }
        }

        @Override
        public boolean names(Caller caller, TrustDomain home) {
            SpiffeId id = caller.identity();
            return id.trustDomain().equals(trustDomain) && id.path().startsWith(path);
        }

        @Override
        public String toString() {
            return "spiffe://" + trustDomain + path + "*";
        }
    }

    private static boolean isDeclaredOrProved(Caller caller, TrustDomain home) {
        return caller.identity().trustDomain().equals(home)
                && !isUnauthenticated(caller.identity().path());
    }

    /** Whether a path is {@code /site/<any one segment>/unauthenticated}; no allocation, for it is asked per request. */
    static boolean isUnauthenticated(String path) {
        int slash = path.indexOf('/', "/site/".length());
        return path.startsWith("/site/")
                && slash > 0
                && path.startsWith("/unauthenticated", slash)
                && path.length() == slash + "/unauthenticated".length();
    }
}
