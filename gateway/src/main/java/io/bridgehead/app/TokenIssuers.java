package io.bridgehead.app;

import io.bridgehead.authn.JwksSource;
import io.bridgehead.authn.JwtDesk;
import io.bridgehead.authn.JwtIssuers;
import io.bridgehead.authn.JwtObserver;
import io.bridgehead.authn.JwtPlace;
import io.bridgehead.authn.JwtRules;
import io.bridgehead.authn.JwtTerms;
import io.bridgehead.authn.JwtVerdict;
import io.bridgehead.config.JwtSettings;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.GatewayPort;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The issuers of JSON Web Tokens that a configuration names, and what listeners take of them.
 *
 * <p>Threads: one at a time, which may wait for the file system, for what changes; views any.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class TokenIssuers implements AutoCloseable {
    private final JwtIssuers issuers;
    private final JwtObserver observer;
    private final Executor judges;
    private final Clock clock;
    private volatile JwtIssuers.Prepared inUse;

    TokenIssuers(NodeThreads threads, JwtObserver observer, Clock clock) {
        this.issuers = new JwtIssuers(threads.fetching(), observer);
        this.observer = observer;
        this.judges = threads.tokens();
        this.clock = clock;
        this.inUse = issuers.prepare(List.of());
    }

    /**
     * What a configuration needs; nothing changes yet.
     *
     * @throws IllegalArgumentException if a file of authorities cannot be used
     */
    JwtIssuers.Prepared prepare(NodeConfig config) {
        return issuers.prepare(
                config.jwt().issuers().stream().map(TokenIssuers::configured).toList());
    }

    /** Puts it in use, and reads what keys there are in files. */
    void use(JwtIssuers.Prepared prepared) {
        inUse = prepared;
        issuers.use(prepared);
        tick();
    }

    /** What is in use. */
    JwtIssuers.Prepared inUse() {
        return inUse;
    }

    /** Reads keys whose time it is. */
    void tick() {
        issuers.tick(clock.millis());
    }

    /** Where tokens of one loop are judged. */
    JwtDesk desk(Loop loop) {
        return new JwtDesk(loop::execute, judges, clock::millis, observer);
    }

    /** Judges a token that somebody asks about. */
    JwtVerdict judge(JwtTerms terms, String token) {
        return terms.judge(token, clock.millis());
    }

    /** What a listener takes; null when nobody looks at its tokens. */
    static @Nullable JwtTerms terms(JwtIssuers.Prepared prepared, NodeConfig.Listener listener) {
        JwtSettings.Taken taken = listener.edge().tokens();
        return taken == null ? null : prepared.terms(taken.issuers(), taken.required());
    }

    /** What ports of Gateways take, by a configuration with these issuers. */
    static GatewayPorts.Tokens atGateways(JwtIssuers.Prepared prepared, NodeConfig config) {
        return new GatewayPorts.Tokens() {
            @Override
            public @Nullable JwtTerms at(GatewayPort port) {
                JwtSettings.Taken taken = config.jwt().at(port.gateways());
                return taken == null ? null : prepared.terms(taken.issuers(), taken.required());
            }

            @Override
            public boolean opens(GatewayPort port) {
                return config.gateways().names().containsAll(port.gateways());
            }
        };
    }

    private static JwtIssuers.Configured configured(JwtSettings.Issuer issuer) {
        JwtSettings.Jwks jwks = issuer.jwks();
        Path file = jwks.file();
        URI url = jwks.url();
        JwksSource source = file != null
                ? new JwksSource.File(file)
                : new JwksSource.Url(
                        url == null ? URI.create("") : url, jwks.refresh().toMillis(), jwks.authorities());
        return new JwtIssuers.Configured(
                new JwtRules(
                        issuer.name(),
                        issuer.issuer(),
                        issuer.trustDomain(),
                        Set.copyOf(new HashSet<>(issuer.audiences())),
                        Set.copyOf(new HashSet<>(issuer.algorithms())),
                        issuer.clockSkew().toMillis(),
                        issuer.identity(),
                        issuer.from().stream()
                                .map(TokenIssuers::place)
                                .distinct()
                                .toList(),
                        issuer.claimsToHeaders().stream()
                                .map(one -> new JwtRules.ClaimField(one.claim(), HeaderName.of(one.header())))
                                .toList(),
                        issuer.forward()),
                source);
    }

    private static JwtPlace place(JwtSettings.Location location) {
        return switch (location.carrier()) {
            case HEADER -> new JwtPlace.Field(HeaderName.of(location.name()), location.prefix());
            case QUERY -> new JwtPlace.Query(location.name());
            case COOKIE -> new JwtPlace.Cookie(location.name());
        };
    }

    /** How the issuers are, as JSON with stable names. */
    JsonArray views() {
        JsonArray all = new JsonArray();
        issuers.statuses()
                .forEach(one -> all.add(new JsonObject()
                        .put("name", one.name())
                        .put("issuer", one.issuer())
                        .put("source", one.source())
                        .put("keys", new JsonArray(one.keys()))
                        .put("keysLeftOut", one.leftOut())
                        .put("read", one.readMillis() == 0 ? null : time(one.readMillis()))
                        .put("problem", one.problem())));
        return all;
    }

    /** Issuers none of whose tokens can be judged. */
    List<String> problems() {
        return issuers.statuses().stream()
                .filter(one -> one.readMillis() == 0 && !one.problem().isEmpty())
                .map(one -> "jwt issuer " + one.name() + ": no keys from " + one.source() + ": " + one.problem())
                .toList();
    }

    /** Issuers whose keys may have become old. */
    List<String> notes() {
        return issuers.statuses().stream()
                .filter(one -> one.readMillis() != 0 && !one.problem().isEmpty())
                .map(one -> "jwt issuer " + one.name() + ": keys of " + time(one.readMillis()) + " stay, "
                        + one.source() + ": " + one.problem())
                .toList();
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    @Override
    public void close() {
        issuers.close();
    }

    /** What is wrong with the files that a configuration names; empty when nothing. */
    public static List<String> problems(NodeConfig config) {
        return JwtIssuers.problems(
                config.jwt().issuers().stream().map(TokenIssuers::configured).toList());
    }
}
