package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.bridgehead.authn.JwksSource;
import io.bridgehead.authn.JwtDesk;
import io.bridgehead.authn.JwtIssuers;
import io.bridgehead.authn.JwtObserver;
import io.bridgehead.authn.JwtPlace;
import io.bridgehead.authn.JwtRules;
import io.bridgehead.authn.JwtTerms;
import io.bridgehead.authn.TestIssuer;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.IdentityTemplate;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.StreamReset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenGateTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final String AUTHORIZATION = "authorization";

    private final TestIssuer issuer = new TestIssuer();
    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");
    private final FakeDestination node = FakeDestination.node("there", "b");
    private final Rig rig = new Rig(Rig.ordersFor("spiffe://corp.example/user/*"));
    private final Deque<Runnable> work = new ArrayDeque<>();

    @TempDir
    Path folder;

    private Path jwks = Path.of("");

    @BeforeEach
    void publish() throws IOException {
        jwks = Files.write(folder.resolve("jwks.json"), issuer.jwks());
    }

    private HttpProxy edge(boolean required, boolean forward) {
        JwtRules rules = new JwtRules(
                "login",
                TestIssuer.ISSUER,
                null,
                Set.of("shop"),
                Set.of("ES256"),
                30_000,
                IdentityTemplate.parse("spiffe://corp.example/user/{sub}", Rig.DOMAIN),
                List.of(
                        new JwtPlace.Field(HeaderName.of(AUTHORIZATION), "Bearer "),
                        new JwtPlace.Query("token"),
                        new JwtPlace.Cookie("session")),
                List.of(new JwtRules.ClaimField("email", HeaderName.of("x-email"))),
                forward);
        JwtIssuers issuers = new JwtIssuers(Runnable::run, JwtObserver.silent());
        JwtIssuers.Prepared prepared =
                issuers.prepare(List.of(new JwtIssuers.Configured(rules, new JwksSource.File(jwks))));
        issuers.use(prepared);
        issuers.tick(NOW);
        JwtTerms terms = prepared.terms(List.of("login"), required);
        ProxyContext context = new ProxyContext(
                rig.context.local(),
                rig.table,
                ProxyLimits.DEFAULT,
                rig,
                new LoopParts(
                        rig,
                        rig.suspects::contains,
                        rig.context.origins(),
                        rig.clock,
                        new Random(42),
                        new JwtDesk(Runnable::run, work::add, () -> NOW, JwtObserver.silent())),
                rig.overload);
        return new HttpProxy(context, EntryPoint.http("http", rig.client()).taking(terms));
    }

    private void judgeAll() {
        for (Runnable task = work.poll(); task != null; task = work.poll()) {
            task.run();
        }
    }

    private Rig.Call call(HttpProxy proxy, String... fields) {
        Rig.Call call = rig.request(proxy, Rig.head("GET", fields), true);
        judgeAll();
        return call;
    }

    private String token(String subject) {
        return issuer.sign(TestIssuer.claims(subject, NOW, ",\"email\":\"ada@corp.example\""));
    }

    /** What the statement for a far node says. */
    private static @Nullable String said(FakeDestination far, String claim) {
        try {
            return SignedJWT.parse(far.field("bridgehead-origin"))
                    .getJWTClaimsSet()
                    .getStringClaim(claim);
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theTokenNamesTheCallerAndIsTakenOut() {
        rig.then(endpoint);
        call(edge(false, false), AUTHORIZATION, "bearer " + token("ada"), "x-email", "forged@x");
        assertThat(endpoint.field(AUTHORIZATION)).isNull();
        assertThat(endpoint.field("x-email")).isEqualTo("ada@corp.example");
        endpoint.answers(200, "");
        assertThat(rig.record().caller().identity()).hasToString("spiffe://corp.example/user/ada");
        assertThat(rig.record().caller().proof()).isEqualTo(Caller.Proof.JWT);
    }

    @Test
    void aFarNodeIsToldWhoTheTokenNames() {
        rig.then(node);
        call(edge(false, true), AUTHORIZATION, "Bearer " + token("ada"));
        assertThat(said(node, "sub")).isEqualTo("spiffe://corp.example/user/ada");
        assertThat(said(node, "prf")).isEqualTo("jwt");
        assertThat(node.field(AUTHORIZATION)).startsWith("Bearer ey");
    }

    @Test
    void aSecondCallerOnTheSameConnectionIsAnother() {
        HttpProxy proxy = edge(false, false);
        for (String subject : List.of("ada", "bob", "bob", "ada")) {
            FakeDestination next = FakeDestination.node("there", "b");
            rig.then(next);
            call(proxy, AUTHORIZATION, "Bearer " + token(subject));
            assertThat(said(next, "sub")).isEqualTo("spiffe://corp.example/user/" + subject);
            next.answers(200, "");
        }
        Rig.Call none = call(proxy);
        assertThat(none.stream().status())
                .as("the connection proves nothing by itself")
                .isEqualTo(403);
    }

    @Test
    void withoutATokenTheCallerStaysTheListeners() {
        Rig.Call call = call(edge(false, false), "x-email", "forged@x");
        assertThat(call.stream().status()).isEqualTo(403);
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NOT_AUTHORIZED);
    }

    @Test
    void aTokenThatIsNeededIsAskedFor() {
        Rig.Call call = call(edge(true, false), AUTHORIZATION, "Basic YTpi");
        assertThat(call.stream().status()).isEqualTo(401);
        assertThat(call.stream().responseField("www-authenticate")).isEqualTo("Bearer realm=\"bridgehead\"");
        assertThat(rig.record().refusal()).isEqualTo(Refusal.TOKEN_MISSING);
    }

    @Test
    void aBadTokenIsRefusedThoughNoneIsNeeded() {
        Rig.Call call = call(edge(false, false), AUTHORIZATION, "Bearer " + token("a/b"));
        assertThat(call.stream().status()).isEqualTo(401);
        assertThat(call.stream().responseField("www-authenticate"))
                .isEqualTo(
                        "Bearer realm=\"bridgehead\", error=\"invalid_token\", error_description=\"a claim of the token cannot be used\"");
        assertThat(rig.record().refusal()).isEqualTo(Refusal.TOKEN_INVALID);
        assertThat(rig.record().detail()).contains("claim 'sub'");
    }

    @Test
    void aGrpcCallHearsOfItAsUnauthenticated() {
        Rig.Call call = call(edge(true, false), "content-type", "application/grpc");
        assertThat(call.stream().responseField("grpc-status")).isEqualTo("16");
    }

    @Test
    void twoTokensAreOneTooMany() {
        Rig.Call call =
                call(edge(false, false), AUTHORIZATION, "Bearer " + token("ada"), "cookie", "session=" + token("bob"));
        assertThat(call.stream().status()).isEqualTo(400);
        assertThat(call.stream().responseField("www-authenticate")).contains("error=\"invalid_request\"");
    }

    @Test
    void aTokenInACookieLeavesTheOthers() {
        rig.then(endpoint);
        call(edge(false, false), "cookie", "a=1; session=" + token("ada") + "; b=2", "cookie", "c=3");
        assertThat(endpoint.field("cookie")).isEqualTo("a=1; b=2; c=3");
    }

    @Test
    void aTokenInTheQueryIsInNoLog() {
        rig.then(endpoint);
        RequestHead head = new RequestHead(
                "GET", "http", "orders.test", "/x?a=1&token=" + token("ada") + "&b=2", new HeaderFields());
        rig.request(edge(false, false), head, true);
        judgeAll();
        assertThat(endpoint.head().path()).isEqualTo("/x?a=1&b=2");
        endpoint.answers(200, "");
        assertThat(rig.record().path()).isEqualTo("/x?a=1&b=2");
    }

    @Test
    void aBodyThatComesMeanwhileIsPassedOn() {
        rig.then(endpoint);
        Rig.Call call =
                rig.request(edge(false, false), Rig.head("POST", AUTHORIZATION, "Bearer " + token("ada")), false);
        call.sends("one ", false).sends("two", true);
        assertThat(call.stream().consumed).isZero();
        judgeAll();
        assertThat(endpoint.stream.text()).isEqualTo("one two");
    }

    @Test
    void aClientThatGoesMeanwhileIsForgotten() {
        Rig.Call call =
                rig.request(edge(false, false), Rig.head("POST", AUTHORIZATION, "Bearer " + token("ada")), false);
        call.sends("one", false);
        call.events().onReset(StreamReset.PEER_RESET);
        judgeAll();
        assertThat(rig.record().refusal()).isEqualTo(Refusal.CLIENT_GONE);
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void trailersCannotBringClaims() {
        rig.then(endpoint);
        Rig.Call call =
                rig.request(edge(false, false), Rig.head("POST", AUTHORIZATION, "Bearer " + token("ada")), false);
        HeaderFields trailers = new HeaderFields();
        trailers.add("x-email", "forged@x");
        trailers.add("x-sum", "1");
        call.events().onTrailers(trailers);
        judgeAll();
        assertThat(String.valueOf(endpoint.stream.trailers)).contains("x-sum").doesNotContain("forged");
    }
}
