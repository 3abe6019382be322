package io.bridgehead.model;

import java.util.ArrayList;
import java.util.List;

/**
 * How a SPIFFE ID is made of a token's claims: {@code spiffe://corp.example/user/{sub}}, or <code>{sub}</code> for a subject that is a SPIFFE ID
 * itself, as in JWT-SVIDs.
 *
 * <p>What it makes is of one trust domain and never below {@code /site/} or {@code /operator/}. A claim that cannot stand in a segment as it is, is
 * refused: nothing is left out of it or written in another way, so that two subjects never become one.
 *
 * @param trustDomain of all that it makes
 * @param parts texts, and names of claims, in turn; one empty text alone before the claim means that the claim is the whole
 */
public record IdentityTemplate(TrustDomain trustDomain, List<String> parts) {
    private static final int CLAIM_MAX = 255;
    private static final String SCHEME = "spiffe://";
    private static final String EXPECTED =
            "expected spiffe://<trust domain>/<segment>/... with claims in braces after the first segment, such as spiffe://corp.example/user/{sub}, or {sub} alone";

    public IdentityTemplate {
        parts = List.copyOf(parts);
    }

    /**
     * Reads a template.
     *
     * @param home the only trust domain that it may name
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static IdentityTemplate parse(String template, TrustDomain home) {
        List<String> parts = parts(template);
        if (parts.getFirst().isEmpty()) {
            if (parts.size() != 3 || !parts.get(2).isEmpty()) {
                throw new IllegalArgumentException(EXPECTED);
            }
            return new IdentityTemplate(home, parts);
        }
        String start = parts.getFirst();
        int slash = start.startsWith(SCHEME) ? start.indexOf('/', SCHEME.length()) : -1;
        boolean literal = slash > 0 && (parts.size() == 1 || start.indexOf('/', slash + 1) > 0);
        if (!literal) {
            throw new IllegalArgumentException(EXPECTED);
        }
        SpiffeId example = SpiffeId.parse(text(parts, "x"));
        if (!example.trustDomain().equals(home)) {
            throw new IllegalArgumentException("expected an identity of the node's own trust domain, " + home);
        }
        if (isReserved(example)) {
            throw new IllegalArgumentException(
                    "expected no identity below /site/ or /operator/: those are nodes, sites and operators");
        }
        return new IdentityTemplate(home, parts);
    }

    private static List<String> parts(String template) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        for (int open = template.indexOf('{'); open >= 0; open = template.indexOf('{', at)) {
            int close = template.indexOf('}', open);
            String claim = close < 0 ? "" : template.substring(open + 1, close);
            if (!claim.matches("[A-Za-z0-9_.:-]{1,64}")) {
                throw new IllegalArgumentException(EXPECTED);
            }
            parts.add(template.substring(at, open));
            parts.add(claim);
            at = close + 1;
        }
        parts.add(template.substring(at));
        return parts;
    }

    private static String text(List<String> parts, String claim) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            text.append(i % 2 == 0 ? parts.get(i) : claim);
        }
        return text.toString();
    }

    private static boolean isReserved(SpiffeId id) {
        return id.path().startsWith("/site/")
                || id.path().equals("/site")
                || id.isOperator()
                || id.path().equals("/operator");
    }

    /**
     * Whom the claims name.
     *
     * @throws IllegalArgumentException saying which claim cannot be used
     */
    public SpiffeId of(TokenClaims claims) {
        if (parts.getFirst().isEmpty()) {
            SpiffeId id = SpiffeId.parse(one(claims, parts.get(1)));
            if (!id.trustDomain().equals(trustDomain)) {
                throw new IllegalArgumentException("'" + id + "': expected an identity of trust domain " + trustDomain);
            }
            if (isReserved(id)) {
                throw new IllegalArgumentException("'" + id + "': expected no identity of a node, site or operator");
            }
            return id;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            text.append(i % 2 == 0 ? parts.get(i) : segment(claims, parts.get(i)));
        }
        return SpiffeId.parse(text.toString());
    }

    private static String segment(TokenClaims claims, String name) {
        String value = one(claims, name);
        if (value.length() > CLAIM_MAX || value.equals(".") || value.equals("..") || !isSegment(value)) {
            throw new IllegalArgumentException("claim '" + name + "': expected 1 to " + CLAIM_MAX
                    + " letters, digits, '.', '-' and '_', which a SPIFFE ID may have in a segment");
        }
        return value;
    }

    private static boolean isSegment(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_') {
                return false;
            }
        }
        return !value.isEmpty();
    }

    private static String one(TokenClaims claims, String name) {
        List<String> texts = claims.texts(List.of(name));
        if (texts.size() != 1) {
            throw new IllegalArgumentException(
                    "claim '" + name + "': expected one text, found " + (texts.isEmpty() ? "none" : texts.size()));
        }
        return texts.getFirst();
    }

    /** Whether a claim is the whole identity, so that the template itself says nothing of a trust domain. */
    public boolean isWhole() {
        return parts.getFirst().isEmpty();
    }

    /** As it is written. */
    public String template() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            text.append(i % 2 == 0 ? parts.get(i) : "{" + parts.get(i) + "}");
        }
        return text.toString();
    }
}
