package io.bridgehead.authn;

import io.bridgehead.model.HeaderName;
import io.bridgehead.model.IdentityTemplate;
import io.bridgehead.model.TrustDomain;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is taken of one issuer.
 *
 * @param name what listeners and metrics call it
 * @param issuer what {@code iss} must be, letter by letter; of a trust domain its SPIFFE ID, and {@code iss} does not matter
 * @param svids whose JWT-SVIDs these are, known by their subject and signed by keys for JWT-SVIDs; null for other tokens
 * @param audiences of which one must be in {@code aud}; empty for any, which lets in tokens that were made for somebody else
 * @param algorithms of JSON Web Signatures (RFC 7518, section 3.1); never {@code none} nor those with a shared secret
 * @param skewMillis by how much clocks may differ
 * @param identity whom its tokens name as callers; null when policies alone ask for them
 * @param places where requests carry its tokens
 * @param claims what endpoints are told in header fields
 * @param forward whether endpoints get the token
 */
public record JwtRules(
        String name,
        String issuer,
        @Nullable TrustDomain svids,
        Set<String> audiences,
        Set<String> algorithms,
        long skewMillis,
        @Nullable IdentityTemplate identity,
        List<JwtPlace> places,
        List<ClaimField> claims,
        boolean forward) {
    /** What an issuer may sign with. Every one needs the issuer's private key. */
    public static final Set<String> ALGORITHMS =
            Set.of("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

    /** A claim, and the field that it becomes. */
    public record ClaimField(String claim, HeaderName field) {}

    /** @throws IllegalArgumentException for an algorithm that is not one of {@link #ALGORITHMS} */
    public JwtRules {
        audiences = Set.copyOf(audiences);
        algorithms = Set.copyOf(algorithms);
        places = List.copyOf(places);
        claims = List.copyOf(claims);
        if (algorithms.isEmpty() || !ALGORITHMS.containsAll(algorithms)) {
            throw new IllegalArgumentException("algorithms " + algorithms + ": expected some of "
                    + ALGORITHMS.stream().sorted().toList());
        }
    }
}
