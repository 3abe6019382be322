package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.RouteRule.Persistence;
import io.bridgehead.routing.ServiceRoute;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SessionTest {
    private static final Persistence COOKIE = new Persistence("sid", true, null, null, false);

    private final ServiceRoute shop = RuleRig.service("shop.default");
    private final ServiceRoute cart = RuleRig.service("cart.default");

    private static SessionKeys keys(ServiceRoute route, TrustDomain domain) {
        return keys(route, SessionSecret.derivedFrom(domain), List.of());
    }

    private static SessionKeys keys(ServiceRoute route, SessionSecret secret, List<Endpoint> here) {
        return new SessionKeys(route, secret, Rig.HERE, () -> here);
    }

    @Test
    void keysAreOnlyMadeWithTheSecret() {
        byte[] bytes = new byte[SessionSecret.BYTES_MIN];
        Endpoint endpoint = Endpoint.parse("10.0.0.1:80");
        String derived = keys(shop, Rig.DOMAIN).key(Rig.HERE, endpoint);
        SessionKeys secret = keys(shop, SessionSecret.of(bytes), List.of());
        assertThat(secret.key(Rig.HERE, endpoint)).isNotEqualTo(derived);
        assertThat(secret.place(Objects.requireNonNull(derived))).isNull();
        assertThatThrownBy(() -> SessionSecret.of(new byte[SessionSecret.BYTES_MIN - 1]))
                .hasMessageContaining("31 bytes: expected at least 32");
    }

    @Test
    void anAddressOfANameHasAKeyThatOtherLoopsAndSitesUnderstand() {
        LinkedHashMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(Rig.HERE, List.of(Endpoint.parse("pair.test:80")));
        sites.put(Rig.THERE, List.of(Endpoint.parse("10.0.1.1:80")));
        ServiceRoute route = ServiceRoute.http("shop", List.of(), sites, Authorizer.everySite(Rig.DOMAIN));
        SessionSecret secret = SessionSecret.derivedFrom(Rig.DOMAIN);
        Endpoint address = Endpoint.parse("10.0.0.7:80");
        String key = Objects.requireNonNull(keys(route, secret, List.of()).key(Rig.HERE, address));
        assertThat(keys(route, secret, List.of(address)).place(key))
                .isEqualTo(new SessionKeys.Place(Rig.HERE, address, key));
        assertThat(keys(route, secret, List.of()).place(key))
                .as("an address that is gone")
                .isNull();
        SessionKeys.Place far = new SessionKeys(route, secret, Rig.THERE, List::of).place(key);
        assertThat(far).isNotNull();
        assertThat(Objects.requireNonNull(far).site()).isEqualTo(Rig.HERE);
    }

    private Rig rig(Persistence persistence, Backend... places) {
        return new Rig(RuleRig.table(with(RuleRig.rule(places), persistence), shop, cart));
    }

    private Rig rig(Persistence persistence) {
        return rig(persistence, RuleRig.to(shop));
    }

    private static RouteRule with(RouteRule rule, Persistence persistence) {
        return new RouteRule(
                rule.shown(), rule.edits(), rule.backends(), null, rule.timeouts(), null, persistence, null);
    }

    /** What a client is told by an answer of this endpoint to a request with these fields. */
    private static @Nullable String told(Rig rig, String endpoint, String field, String... fields) {
        FakeDestination place = FakeDestination.endpoint(endpoint);
        rig.drop();
        rig.then(place);
        Rig.Call call = RuleRig.get(rig, "shop.test", "/", fields);
        place.answers(200, "");
        return call.stream().responseField(field);
    }

    private static String cookie(Rig rig, String endpoint) {
        String cookie = Objects.requireNonNull(told(rig, endpoint, "set-cookie"));
        return cookie.substring(0, cookie.indexOf(';'));
    }

    @Test
    void aSessionBeginsWithACookieThatShowsNoAddress() {
        Rig rig = rig(COOKIE);
        assertThat(told(rig, "10.0.0.1:80", "set-cookie"))
                .matches("sid=[A-Za-z0-9_-]{24}; Path=/; HttpOnly; SameSite=Strict");
        assertThat(cookie(rig, "10.0.0.1:80")).isNotEqualTo(cookie(rig, "10.0.0.2:80"));
        assertThat(rig.preferred).containsOnlyNulls();
    }

    @Test
    void aSessionStaysWithItsEndpointAndIsToldNothingMore() {
        Rig rig = rig(COOKIE);
        String cookie = cookie(rig, "10.0.0.2:80");
        assertThat(told(rig, "10.0.0.2:80", "set-cookie", "cookie", "a=b; " + cookie + "; c=d"))
                .isNull();
        assertThat(rig.preferred.getLast()).isEqualTo(Endpoint.parse("10.0.0.2:80"));
    }

    @Test
    void aSessionThatAnotherEndpointHadToServeIsToldSo() {
        Rig rig = rig(COOKIE);
        String cookie = cookie(rig, "10.0.0.2:80");
        assertThat(told(rig, "10.0.0.1:80", "set-cookie", "cookie", cookie)).startsWith(cookie(rig, "10.0.0.1:80"));
    }

    @Test
    void aTokenThatIsMadeUpLeadsNowhere() {
        Rig rig = rig(COOKIE);
        for (String forged :
                List.of("10.0.0.2:80", "AAAAAAAAAAAAAAAA", "", "x".repeat(5_000), "AAAAAAAAAAAAAAAA.1.1")) {
            assertThat(told(rig, "10.0.0.1:80", "set-cookie", "cookie", "sid=" + forged))
                    .as(forged)
                    .isNotNull();
            assertThat(rig.preferred.getLast()).isNull();
        }
    }

    @Test
    void aSessionStaysWithItsPlaceWhateverTheWeights() {
        Rig first = rig(COOKIE, RuleRig.to(shop, 0), RuleRig.to(cart, 1));
        String cookie = cookie(first, "10.0.0.2:80");
        assertThat(first.record(0).route()).isEqualTo(cart);
        Rig turned = rig(COOKIE, RuleRig.to(shop, 1), RuleRig.to(cart, 0));
        told(turned, "10.0.0.2:80", "set-cookie", "cookie", cookie);
        assertThat(turned.record(0).route()).isEqualTo(cart);
        assertThat(turned.preferred.getLast()).isEqualTo(Endpoint.parse("10.0.0.2:80"));
    }

    @Test
    void aSessionWhoseEndpointCannotServeIsServedByWeight() {
        Rig first = rig(COOKIE, RuleRig.to(shop, 0), RuleRig.to(cart, 1));
        String cookie = cookie(first, "10.0.0.2:80");
        Rig turned = rig(COOKIE, RuleRig.to(shop, 1), RuleRig.to(cart, 0));
        turned.unfit.add(Endpoint.parse("10.0.0.2:80"));
        assertThat(told(turned, "10.0.0.1:80", "set-cookie", "cookie", cookie)).isNotNull();
        assertThat(turned.record(0).route()).isEqualTo(shop);
    }

    @Test
    void aHeaderFieldMayCarryTheSession() {
        Rig rig = rig(new Persistence("X-Session", false, null, null, false));
        String token = Objects.requireNonNull(told(rig, "10.0.0.2:80", "x-session"));
        assertThat(told(rig, "10.0.0.2:80", "x-session", "x-session", token)).isEqualTo(token);
        assertThat(rig.preferred.getLast()).isEqualTo(Endpoint.parse("10.0.0.2:80"));
    }

    @Test
    void aPermanentCookieSaysHowLongItIsKeptAndIsSecureOverTls() {
        Rig rig = rig(new Persistence("sid", true, Duration.ofHours(1), null, true));
        FakeDestination place = FakeDestination.endpoint("10.0.0.1:80");
        rig.then(place);
        HeaderFields fields = new HeaderFields();
        Rig.Call call = rig.request(
                RuleRig.secured(rig, "shop.test"), new RequestHead("GET", "https", "shop.test", "/", fields), true);
        place.answers(200, "");
        assertThat(call.stream().responseField("set-cookie"))
                .endsWith("; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=3600");
    }

    @Test
    void aSessionEndsWithItsAbsoluteTime() {
        Rig rig = rig(new Persistence("sid", true, Duration.ofMinutes(10), null, false));
        String cookie = cookie(rig, "10.0.0.2:80");
        rig.clock.advance(Duration.ofMinutes(10).toMillis());
        assertThat(told(rig, "10.0.0.2:80", "set-cookie", "cookie", cookie)).isNull();
        rig.clock.advance(2_000);
        assertThat(told(rig, "10.0.0.2:80", "set-cookie", "cookie", cookie)).isNotNull();
        assertThat(rig.preferred.getLast()).isNull();
    }

    @Test
    void aSessionEndsWhenItIsIdleForTooLongAndNotWhileItIsUsed() {
        Rig rig = rig(new Persistence("sid", true, null, Duration.ofMinutes(10), false));
        String cookie = cookie(rig, "10.0.0.2:80");
        assertThat(told(rig, "10.0.0.2:80", "set-cookie", "cookie", cookie))
                .as("used just now")
                .isNull();
        for (int i = 0; i < 3; i++) {
            rig.clock.advance(Duration.ofMinutes(9).toMillis());
            String renewed = Objects.requireNonNull(told(rig, "10.0.0.2:80", "set-cookie", "cookie", cookie));
            assertThat(rig.preferred.getLast()).isNotNull();
            cookie = renewed.substring(0, renewed.indexOf(';'));
        }
        rig.clock.advance(Duration.ofMinutes(11).toMillis());
        told(rig, "10.0.0.2:80", "set-cookie", "cookie", cookie);
        assertThat(rig.preferred.getLast()).isNull();
    }

    @Test
    void anEndpointOfAnotherSiteIsNamedByItsNodeAndAskedForThere() {
        Rig far = new Rig(shop);
        FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");
        far.then(endpoint);
        RequestHead asked = Rig.head("GET", "bridgehead-service", "shop.default", "bridgehead-session", "new");
        Rig.Call there = far.fromTunnel(asked, true);
        endpoint.answers(200, "");
        String key = Objects.requireNonNull(there.stream().responseField("bridgehead-session"));
        assertThat(endpoint.field("bridgehead-session")).isNull();

        Rig rig = rig(COOKIE);
        String theirs = keys(shop, Rig.DOMAIN).key(Rig.THERE, Endpoint.parse("10.0.1.1:80"));
        String token = token(rig, Objects.requireNonNull(theirs), "new");
        assertThat(token).startsWith("sid=" + theirs);
        assertThat(token(rig, theirs, theirs, "cookie", "sid=" + theirs)).isNull();
        assertThat(rig.preferred.getLast()).isEqualTo(Endpoint.parse("10.0.1.1:80"));
        assertThat(token(rig, "made-up", "new"))
                .as("a key that the service does not have")
                .isNull();
        assertThat(token(rig, key, "new")).as("an endpoint of this site").startsWith("sid=" + key);
    }

    private static @Nullable String token(Rig rig, String answered, String wanted, String... fields) {
        FakeDestination node = FakeDestination.node("there", "b");
        rig.drop();
        rig.then(node);
        Rig.Call call = RuleRig.get(rig, "shop.test", "/", fields);
        assertThat(node.field("bridgehead-session")).isEqualTo(wanted);
        HeaderFields answer = new HeaderFields();
        answer.add("bridgehead-session", answered);
        node.events().onResponse(new ResponseHead(200, answer), true);
        assertThat(call.stream().responseField("bridgehead-session")).isNull();
        return call.stream().responseField("set-cookie");
    }
}
