package io.bridgehead.compile;

import io.bridgehead.config.JwtSettings;
import io.bridgehead.model.Caller;
import io.bridgehead.model.IdentityTemplate;
import io.bridgehead.model.TokenClaims;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who would call with a token that says this, if its signature were good. */
public final class SupposedToken {
    private SupposedToken() {}

    /**
     * The caller with such a token at a listener.
     *
     * @param taken what the listener takes of tokens; null when it does not look at them
     * @param claims as JSON is read
     * @param before who calls without a token
     * @throws IllegalArgumentException saying why such a token is refused there
     */
    public static Caller caller(
            JwtSettings settings, JwtSettings.@Nullable Taken taken, Map<String, ?> claims, Caller before) {
        List<String> names = taken == null ? List.of() : taken.issuers();
        List<JwtSettings.Issuer> issuers = settings.issuers().stream()
                .filter(issuer -> names.contains(issuer.name()))
                .toList();
        JwtSettings.Issuer issuer = issuers.stream()
                .filter(one -> one.trustDomain() == null && one.issuer().equals(claims.get("iss")))
                .findFirst()
                .or(() -> issuers.stream()
                        .filter(one -> one.trustDomain() != null
                                && String.valueOf(claims.get("sub")).startsWith(one.issuer() + "/"))
                        .findFirst())
                .orElseThrow(() -> new IllegalArgumentException("token with 'iss' " + claims.get("iss")
                        + ": expected one of those that the listener takes: "
                        + issuers.stream().map(JwtSettings.Issuer::issuer).toList()));
        TokenClaims said = TokenClaims.of(issuer.issuer(), claims);
        IdentityTemplate identity = issuer.identity();
        return before.with(said, identity == null ? null : identity.of(said));
    }
}
