package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.match.MatchTable;
import io.bridgehead.match.RequestMatch;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.policy.Cors;
import io.bridgehead.policy.HeaderEdits;
import io.bridgehead.policy.PathChange;
import io.bridgehead.policy.Redirection;
import io.bridgehead.policy.Rewrite;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.ListenerRoutes;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.wire.StreamReset;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RuleTest {
    private final ServiceRoute shop = RuleRig.service("shop.default");
    private final ServiceRoute cart = RuleRig.service("cart.default");
    private final FakeDestination endpoint = FakeDestination.endpoint("10.0.0.1:80");

    @Test
    void aRuleLeadsToItsServiceAndIsRemembered() {
        Rig rig = new Rig(RuleRig.table(RuleRig.rule(RuleRig.to(shop)), shop)).then(endpoint);
        Rig.Call call = RuleRig.get(rig, "shop.test:8080", "/a?b=c");
        endpoint.answers(200, "hello");
        assertThat(call.stream().text()).isEqualTo("hello");
        assertThat(endpoint.head().path()).isEqualTo("/a?b=c");
        assertThat(endpoint.head().authority()).isEqualTo("shop.test:8080");
        assertThat(endpoint.field("x-forwarded-for")).isEqualTo("192.0.2.7");
        assertThat(rig.record().route()).isEqualTo(shop);
        assertThat(rig.record().rule()).extracting(RouteRule::shown).isEqualTo("HTTPRoute default/shop rule 1");
        assertThat(rig.isQuiet()).isTrue();
    }

    @Test
    void aRequestThatNoListenerNoHostOrNoRuleTakesIsNotFound() {
        RouteRule rule = RuleRig.rule(RuleRig.to(shop));
        Rig rig = new Rig(
                RuleRig.table(Map.of("*.test", RuleRig.listener("shop.test", RuleRig.path("/shop"), rule)), shop));
        assertThat(RuleRig.get(rig, "shop.other", "/shop").stream().status()).isEqualTo(404);
        assertThat(RuleRig.get(rig, "cart.test", "/shop").stream().status()).isEqualTo(404);
        assertThat(RuleRig.get(rig, "shop.test", "/shopping").stream().status()).isEqualTo(404);
        assertThat(rig.ended).extracting(ExchangeRecord::refusal).containsOnly(Refusal.NO_ROUTE);
        assertThat(rig.record(0).detail()).contains("no listener of port 'gateway:80'");
        assertThat(rig.record(1).detail()).contains("no route and no service has the host 'cart.test'");
        assertThat(rig.record(2).detail()).contains("no rule for the host 'shop.test' fits");
    }

    @Test
    void aServicesOwnHostIsServedWhereNoRouteHasIt() {
        RouteRule rule = RuleRig.rule(RuleRig.to(shop));
        Rig rig = new Rig(RuleRig.table(
                        Map.of("*.test", RuleRig.listener(Map.of("shop.test", rule))), shop, Rig.orders()))
                .then(endpoint);
        RuleRig.get(rig, "orders.test", "/");
        endpoint.answers(200, "");
        assertThat(rig.record().route()).extracting(ServiceRoute::name).hasToString("orders");
        assertThat(rig.record().rule()).isNull();
    }

    @Test
    void otherListenersAndTunnelsKnowNoRules() {
        Rig rig = new Rig(RuleRig.table(RuleRig.rule(RuleRig.to(shop)), shop));
        assertThat(RuleRig.get(rig, rig.edge(), "shop.test", "/").stream().status())
                .isEqualTo(404);
        assertThat(rig.fromTunnel(Rig.head("GET", "bridgehead-service", "unknown"), true).stream()
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aRuleThatLeadsNowhereIsAnsweredWith500() {
        assertThat(refused(RuleRig.rule())).contains("names no place");
        assertThat(refused(RuleRig.rule(RuleRig.to(shop, 0)))).contains("weight 0");
        assertThat(refused(RuleRig.rule(RuleRig.to(null, 1)))).contains("Service default/gone leads nowhere");
    }

    @Test
    void aRuleThatCannotBeFollowedIsAnsweredWith500() {
        RouteRule good = RuleRig.rule(RuleRig.to(shop));
        RouteRule unknown = new RouteRule(
                good.shown(), good.edits(), good.backends(), null, good.timeouts(), null, null, "filter 1 is unknown");
        assertThat(refused(unknown)).isEqualTo("HTTPRoute default/shop rule 1: filter 1 is unknown");
    }

    private String refused(RouteRule rule) {
        Rig rig = new Rig(RuleRig.table(rule, shop));
        FakeStream client = RuleRig.get(rig, "shop.test", "/").stream();
        assertThat(client.status()).isEqualTo(500);
        assertThat(client.text()).doesNotContain("default");
        assertThat(rig.record().refusal()).isEqualTo(Refusal.NO_BACKEND);
        return rig.record().detail();
    }

    @Test
    void aGrpcCallThatLeadsNowhereIsUnavailableAndOneThatNoRuleTakesIsUnimplemented() {
        Rig rig = new Rig(RuleRig.table(Map.of("*", RuleRig.listener(Map.of("shop.test", RuleRig.rule()))), shop));
        FakeStream nowhere = RuleRig.get(rig, "shop.test", "/a/B", "content-type", "application/grpc").stream();
        FakeStream unknown = RuleRig.get(rig, "else.test", "/a/B", "content-type", "application/grpc").stream();
        assertThat(List.of(nowhere.status(), unknown.status())).containsExactly(200, 200);
        assertThat(nowhere.responseField("grpc-status")).isEqualTo("14");
        assertThat(unknown.responseField("grpc-status")).isEqualTo("12");
    }

    @Test
    void placesShareByWeightAndOneThatLeadsNowhereFailsItsShare() {
        RouteRule rule =
                RuleRig.rule(RuleRig.to(shop, 8), RuleRig.to(cart, 1), RuleRig.to(null, 1), RuleRig.to(cart, 0));
        Rig rig = new Rig(RuleRig.table(rule, shop, cart));
        HttpProxy edge = RuleRig.edge(rig);
        int requests = 10_000;
        for (int i = 0; i < requests; i++) {
            FakeDestination place = FakeDestination.endpoint("10.0.0.1:80");
            rig.drop();
            rig.then(place);
            RuleRig.get(rig, edge, "shop.test", "/");
            if (place.isOpened()) {
                place.answers(200, "");
            }
        }
        assertThat(share(rig, shop)).isBetween(0.78, 0.82);
        assertThat(share(rig, cart)).isBetween(0.08, 0.12);
        assertThat(share(rig, null)).isBetween(0.08, 0.12);
        assertThat(RuleRig.statuses(rig)).containsOnly(200, 500);
    }

    private static double share(Rig rig, @Nullable ServiceRoute route) {
        return rig.ended.stream()
                        .filter(record -> Objects.equals(record.route(), route))
                        .count()
                / (double) rig.ended.size();
    }

    @Test
    void fieldsAreChangedByTheRuleThenByThePlaceAndBackInTheOtherOrder() {
        Backend place = new Backend(
                shop, 1, "Service default/shop", edits(RuleRig.edits("x-set", "x-place", "x-gone-later"), null));
        RouteRule rule =
                RuleRig.with(RuleRig.rule(place), edits(RuleRig.edits("x-other", "x-gone-later", "x-gone"), null));
        Rig rig = new Rig(RuleRig.table(rule, shop)).then(endpoint);
        Rig.Call call = RuleRig.get(rig, "shop.test", "/", "x-set", "old", "x-gone", "old", "x-kept", "kept");
        assertThat(endpoint.field("x-set")).isEqualTo("was set");
        assertThat(endpoint.field("x-place")).isEqualTo("was added");
        assertThat(endpoint.field("x-gone")).isNull();
        assertThat(endpoint.field("x-gone-later")).as("added by the rule").isNull();
        assertThat(endpoint.field("x-kept")).isEqualTo("kept");
        HeaderFields answer = new HeaderFields();
        answer.add("x-set", "old");
        answer.add("x-gone", "old");
        endpoint.events().onResponse(new ResponseHead(200, answer), true);
        assertThat(call.stream().responseField("x-set")).isEqualTo("was set");
        assertThat(call.stream().responseField("x-gone")).isNull();
        assertThat(call.stream().responseField("x-gone-later"))
                .as("removed by the place first")
                .isEqualTo("was added");
    }

    @Test
    void refusalsAreNotChanged() {
        RouteRule rule = RuleRig.with(RuleRig.rule(RuleRig.to(shop)), edits(RuleRig.edits("x-a", "x-b", "x-c"), null));
        Rig rig = new Rig(RuleRig.table(rule, shop));
        FakeStream client = RuleRig.get(rig, "shop.test", "/").stream();
        assertThat(client.status()).isEqualTo(503);
        assertThat(client.responseField("x-a")).isNull();
    }

    @Test
    void anEndpointIsAskedForTheHostThatTheRuleSaysAndToldTheClients() {
        RouteRule rule = RuleRig.with(
                RuleRig.rule(RuleRig.to(shop)), edits(HeaderEdits.NONE, new Rewrite("inner.example", null)));
        Rig rig = new Rig(RuleRig.table(rule, shop)).then(endpoint);
        RuleRig.get(rig, "shop.test", "/a?b=c");
        assertThat(endpoint.head().authority()).isEqualTo("inner.example");
        assertThat(endpoint.head().path()).isEqualTo("/a?b=c");
        assertThat(endpoint.field("x-forwarded-host")).isEqualTo("shop.test");
        endpoint.answers(200, "");
        assertThat(rig.record().authority()).isEqualTo("shop.test");
    }

    private static Backend.Edits edits(HeaderEdits both, @Nullable Rewrite rewrite) {
        return new Backend.Edits(both, both, rewrite, null, List.of());
    }

    @Test
    void anEndpointIsAskedForThePathThatThePlaceSaysAfterTheRule() {
        Rewrite place = new Rewrite(null, new PathChange.Prefix("/v1", "/api/v1"));
        Rewrite ofRule = new Rewrite(null, new PathChange.Prefix("/shop", "/v1"));
        Backend backend = new Backend(shop, 1, "Service default/shop", edits(HeaderEdits.NONE, place));
        RouteRule rule = RuleRig.with(RuleRig.rule(backend), edits(HeaderEdits.NONE, ofRule));
        Rig rig = new Rig(RuleRig.table(rule, shop)).then(endpoint);
        RuleRig.get(rig, "shop.test", "/shop/cart?id=1");
        assertThat(endpoint.head().path()).isEqualTo("/api/v1/cart?id=1");
        endpoint.answers(200, "");
        assertThat(rig.record().path()).isEqualTo("/shop/cart?id=1");
    }

    @Test
    void aRedirectionIsAnsweredHereAndNobodyIsAsked() {
        Redirection redirection = new Redirection("https", "new.example", null, null, 301);
        RouteRule rule = RuleRig.with(RuleRig.rule(), redirecting(redirection));
        Rig rig = new Rig(RuleRig.table(rule, shop));
        FakeStream client = RuleRig.get(rig, "shop.test:8080", "/a?b=c").stream();
        assertThat(client.status()).isEqualTo(301);
        assertThat(client.responseField("location")).isEqualTo("https://new.example/a?b=c");
        assertThat(client.responseField("content-length")).isEqualTo("0");
        assertThat(client.ended).isTrue();
        assertThat(rig.record().refusal()).isNull();
        assertThat(rig.record().status()).isEqualTo(301);
        assertThat(rig.record().rule()).isNotNull();
        assertThat(rig.localOnly).isEmpty();
    }

    @Test
    void aPlaceMayRedirectItsShareOnly() {
        Redirection redirection = new Redirection(null, null, 8443, new PathChange.Full("/new"), 302);
        Backend place = new Backend(shop, 1, "Service default/shop", redirecting(redirection));
        Rig rig = new Rig(RuleRig.table(RuleRig.rule(place, RuleRig.to(cart, 0)), shop, cart));
        FakeStream client = RuleRig.get(rig, "shop.test", "/old").stream();
        assertThat(client.status()).isEqualTo(302);
        assertThat(client.responseField("location")).isEqualTo("http://shop.test:8443/new");
    }

    @Test
    void aBrowserThatAsksBeforehandIsAnsweredHereWithoutItsProof() {
        ServiceRoute closed = new ServiceRoute(
                shop.name(),
                shop.protocol(),
                shop.hostnames(),
                shop.listeners(),
                shop.endpoints(),
                null,
                Authorizer.of(Rig.DOMAIN, List.of()),
                shop.resilience(),
                shop.upgrades(),
                shop.proxyHeader(),
                false);
        Rig rig = new Rig(RuleRig.table(RuleRig.with(RuleRig.rule(RuleRig.to(closed)), cors()), closed));
        HeaderFields fields = Rig.head("OPTIONS", "origin", "https://app.test", "access-control-request-method", "PUT")
                .fields();
        RequestHead preflight = new RequestHead("OPTIONS", "http", "shop.test", "/", fields);
        FakeStream client = rig.request(RuleRig.edge(rig), preflight, true).stream();
        assertThat(client.status()).isEqualTo(200);
        assertThat(client.responseField("access-control-allow-origin")).isEqualTo("https://app.test");
        assertThat(client.responseField("access-control-allow-methods")).isEqualTo("GET, PUT");
        assertThat(client.ended).isTrue();
        assertThat(rig.record().refusal()).isNull();
    }

    private FakeStream beforehand(String path, String method) {
        HeaderFields fields = Rig.head("OPTIONS", "origin", "https://app.test", "access-control-request-method", method)
                .fields();
        RouteRule called = RuleRig.with(RuleRig.rule(RuleRig.to(shop)), cors());
        ListenerRoutes routes = RuleRig.listener(List.of(
                new MatchTable.Entry<>(RuleRig.method("/api", "PUT"), called),
                new MatchTable.Entry<>(RequestMatch.ANY, RuleRig.rule())));
        Rig rig = new Rig(RuleRig.table(Map.of("*", routes), shop));
        return rig
                .request(RuleRig.edge(rig), new RequestHead("OPTIONS", "http", "shop.test", path, fields), true)
                .stream();
    }

    @Test
    void whatABrowserAsksBeforehandIsAnsweredByTheRuleOfWhatItMeans() {
        FakeStream answered = beforehand("/api", "PUT");
        assertThat(answered.status()).isEqualTo(200);
        assertThat(answered.responseField("access-control-allow-methods")).isEqualTo("GET, PUT");
        // these are taken by the rule for all, which leads nowhere
        assertThat(beforehand("/api", "POST").status()).isEqualTo(500);
        assertThat(beforehand("/", "PUT").status()).isEqualTo(500);
        assertThat(beforehand("/api", "no method").status()).isEqualTo(500);
    }

    @Test
    void whatThisNodeRefusesIsNotHiddenFromThePageThatMayCall() {
        Rig rig = new Rig(RuleRig.table(RuleRig.with(RuleRig.rule(RuleRig.to(shop, 0)), cors()), shop));
        FakeStream told = RuleRig.get(rig, "shop.test", "/", "origin", "https://app.test").stream();
        assertThat(told.status()).isEqualTo(500);
        assertThat(told.responseField("access-control-allow-origin")).isEqualTo("https://app.test");
        assertThat(told.responseField("vary")).isEqualTo("Origin");
        FakeStream foreign = RuleRig.get(rig, "shop.test", "/", "origin", "https://evil.test").stream();
        assertThat(foreign.responseField("access-control-allow-origin")).isNull();
        Backend.Edits edits =
                new Backend.Edits(RuleRig.edits("x-set", "x-added", "origin"), HeaderEdits.NONE, null, null, List.of());
        RouteRule late = RuleRig.with(RuleRig.with(RuleRig.rule(RuleRig.to(shop)), cors()), edits);
        Rig failing = new Rig(RuleRig.table(late, shop)).then(endpoint);
        FakeStream stream = RuleRig.get(failing, "shop.test", "/", "origin", "https://app.test").stream();
        endpoint.events().onReset(StreamReset.PROTOCOL_ERROR);
        assertThat(stream.status()).isEqualTo(502);
        assertThat(stream.responseField("access-control-allow-origin")).isEqualTo("https://app.test");
    }

    @Test
    void anAnswerTellsTheBrowserWhatTheRuleSaysWhateverTheEndpointSays() {
        Rig rig = new Rig(RuleRig.table(RuleRig.with(RuleRig.rule(RuleRig.to(shop)), cors()), shop)).then(endpoint);
        Rig.Call call = RuleRig.get(rig, "shop.test", "/", "origin", "https://app.test");
        HeaderFields answer = new HeaderFields();
        answer.add("access-control-allow-origin", "https://evil.test");
        endpoint.events().onResponse(new ResponseHead(200, answer), true);
        assertThat(call.stream().responseField("access-control-allow-origin")).isEqualTo("https://app.test");
        FakeDestination other = FakeDestination.endpoint("10.0.0.1:80");
        rig.then(other);
        Rig.Call foreign = RuleRig.get(rig, "shop.test", "/", "origin", "https://evil.test");
        other.answers(200, "");
        assertThat(foreign.stream().responseField("access-control-allow-origin"))
                .isNull();
        assertThat(foreign.stream().status()).isEqualTo(200);
    }

    private static Cors cors() {
        return new Cors(
                List.of("https://app.test"), false, List.of("GET", "PUT"), List.of(), List.of(), Duration.ofMinutes(1));
    }

    @Test
    void theBodyOfARequestThatIsRedirectedIsDropped() {
        Redirection redirection = new Redirection("https", null, null, null, 308);
        Rig rig = new Rig(RuleRig.table(RuleRig.with(RuleRig.rule(), redirecting(redirection)), shop));
        Rig.Call call = rig.request(
                RuleRig.edge(rig), new RequestHead("POST", "http", "shop.test", "/", new HeaderFields()), false);
        call.sends("nobody wants this", true);
        assertThat(call.stream().status()).isEqualTo(308);
        assertThat(call.stream().consumed).isEqualTo(17);
    }

    private static Backend.Edits redirecting(Redirection redirection) {
        return new Backend.Edits(HeaderEdits.NONE, HeaderEdits.NONE, null, redirection, List.of());
    }

    @Test
    void anotherTableIsFollowedFromTheNextRequestOnAndTheConnectionStays() {
        Rig rig = new Rig(RuleRig.table(RuleRig.rule(RuleRig.to(shop)), shop, cart));
        HttpProxy edge = RuleRig.edge(rig);
        FakeDestination first = FakeDestination.endpoint("10.0.0.1:80");
        rig.then(first);
        RuleRig.get(rig, edge, "shop.test", "/");
        rig.table.swap("7", RuleRig.table(RuleRig.rule(RuleRig.to(cart)), shop, cart));
        FakeDestination second = FakeDestination.endpoint("10.0.0.2:80");
        rig.then(second);
        RuleRig.get(rig, edge, "shop.test", "/");
        first.answers(200, "");
        second.answers(200, "");
        assertThat(rig.record(0).route()).isEqualTo(shop);
        assertThat(rig.record(1).route()).isEqualTo(cart);
    }

    @Test
    void aHostOfAnotherListenerIsMisdirectedOnASecuredConnection() {
        RouteRule rule = RuleRig.rule(RuleRig.to(shop));
        Rig rig = new Rig(RuleRig.table(
                Map.of(
                        "*", RuleRig.listener(Map.of("example.org", rule)),
                        "second.org", RuleRig.listener(Map.of("*", rule)),
                        "*.wild.org", RuleRig.listener(Map.of("*", rule)),
                        "fourth.wild.org", RuleRig.listener(Map.of("*", rule))),
                shop));
        assertThat(secured(rig, "example.org", "example.org")).isEqualTo(503);
        assertThat(secured(rig, "example.org", "second.org")).isEqualTo(421);
        assertThat(secured(rig, "example.org", "unknown.org")).isEqualTo(404);
        assertThat(secured(rig, "second.org", "unknown.org")).isEqualTo(421);
        assertThat(secured(rig, "third.wild.org", "fifth.wild.org:443")).isEqualTo(503);
        assertThat(secured(rig, "third.wild.org", "fourth.wild.org")).isEqualTo(421);
        assertThat(secured(rig, "FOURTH.wild.org", "fourth.wild.org")).isEqualTo(503);
        assertThat(secured(rig, "unknown.org", "example.org")).isEqualTo(503);
        assertThat(secured(rig, "", "second.org")).isEqualTo(421);
        assertThat(RuleRig.get(rig, "second.org", "/").stream().status())
                .as("without TLS nothing was secured")
                .isEqualTo(503);
    }

    private static int secured(Rig rig, String serverName, String host) {
        return RuleRig.get(rig, RuleRig.secured(rig, serverName), host, "/").stream()
                .status();
    }
}
