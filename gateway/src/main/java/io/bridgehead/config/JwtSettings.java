package io.bridgehead.config;

import io.bridgehead.model.IdentityTemplate;
import io.bridgehead.model.TrustDomain;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose JSON Web Tokens the node takes.
 *
 * @param issuers each of another name
 * @param gateways where ports of Gateways take tokens; each of another Gateway
 */
public record JwtSettings(List<Issuer> issuers, List<AtGateway> gateways) {
    public JwtSettings {
        issuers = List.copyOf(issuers);
        gateways = List.copyOf(gateways);
    }

    /**
     * What is taken at a port that these Gateways share. Where those that take tokens say different things, it is tokens of the issuers that all of
     * them take, and one is required.
     *
     * @param names each {@code namespace/name}
     * @return null when nobody looks at tokens there
     */
    public @Nullable Taken at(Collection<String> names) {
        List<Taken> all = gateways.stream()
                .filter(one -> names.contains(one.gateway()))
                .map(AtGateway::taken)
                .toList();
        if (all.isEmpty()) {
            return null;
        }
        if (new HashSet<>(all).size() == 1) {
            return all.getFirst();
        }
        List<String> shared = all.getFirst().issuers().stream()
                .filter(issuer -> all.stream().allMatch(taken -> taken.issuers().contains(issuer)))
                .toList();
        return new Taken(shared, true);
    }

    /** What the ports of a Gateway, {@code namespace/name}, take of tokens. */
    public record AtGateway(String gateway, Taken taken) {}

    /**
     * What is taken of one issuer.
     *
     * @param issuer what {@code iss} must be; of a trust domain its SPIFFE ID, {@code spiffe://<trust domain>}
     * @param trustDomain whose JWT-SVIDs these are, known by their subject; null for tokens that are known by {@code iss}
     * @param audiences of which one must be in {@code aud}; empty for any
     * @param clockSkew by how much clocks may differ
     * @param identity whom tokens name as callers; null when policies alone ask for them
     * @param forward whether endpoints get the token
     */
    public record Issuer(
            String name,
            String issuer,
            @Nullable TrustDomain trustDomain,
            Jwks jwks,
            List<String> audiences,
            List<String> algorithms,
            Duration clockSkew,
            @Nullable IdentityTemplate identity,
            List<Location> from,
            List<ClaimHeader> claimsToHeaders,
            boolean forward) {
        public Issuer {
            audiences = List.copyOf(audiences);
            algorithms = List.copyOf(algorithms);
            from = List.copyOf(from);
            claimsToHeaders = List.copyOf(claimsToHeaders);
        }

        /** The same, whose tokens name others. */
        public Issuer naming(@Nullable IdentityTemplate other) {
            return new Issuer(
                    name,
                    issuer,
                    trustDomain,
                    jwks,
                    audiences,
                    algorithms,
                    clockSkew,
                    other,
                    from,
                    claimsToHeaders,
                    forward);
        }
    }

    /** Where keys come from: a file or a server, of which the other is null. */
    public record Jwks(
            @Nullable Path file,
            @Nullable URI url,
            Duration refresh,
            @Nullable Path authorities) {
        /** The same with every path resolved against a folder. */
        public Jwks in(Path folder) {
            return new Jwks(
                    file == null ? null : folder.resolve(file),
                    url,
                    refresh,
                    authorities == null ? null : folder.resolve(authorities));
        }
    }

    /** In what a request carries a token. */
    public enum Carrier {
        HEADER,
        QUERY,
        COOKIE
    }

    /** Where a request carries a token; {@code prefix} is what stands before it in a header field. */
    public record Location(Carrier carrier, String name, String prefix) {}

    /** A claim that endpoints get in a header field. */
    public record ClaimHeader(String claim, String header) {}

    /**
     * What a listener or a port takes of tokens.
     *
     * @param issuers by name
     * @param required whether a request without a token is refused
     */
    public record Taken(List<String> issuers, boolean required) {
        public Taken {
            issuers = List.copyOf(issuers);
        }
    }
}
