package io.bridgehead.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bridgehead.compile.Effect.RouteChange;
import io.bridgehead.compile.Effect.SiteMove;
import io.bridgehead.compile.Effect.TrafficChange;
import io.bridgehead.compile.Effect.What;
import io.bridgehead.config.Document;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.config.read.DocumentReader;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.failover.Places;
import io.bridgehead.failover.Reach;
import io.bridgehead.failover.SiteView;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.routing.RoutingTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EffectTest {
    private static final SiteName A = new SiteName("a");
    private static final SiteName B = new SiteName("b");
    private static final String IN_A = "a: { endpoints: [ \"10.0.0.1:80\" ] }";
    private static final String IN_B = "b: { endpoints: [ \"10.1.0.1:80\" ] }";

    @Test
    void routesComeGoAndLeadElsewhere() {
        Effect effect = effect(
                table(service("one", "\"x.example\", \"gone.example\"", IN_A), service("two", "\"y.example\"", IN_A)),
                table(service("one", "\"y.example\"", IN_A), service("two", "\"x.example\", \"new.example\"", IN_A)));
        assertThat(effect.routes())
                .containsExactly(
                        new RouteChange("host gone.example", "one", null, 1),
                        new RouteChange("host new.example", null, "two", 1),
                        new RouteChange("host x.example", "one", "two", 1),
                        new RouteChange("host y.example", "two", "one", 1));
        assertThat(effect.traffic()).isEmpty();
    }

    private static String manifests(String rules) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: gw }
                spec: { gatewayClassName: bridgehead, listeners: [ { name: http, port: 80, protocol: HTTP } ] }
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: r }
                spec: { parentRefs: [ { name: gw } ], hostnames: [ shop.example ], rules: [ %s ] }
                """.formatted(rules);
    }

    private static String rule(String match, String name, int weight, String other, int otherWeight) {
        String reference = "{ group: bridgehead.io, kind: Service, name: %s, weight: %d }";
        return "{ matches: [ %s ], backendRefs: [ %s, %s ] }"
                .formatted(match, reference.formatted(name, weight), reference.formatted(other, otherWeight));
    }

    @Test
    void rulesOfGatewaysComeGoAndMoveRequests() {
        String one = service("one", "\"one.example\"", IN_A);
        String two = service("two", "\"two.example\"", IN_A);
        String canary = "{ path: { value: /shop } }";
        String lost = "{ path: { type: Exact, value: /old }, method: GET }";
        String fresh = "{ headers: [ { name: Version, value: two } ] }";
        Effect effect = effect(
                open(one, two, manifests(rule(canary, "one", 9, "two", 1) + ", " + rule(lost, "one", 1, "two", 0))),
                open(one, two, manifests(rule(canary, "one", 1, "two", 1) + ", " + rule(fresh, "none", 1, "two", 0))));
        String at = "Gateway default/gw listener http host shop.example ";
        assertThat(effect.routes())
                .extracting(RouteChange::match)
                .containsExactly(at + "/... header version 'two'", at + "/shop/...", at + "GET /old");
        assertThat(effect.routes().get(0).after()).isEqualTo("Service none (not there: 500)");
        RouteChange moved = effect.routes().get(1);
        assertThat(moved.before()).isEqualTo("90% Service one, 10% Service two");
        assertThat(moved.after()).isEqualTo("50% Service one, 50% Service two");
        assertThat(moved.moved()).isCloseTo(0.4, within(1e-9));
        assertThat(effect.routes().get(2).after()).isNull();
    }

    private static RoutingTable open(String... documents) {
        List<Document> read = ((Reading.Done<List<Document>>)
                        DocumentReader.read("all.yaml", String.join("---\n", documents)))
                .value();
        CompileContext context = new CompileContext(
                        A,
                        new TrustDomain("corp.example"),
                        Map.of(),
                        new EndpointTrust(List.of(), true, Set.of(), Set.of()),
                        Set.of(),
                        false)
                .with(GatewayTerms.opening(Set.of("default/gw")));
        return ((CompileResult.Compiled) new Compiler(context).compile(read, "1")).table();
    }

    @Test
    void anotherOrderMovesEverything() {
        Effect effect = effect(
                table(service("one", "\"x.example\"", IN_A + ", " + IN_B)),
                table(service("one", "\"x.example\"", IN_A + ", " + IN_B)
                        .replace("allow:", "failover: { order: [ b, a ] }, allow:")));
        assertThat(effect.traffic())
                .containsExactly(new TrafficChange(
                        new ServiceName("one"), What.KEPT, List.of(new SiteMove(A, 1, 0), new SiteMove(B, 0, 1)), 1));
    }

    @Test
    void aSiteThatCannotBeReachedGetsNothing() {
        Effect effect = Effect.between(
                table(service("one", "\"x.example\"", IN_A)),
                table(service("one", "\"x.example\"", IN_B)),
                fit(table(service("one", "\"x.example\"", IN_A))),
                Places.unknown(A),
                _ -> Reach.DEAD);
        TrafficChange change = effect.traffic().getFirst();
        assertThat(change.refused()).isTrue();
        assertThat(change.moved()).isEqualTo(1);
    }

    @Test
    void whatIsNewAndWhatIsGone() {
        Effect effect =
                effect(table(service("old", "\"x.example\"", IN_A)), table(service("new", "\"x.example\"", IN_B)));
        assertThat(effect.traffic()).extracting(TrafficChange::what).containsExactly(What.NEW, What.GONE);
        assertThat(effect.traffic().getFirst().sites()).containsExactly(new SiteMove(B, 0, 1));
        assertThat(effect.traffic().getLast().moved()).isEqualTo(1);
    }

    @Test
    void moreEndpointsOfASiteMoveNothing() {
        String two = "a: { endpoints: [ \"10.0.0.1:80\", \"10.0.0.2:80\" ] }";
        Effect effect =
                effect(table(service("one", "\"x.example\"", IN_A)), table(service("one", "\"x.example\"", two)));
        assertThat(effect.isEmpty()).isTrue();
    }

    private static Effect effect(RoutingTable before, RoutingTable after) {
        return Effect.between(before, after, fit(before), Places.unknown(A), _ -> Reach.UP);
    }

    private static LiveView fit(RoutingTable table) {
        SiteView fit = SiteView.of(Reach.UP, new ServiceHealth(1, 0, 1, 0));
        return LiveView.supposing(table, Places.unknown(A), Map.of(A, fit, B, fit));
    }

    private static RoutingTable table(String... services) {
        return CompilerTest.compiled(String.join("---\n", services));
    }

    private static String service(String name, String hosts, String sites) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec: { hostnames: [ %s ], sites: { %s }, allow: [ { from: [ "spiffe://corp.example/*" ] } ] }
                """.formatted(name, hosts, sites);
    }
}
