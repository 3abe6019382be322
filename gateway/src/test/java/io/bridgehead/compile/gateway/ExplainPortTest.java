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
        Manifests all = compiled(
                gateway("{ name: http, port: 80, protocol: HTTP, hostname: \"*.example\" }"),
                route("r", RULES),
                service("shop", 8080),
                service("next", 8080));
        RoutingTable table =
                RoutingTable.of("7", all.table().services(), all.table().routes());
        CompileContext context = new CompileContext(
                SITE, DOMAIN, Map.of(), new EndpointTrust(List.of(), true, Set.of(), Set.of()), Set.of(), false);
        Caller caller = new Caller(SpiffeId.unauthenticated(DOMAIN, SITE), Caller.Proof.LISTENER, SITE, "127.0.0.1");
        HeaderFields fields = new HeaderFields();
        if (header.length == 2) {
            fields.add(header[0], header[1]);
        }
        return new Explain(context, table, LiveView.supposing(table, Places.unknown(SITE), Map.of()))
                .explain(Question.request("gateway:80", method, host, path, caller)
                        .with(fields));
    }

    @Test
    void itNamesTheRuleTheSharesAndWhatWouldHaveFittedToo() {
        Explanation next = ask("GET", "a.example", "/v2/x", "version", "two");
        assertThat(next.service()).hasToString("next.default.8080");
        assertThat(next.matched()).contains("Gateway default/gw listener http", "HTTPRoute default/r rule 1");
        assertThat(next.passedOver()).singleElement().asString().contains("rule 0 (wide) fits too");
        Explanation wide = ask("GET", "a.example", "/v2/x");
        assertThat(wide.matched())
                .contains("75% Service default/shop:8080", "25% Service default/none:8080 (not there)");
        assertThat(wide.service()).hasToString("shop.default.8080");
        assertThat(wide.outcome()).contains("here");
    }

    @Test
    void itSaysWhatThisNodeAnswersItself() {
        assertThat(ask("GET", "a.example", "/old").outcome())
                .isEqualTo("answered 302 by this node, to http://a.example/new");
        assertThat(ask("GET", "b.example", "/").outcome()).isEqualTo("answered 404 by this node");
        assertThat(ask("GET", "a.test", "/").matched()).contains("no listener of port 80 has host 'a.test'");
    }
}
