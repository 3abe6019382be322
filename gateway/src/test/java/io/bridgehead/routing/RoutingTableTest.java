package io.bridgehead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.failover.TierSelector;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.Authorizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

final class RoutingTableTest {
    private static final Authorizer OPEN = Authorizer.everySite(new TrustDomain("corp.example"));
    private static final SiteName AWS = new SiteName("aws-use1");
    private static final SiteName AZURE = new SiteName("azure-weu");

    @Test
    void findsServicesByHostListenerAndName() {
        ServiceRoute orders = ServiceRoute.http("orders", List.of("orders.example"), endpoints(), OPEN);
        ServiceRoute shop = ServiceRoute.http("shop", List.of("*.shop.example"), endpoints(), OPEN);
        ServiceRoute ledger = ServiceRoute.tcp("ledger", List.of("pg"), endpoints(), OPEN);
        RoutingTable table = RoutingTable.of("7-abc", List.of(orders, shop, ledger));

        assertThat(table.revision()).isEqualTo("7-abc");
        assertThat(table.byHost("orders.example")).isSameAs(orders);
        assertThat(table.byHost("a.b.shop.example")).isSameAs(shop);
        assertThat(table.byHost("shop.example")).isNull();
        assertThat(table.byListener("pg")).isSameAs(ledger);
        assertThat(table.byListener("http")).isNull();
        assertThat(table.byName(new ServiceName("shop"))).isSameAs(shop);
        assertThat(table.services()).containsExactly(orders, shop, ledger);
    }

    @Test
    void routesAreReplacedWhereTheyAreFoundByTheSame() {
        ServiceRoute orders = ServiceRoute.http("orders", List.of("orders.example"), endpoints(), OPEN);
        ServiceRoute shop = ServiceRoute.http("shop", List.of("*.shop.example"), endpoints(), OPEN);
        RoutingTable table = RoutingTable.of("1", List.of(orders, shop));
        ServiceRoute other = ServiceRoute.http("shop", List.of("*.shop.example"), new LinkedHashMap<>(), OPEN);
        RoutingTable replaced = table.replacing(List.of(other)).named("2");

        assertThat(replaced.revision()).isEqualTo("2");
        assertThat(replaced.byHost("a.shop.example")).isSameAs(other);
        assertThat(replaced.byName(new ServiceName("shop"))).isSameAs(other);
        assertThat(replaced.services()).containsExactly(orders, other);
        assertThat(replaced.isOfOneMake(table)).isTrue();
        assertThat(replaced.replacedIn(table)).containsExactly(other);
        assertThat(table.byHost("a.shop.example")).isSameAs(shop);
        assertThat(RoutingTable.of("1", List.of(orders, shop)).isOfOneMake(table))
                .isFalse();
        for (ServiceRoute stranger : List.of(
                ServiceRoute.http("shop", List.of("shop.example"), endpoints(), OPEN),
                ServiceRoute.http("news", List.of("*.shop.example"), endpoints(), OPEN),
                ServiceRoute.tls("shop", List.of("*.shop.example"), List.of(), endpoints(), OPEN))) {
            assertThatThrownBy(() -> table.replacing(List.of(stranger)))
                    .hasMessageContaining("service " + stranger.name())
                    .hasMessageContaining("expected one of the table");
        }
    }

    @Test
    void refusesTwoServicesForOneHost() {
        ServiceRoute a = ServiceRoute.http("a", List.of("x.example"), endpoints(), OPEN);
        ServiceRoute b = ServiceRoute.http("b", List.of("X.example."), endpoints(), OPEN);
        assertThatThrownBy(() -> RoutingTable.of("1", List.of(a, b)))
                .hasMessage("service b: host 'x.example' belongs to service a: expected one service for each host");
    }

    @Test
    void orderIsSpeltOutSoThatItsChangeIsSeen() {
        SequencedMap<SiteName, List<Endpoint>> forth = endpoints();
        SequencedMap<SiteName, List<Endpoint>> back = new LinkedHashMap<>(forth.reversed());
        ServiceRoute one = ServiceRoute.http("a", List.of("x.example"), forth, OPEN);
        ServiceRoute other = ServiceRoute.http("a", List.of("x.example"), back, OPEN);
        assertThat(one.resilience().failover().order())
                .containsExactly(TierSelector.Word.LOCAL, new TierSelector.Named(AWS), new TierSelector.Named(AZURE));
        assertThat(one).isNotEqualTo(other);
        assertThat(one).isEqualTo(ServiceRoute.http("a", List.of("x.example"), endpoints(), OPEN));
    }

    @Test
    void swapsOnlyWhatFollowsTheTableInForce() {
        LiveTable live = new LiveTable(RoutingTable.EMPTY);
        RoutingTable first = RoutingTable.of("1-a", List.of());
        RoutingTable second = RoutingTable.of("2-b", List.of());
        assertThat(live.swap("1-a", second)).isFalse();
        assertThat(live.get()).isSameAs(RoutingTable.EMPTY);
        assertThat(live.swap(RoutingTable.EMPTY.revision(), first)).isTrue();
        assertThat(live.swap("1-a", second)).isTrue();
        assertThat(live.get()).isSameAs(second);
    }

    private static SequencedMap<SiteName, List<Endpoint>> endpoints() {
        SequencedMap<SiteName, List<Endpoint>> endpoints = new LinkedHashMap<>();
        endpoints.put(AWS, List.of(Endpoint.parse("10.0.0.1:8080")));
        endpoints.put(AZURE, List.of(Endpoint.parse("10.4.0.7:8080"), Endpoint.parse("10.4.0.8:8080")));
        return endpoints;
    }
}
