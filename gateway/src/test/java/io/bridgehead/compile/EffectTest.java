package io.bridgehead.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.compile.Effect.RouteChange;
import io.bridgehead.compile.Effect.SiteMove;
import io.bridgehead.compile.Effect.TrafficChange;
import io.bridgehead.compile.Effect.What;
import io.bridgehead.failover.Places;
import io.bridgehead.failover.Reach;
import io.bridgehead.failover.SiteView;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.RoutingTable;
import java.util.List;
import java.util.Map;
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
        ServiceName one = new ServiceName("one");
        ServiceName two = new ServiceName("two");
        assertThat(effect.routes())
                .containsExactly(
                        new RouteChange("host gone.example", one, null),
                        new RouteChange("host new.example", null, two),
                        new RouteChange("host x.example", one, two),
                        new RouteChange("host y.example", two, one));
        assertThat(effect.traffic()).isEmpty();
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
