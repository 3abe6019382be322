package io.bridgehead.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a verified JSON Web Token says of who bears it (RFC 7519, section 4). Immutable; asked without allocation.
 *
 * <p>Of the claims those are kept that policies can ask for: texts, numbers and truth values, each as text, lists of these, and objects of these
 * down to {@value #DEPTH_MAX} levels.
 */
public final class TokenClaims {
    /** Objects in objects further down are left out. */
    public static final int DEPTH_MAX = 8;

    private static final List<String> AUDIENCE = List.of("aud");
    private static final List<String> PRESENTER = List.of("azp");

    private final String issuer;
    private final @Nullable String subject;
    private final Map<String, Object> tree;
    private final String principal;

    private TokenClaims(String issuer, @Nullable String subject, Map<String, Object> tree) {
        this.issuer = issuer;
        this.subject = subject;
        this.tree = tree;
        this.principal = subject == null ? "" : issuer + "/" + subject;
    }

    /**
     * The claims of a token's payload.
     *
     * @param payload as JSON is read: texts, numbers, truth values, null, lists and maps of these
     */
    public static TokenClaims of(String issuer, Map<String, ?> payload) {
        Map<String, Object> tree = tree(payload, 1);
        return new TokenClaims(issuer, payload.get("sub") instanceof String text ? text : null, tree);
    }

    /**
     * Whose JWT-SVID a token is, which needs no issuer (SPIFFE JWT-SVID, section 3.1).
     *
     * @param subject of the payload, as JSON is read
     * @return null where it is none
     */
    public static @Nullable TrustDomain svidDomain(@Nullable Object subject) {
        try {
            return subject instanceof String text ? SpiffeId.parse(text).trustDomain() : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The token's issuer, as its {@code iss} says. */
    public String issuer() {
        return issuer;
    }

    /** The token's subject; null when it names none. */
    public @Nullable String subject() {
        return subject;
    }

    /** {@code <issuer>/<subject>}, which Istio calls the request principal; empty without a subject. */
    public String principal() {
        return principal;
    }

    /** For whom the token is. */
    public List<String> audiences() {
        return texts(AUDIENCE);
    }

    /** To whom the token was given ({@code azp}), at most one; empty when it does not say. */
    public List<String> presenter() {
        return texts(PRESENTER);
    }

    /**
     * A claim as texts, of which a list has one for each entry.
     *
     * @param path the claim's name, and for a claim inside of an object the names that lead there
     * @return empty when there is no such claim, or it is an object
     */
    @SuppressWarnings("unchecked") // a tree is made of maps and of lists of texts
    public List<String> texts(List<String> path) {
        Object at = tree;
        for (int i = 0; i < path.size(); i++) {
            at = at instanceof Map<?, ?> map ? map.get(path.get(i)) : null;
        }
        return at instanceof List<?> texts ? (List<String>) texts : List.of();
    }

    private static Map<String, Object> tree(Map<?, ?> claims, int depth) {
        Map<String, Object> tree = new LinkedHashMap<>();
        claims.forEach((name, value) -> {
            Object kept = kept(value, depth);
            if (kept != null) {
                tree.put(String.valueOf(name), kept);
            }
        });
        return tree;
    }

    private static @Nullable Object kept(@Nullable Object value, int depth) {
        if (value instanceof Map<?, ?> map) {
            return depth < DEPTH_MAX ? tree(map, depth + 1) : null;
        }
        if (value instanceof List<?> list) {
            List<String> texts = new ArrayList<>(list.size());
            for (Object one : list) {
                String text = text(one);
                if (text != null) {
                    texts.add(text);
                }
            }
            return List.copyOf(texts);
        }
        String text = text(value);
        return text == null ? null : List.of(text);
    }

    /** Of numbers those only that are read exactly: what is rounded would make one of two. */
    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String || value instanceof Boolean || value instanceof Long || value instanceof Integer
                ? value.toString()
                : null;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenClaims that && issuer.equals(that.issuer) && tree.equals(that.tree);
    }

    @Override
    public int hashCode() {
        return 31 * issuer.hashCode() + tree.hashCode();
    }

    /** Who it names, and nothing else: claims are personal. */
    @Override
    public String toString() {
        return principal.isEmpty() ? issuer : principal;
    }
}
