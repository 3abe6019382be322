package io.bridgehead.compile;

import io.bridgehead.model.Caller;
import io.bridgehead.model.IdentityTemplate;
import io.bridgehead.model.TokenClaims;
import io.bridgehead.model.TrustDomain;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who would call with a token that says this, if its signature were good. */
public final class SupposedToken {
    private SupposedToken() {}

    /**
     * An issuer whose tokens are taken.
     *
     * @param issuer what {@code iss} must be; of a trust domain its SPIFFE ID
     * @param svids whose JWT-SVIDs these are, known by their subject; null for tokens that are known by {@code iss}
     * @param identity whom tokens name as callers; null when policies alone ask for them
     */
    public record Issuer(
            String issuer,
            @Nullable TrustDomain svids,
            @Nullable IdentityTemplate identity) {}

    /**
     * The caller with such a token at a listener.
     *
     * @param issuers whose tokens the listener takes
     * @param claims as JSON is read
     * @param before who calls without a token
     * @throws IllegalArgumentException saying why such a token is refused there
     */
    public static Caller caller(List<Issuer> issuers, Map<String, ?> claims, Caller before) {
        TrustDomain domain = TokenClaims.svidDomain(claims.get("sub"));
        Issuer issuer = issuers.stream()
                .filter(one -> one.svids() == null && one.issuer().equals(claims.get("iss")))
                .findFirst()
                .or(() -> issuers.stream()
                        .filter(one -> domain != null && domain.equals(one.svids()))
                        .findFirst())
                .orElseThrow(() -> new IllegalArgumentException("token with 'iss' " + claims.get("iss")
                        + ": expected one of those that the listener takes: "
                        + issuers.stream().map(Issuer::issuer).toList()));
        TokenClaims said = TokenClaims.of(issuer.issuer(), claims);
        IdentityTemplate identity = issuer.identity();
        return before.with(said, identity == null ? null : identity.of(said));
    }
}
