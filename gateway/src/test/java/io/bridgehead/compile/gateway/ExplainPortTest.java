package io.bridgehead.compile.gateway;

import static io.bridgehead.compile.gateway.Manifests.compiled;
import static io.bridgehead.compile.gateway.Manifests.gateway;
import static io.bridgehead.compile.gateway.Manifests.route;
import static io.bridgehead.compile.gateway.Manifests.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.Explain;
import io.bridgehead.compile.Explanation;
import io.bridgehead.compile.LiveView;
import io.bridgehead.compile.Question;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.failover.Places;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.routing.RoutingTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplainPortTest {
    private static final TrustDomain DOMAIN = new TrustDomain("corp.example");
    private static final SiteName SITE = new SiteName("here");
    private static final String RULES = """
            hostnames: [ a.example ]
            rules:
            - name: wide
              matches: [ { path: { value: / } } ]
              backendRefs: [ { name: shop, port: 8080, weight: 3 }, { name: none, port: 8080, weight: 1 } ]
            - matches: [ { path: { value: /v2 }, headers: [ { name: Version, value: two } ] } ]
              backendRefs: [ { name: next, port: 8080 } ]
            - matches: [ { path: { value: /old } } ]
              filters: [ { type: RequestRedirect, requestRedirect: { path: { type: ReplaceFullPath, replaceFullPath: /new } } } ]
            """;

    private static Explanation ask(String method, String host, String path, String... header) {
        return explain(RULES, method, host, path, header);
    }

    private static Explanation askRules(String rules, String method, String path, String name, String value) {
        return explain(rules, method, "c.example", path, name, value);
    }

    private static Explanation explain(String rules, String method, String host, String path, String... header) {
        Manifests all = compiled(
                gateway("{ name: http, port: 80, protocol: HTTP, hostname: \"*.example\" }"),
                route("r", rules),
                service("shop", 8080),
                service("next", 8080));
        HeaderFields fields = new HeaderFields();
        if (header.length == 2) {
            fields.add(header[0], header[1]);
        }
        return explain(all, question(method, host, path).with(fields));
    }

    private static Question question(String method, String host, String path) {
        Caller caller = new Caller(SpiffeId.unauthenticated(DOMAIN, SITE), Caller.Proof.LISTENER, SITE, "127.0.0.1");
        return Question.request("gateway:80", method, host, path, caller);
    }

    private static Explanation explain(Manifests all, Question question) {
        RoutingTable table =
                RoutingTable.of("7", all.table().services(), all.table().routes());
        CompileContext context = new CompileContext(
                SITE, DOMAIN, Map.of(), new EndpointTrust(List.of(), true, Set.of(), Set.of()), Set.of(), false);
        return new Explain(context, table, LiveView.supposing(table, Places.unknown(SITE), Map.of())).explain(question);
    }

    @Test
    void ofRulesThatFitAlikeThatOfTheNarrowerRouteIsTaken() {
        Manifests all = compiled(
                gateway("{ name: http, port: 80, protocol: HTTP, hostname: abc.example.com }"),
                made("older", "\"*.example.com\"", "2026-01-01T00:00:00Z", "shop"),
                made("newer", "abc.example.com", "2026-01-02T00:00:00Z", "next"),
                made("widest", "\"*.com\"", "2025-01-01T00:00:00Z", "shop"),
                service("shop", 8080),
                service("next", 8080));
        assertThat(all.ofRoute("older", "Accepted")).isEqualTo("True Accepted");
        assertThat(explain(all, question("GET", "abc.example.com", "/")).matched())
                .contains("HTTPRoute default/newer rule 0");
        assertThat(explain(all, question("GET", "abc.example.com", "/older")).matched())
                .contains("HTTPRoute default/older rule 1");
    }

    private static String made(String name, String host, String when, String service) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: %s, creationTimestamp: "%s" }
                spec:
                  parentRefs: [ { name: gw } ]
                  hostnames: [ %s ]
                  rules:
                  - backendRefs: [ { name: %s, port: 8080 } ]
                  - matches: [ { path: { value: /%s } } ]
                    backendRefs: [ { name: shop, port: 8080 } ]
                """.formatted(name, when, host, service, name);
    }

    @Test
    void itNamesTheRuleTheSharesAndWhatWouldHaveFittedToo() {
        Explanation next = ask("GET", "a.example", "/v2/x", "version", "two");
        assertThat(next.service()).hasToString("next.default.8080");
        assertThat(next.matched()).contains("Gateway default/gw listener http", "HTTPRoute default/r rule 1");
        assertThat(next.passedOver())
                .singleElement()
                .asString()
                .isEqualTo(
                        "HTTPRoute default/r rule 0 (wide) fits too, and comes after it: prefix /v2/... is longer than /...");
        Explanation wide = ask("GET", "a.example", "/v2/x");
        assertThat(wide.matched())
                .contains("75% Service default/shop:8080", "25% Service default/none:8080 (not there)");
        assertThat(wide.service()).hasToString("shop.default.8080");
        assertThat(wide.outcome()).contains("here");
    }

    @Test
    void itSaysByWhichCriterionOthersLostAndWhyOthersDoNotFit() {
        String rules = """
                hostnames: [ c.example ]
                rules:
                - matches: [ { path: { type: Exact, value: /x } } ]
                  backendRefs: [ { name: shop, port: 8080 } ]
                - matches: [ { path: { value: /x }, method: GET } ]
                  backendRefs: [ { name: shop, port: 8080 } ]
                - matches: [ { path: { value: /x }, headers: [ { name: a, value: b } ] } ]
                  backendRefs: [ { name: shop, port: 8080 } ]
                - matches: [ { path: { value: /x }, queryParams: [ { name: q, value: r } ] } ]
                  backendRefs: [ { name: shop, port: 8080 } ]
                - name: session
                  matches: [ { path: { value: /x }, queryParams: [ { name: q, value: r } ] } ]
                  timeouts: { request: 3s }
                  sessionPersistence: { sessionName: sid }
                  backendRefs: [ { name: shop, port: 8080 } ]
                """;
        assertThat(askRules(rules, "GET", "/x?q=r", "a", "b").passedOver())
                .containsExactly(
                        "HTTPRoute default/r rule 1 fits too, and comes after it: an exact path comes before a prefix",
                        "HTTPRoute default/r rule 2 fits too, and comes after it: an exact path comes before a prefix",
                        "HTTPRoute default/r rule 3 fits too, and comes after it: an exact path comes before a prefix",
                        "HTTPRoute default/r rule 4 (session) fits too, and comes after it: an exact path comes before a prefix");
        assertThat(askRules(rules, "GET", "/x/y?q=r", "a", "b").passedOver())
                .contains(
                        "HTTPRoute default/r rule 2 fits too, and comes after it: a method comes before none",
                        "HTTPRoute default/r rule 3 fits too, and comes after it: a method comes before none");
        assertThat(askRules(rules, "POST", "/x/y?q=r", "a", "b").passedOver())
                .contains(
                        "HTTPRoute default/r rule 3 fits too, and comes after it: more header fields come before fewer",
                        "HTTPRoute default/r rule 1 does not fit: its method is GET");
        Explanation third = askRules(rules, "POST", "/x/y?q=r", "a", "c");
        assertThat(third.matched()).contains("rule 3");
        assertThat(third.passedOver())
                .contains(
                        "HTTPRoute default/r rule 4 (session) fits too, and comes after it: it stands later in the same route",
                        "HTTPRoute default/r rule 2 does not fit: it wants header field a 'b'");
        assertThat(askRules(rules, "POST", "/z", "a", "c").passedOver())
                .contains("HTTPRoute default/r rule 0 does not fit: its path is /x");
    }

    @Test
    void itSaysWhatHoldsForARequest() {
        String rules = """
                hostnames: [ c.example ]
                rules:
                - timeouts: { request: 3s }
                  sessionPersistence: { sessionName: sid }
                  backendRefs: [ { name: shop, port: 8080 } ]
                """;
        assertThat(askRules(rules, "GET", "/", "a", "b").policies())
                .contains(
                        "rule: the whole answer within 3 s",
                        "rule: sessions by cookie sid",
                        "service shop.default.8080: at most 3 attempts of 5 s within 15 s");
    }

    @Test
    void itSaysWhatThisNodeAnswersItself() {
        assertThat(ask("GET", "a.example", "/old").outcome())
                .isEqualTo("answered 302 by this node, to http://a.example/new");
        assertThat(ask("GET", "b.example", "/").outcome()).isEqualTo("answered 404 by this node");
        assertThat(ask("GET", "a.test", "/").matched()).contains("no listener of port 80 has host 'a.test'");
    }
}
