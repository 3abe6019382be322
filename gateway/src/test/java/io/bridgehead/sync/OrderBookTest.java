package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Order;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.failover.OperatorOrders;
import io.bridgehead.failover.Returns;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Quarantine;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which orders count at a node, and what follows from them. */
class OrderBookTest {
    private static final Instant START = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final String ADA = "spiffe://corp.example/operator/ada";
    private static final String BOB = "spiffe://corp.example/operator/bob";
    private static final ServiceName SHOP = new ServiceName("shop");
    private static final SiteName AZURE = new SiteName("azure");
    private static final SiteName GCP = new SiteName("gcp");
    private static final Bytes ANY = Bytes.utf8("x");

    private final AtomicLong millis = new AtomicLong(START.toEpochMilli());
    private final Store store = MemoryStore.create(this::now);
    private final OrderBook book = new OrderBook(
            new OrderBook.Parts(store, SpiffeId::isOperator, this::now, new SiteName("aws"), new NodeName("aws-a")));
    private long stamp = START.toEpochMilli();

    private Instant now() {
        return Instant.ofEpochMilli(millis.get());
    }

    private OrdersInForce given(String signer, String action, String service, String site, String node)
            throws IOException {
        return given(signer, action, service, site, node, Optional.empty(), false);
    }

    private OrdersInForce given(
            String signer,
            String action,
            String service,
            String site,
            String node,
            Optional<Instant> until,
            boolean ended)
            throws IOException {
        return given(new Order(action, service, site, node, "why", signer, now(), until, ended));
    }

    private OrdersInForce given(Order order) throws IOException {
        String signer = order.author();
        stamp++;
        store.append(EncodedRecord.of(
                order.toRecord(signer, new Stamp(stamp, 0, "cli")).signed(ANY, List.of(ANY))));
        book.reload();
        return book.look();
    }

    private static OperatorOrders of(OrdersInForce inForce) {
        return inForce.standing().of(SHOP, Set.of());
    }

    @Test
    void ordersBecomeWhatTheFailoverRulesGoBy() throws IOException {
        given(ADA, "drain", "", "azure", "");
        given(ADA, "drain", "other", "gcp", "");
        given(ADA, "drain", "", "", "gcp-a");
        given(ADA, "pin", "shop", "gcp", "");
        OrdersInForce inForce = given(ADA, "freeze", "shop", "", "");
        assertThat(of(inForce)).isEqualTo(new OperatorOrders(Set.of(AZURE), GCP, true, Set.of()));
        assertThat(inForce.standing().of(new ServiceName("other"), Set.of()).drained())
                .containsExactlyInAnyOrder(AZURE, GCP);
        assertThat(inForce.standing().keepsFrom(new NodeName("gcp-a"))).isTrue();
        assertThat(inForce.standing(false).of(SHOP, Set.of()).frozen()).isFalse();
        assertThat(inForce.orders()).extracting(StandingOrder::text).contains("pin service shop to site gcp");
    }

    @Test
    void aFreezeOfAllIsOneOfEach() throws IOException {
        assertThat(of(given(ADA, "freeze", "", "", "")).frozen()).isTrue();
    }

    @Test
    void anotherOperatorEndsIt() throws IOException {
        given(ADA, "drain", "", "azure", "");
        assertThat(given(BOB, "drain", "", "azure", "", Optional.empty(), true).orders())
                .isEmpty();
        assertThat(book.held()).hasSize(1);
    }

    @Test
    void itEndsByTheClock() throws IOException {
        Optional<Instant> until = Optional.of(START.plus(Duration.ofHours(2)));
        assertThat(of(given(ADA, "drain", "", "azure", "", until, false)).drained())
                .containsExactly(AZURE);
        millis.addAndGet(Duration.ofHours(2).toMillis());
        assertThat(book.look().orders()).isEmpty();
        assertThat(book.held()).hasSize(1);
    }

    private Order drained(String service, String site, String node, boolean ended, Order.Detail detail) {
        return new Order("drain", service, site, node, "why", ADA, now(), Optional.empty(), ended, detail);
    }

    private static Order.Detail over(Duration time) {
        return new Order.Detail("", time);
    }

    @Test
    void anEndpointIsDrainedByTheNodesOfItsSite() throws IOException {
        Order.Detail one = new Order.Detail("10.0.0.1:8080", Duration.ZERO);
        OrdersInForce other = given(drained("shop", "azure", "", false, one));
        assertThat(other.standing().finer().endpoints()).isEmpty();
        assertThat(of(other).drained()).isEmpty();
        OrdersInForce own = given(drained("shop", "aws", "", false, one));
        assertThat(own.standing().finer().endpoints()).containsEntry(SHOP, Set.of(Endpoint.parse("10.0.0.1:8080")));
        assertThat(of(own).drained()).isEmpty();
        assertThat(own.orders())
                .extracting(StandingOrder::text)
                .contains("drain service shop in site aws endpoint 10.0.0.1:8080");
        assertThat(given(drained("shop", "aws", "", true, one))
                        .standing()
                        .finer()
                        .endpoints())
                .isEmpty();
    }

    @Test
    void whatWasDrainedComesBackInProportionToTheTimeThatHasPassed() throws IOException {
        Duration ten = Duration.ofMinutes(10);
        given(drained("", "azure", "", false, Order.Detail.NONE));
        OrdersInForce back = given(drained("", "azure", "", true, over(ten)));
        assertThat(of(back).drained()).isEmpty();
        assertThat(back.orders()).extracting(StandingOrder::text).containsExactly("undrain site azure over 600 s");
        assertThat(back.standing().finer().returns().allowed(SHOP, AZURE, 0)).isZero();
        assertThat(back.standing().finer().returns().allowed(SHOP, AZURE, 150_000))
                .isEqualTo(0.25);
        assertThat(back.standing().finer().returns().allowed(SHOP, GCP, 0)).isEqualTo(1);
        millis.addAndGet(ten.toMillis() / 2);
        OrdersInForce more = given(drained("", "", "gcp-a", true, over(ten)));
        assertThat(more.standing().finer().returns().allowed(SHOP, AZURE, 0)).isEqualTo(0.5);
        assertThat(more.standing().finer().returns().allowed(new NodeName("gcp-a"), 60_000))
                .isEqualTo(0.1);
        assertThat(more.standing(false).finer().returns().nodes()).hasSize(1);
        millis.addAndGet(ten.toMillis() / 2);
        assertThat(book.look().orders()).hasSize(1);
        millis.addAndGet(ten.toMillis() / 2);
        assertThat(book.look().orders()).isEmpty();
        assertThat(book.look().standing().finer().returns().isNone()).isTrue();
    }

    @Test
    void anEndpointComesBackLittleByLittleInItsSite() throws IOException {
        Order.Detail detail = new Order.Detail("10.0.0.1:80", Duration.ofMinutes(10));
        Order own = new Order("drain", "shop", "aws", "", "why", ADA, START, Optional.empty(), true, detail);
        OrdersInForce back = given(own);
        assertThat(back.orders())
                .extracting(StandingOrder::text)
                .containsExactly("undrain service shop in site aws endpoint 10.0.0.1:80 over 600 s");
        assertThat(back.standing().finer().returns().endpoints().get(SHOP))
                .containsExactly(Map.entry(Endpoint.parse("10.0.0.1:80"), new Returns.Ramp(0, 600_000)));
        assertThat(back.standing().finer().returns().isNone()).isTrue();
        Order other = new Order("drain", "shop", "azure", "", "why", ADA, START, Optional.empty(), true, detail);
        assertThat(given(other).standing().finer().returns().endpoints()).hasSize(1);
        millis.addAndGet(600_000);
        assertThat(book.look().standing().finer().returns().endpoints()).isEmpty();
    }

    @Test
    void anOperatorReleasesASiteForAService() throws IOException {
        OrdersInForce inForce = given(ADA, "failback", "shop", "azure", "");
        assertThat(of(inForce).released()).containsExactly(AZURE);
        assertThat(inForce.standing().of(new ServiceName("other"), Set.of()).released())
                .isEmpty();
    }

    @Test
    void aDrillIsForTheNodesOfItsSiteAndEndsByItself() throws IOException {
        Optional<Instant> soon = Optional.of(START.plusSeconds(30));
        OrdersInForce own = given(ADA, "drill", "shop", "aws", "", soon, false);
        assertThat(own.standing().finer().drilled()).containsExactly(SHOP);
        OrdersInForce both = given(ADA, "drill", "shop", "azure", "", soon, false);
        assertThat(both.orders()).hasSize(2);
        assertThat(both.standing().finer().drilled())
                .as("what is lost at azure is for azure's nodes to say")
                .containsExactly(SHOP);
        assertThat(of(both).drained()).isEmpty();
        millis.addAndGet(30_000);
        assertThat(book.look().standing().finer().drilled()).isEmpty();
        for (Optional<Instant> until : List.of(Optional.<Instant>empty(), Optional.of(START.plusSeconds(901)))) {
            Order order = new Order("drill", "shop", "aws", "", "why", ADA, START, until, false);
            assertThat(OrderAction.problem(order)).contains("expected an end within 15 minutes");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "drain,'',azure,true,10.0.0.1:80,0,expected an endpoint only for a drain",
        "pin,shop,azure,false,10.0.0.1:80,0,expected an endpoint only for a drain",
        "drain,shop,azure,false,10.0.0.1,0,expected host:port",
        "drain,shop,azure,false,'',60,expected a way back only for the end",
        "pin,shop,azure,true,'',60,expected a way back only for the end"
    })
    void detailThatMakesNoSenseIsNamed(
            String action, String service, String site, boolean ended, String endpoint, long over, String problem) {
        Order.Detail detail = new Order.Detail(endpoint, Duration.ofSeconds(over));
        Order order = new Order(action, service, site, "", "why", ADA, START, Optional.empty(), ended, detail);
        assertThat(OrderAction.problem(order)).contains(problem);
    }

    @Test
    void whatTrustDoesNotNameCountsForNothing() throws IOException {
        String node = "spiffe://corp.example/site/azure/gateway/azure-a";
        assertThat(given(node, "quarantine", "", "gcp", "").orders()).isEmpty();
        assertThat(book.held()).isEmpty();
    }

    @Test
    void whatIsQuarantinedIsKeptOutByItsIdentity() throws IOException {
        given(ADA, "quarantine", "", "azure", "");
        given(ADA, "quarantine", "", "", "gcp-b");
        assertThat(book.objection(SpiffeId.parse("spiffe://corp.example/site/azure/gateway/azure-a")))
                .contains("found peer spiffe://corp.example/site/azure/gateway/azure-a", "quarantined");
        assertThat(book.objection(SpiffeId.parse("spiffe://corp.example/site/gcp/gateway/gcp-b")))
                .isNotNull();
        assertThat(book.objection(SpiffeId.parse("spiffe://corp.example/site/gcp/gateway/gcp-a")))
                .isNull();
        assertThat(book.objection(SpiffeId.parse(ADA))).isNull();
        assertThat(of(book.inForce()).quarantined()).containsExactly(AZURE);
    }

    @ParameterizedTest
    @CsvSource({"aws,''", "'',aws-a"})
    void aNodeDoesNotShutItselfOutButSaysSo(String site, String node) throws IOException {
        OrdersInForce inForce = given(ADA, "quarantine", "", site, node);
        assertThat(inForce.quarantine()).isEqualTo(Quarantine.NONE);
        assertThat(inForce.ownQuarantine()).contains("quarantine ", "by " + ADA + ": why");
    }

    @ParameterizedTest
    @CsvSource({
        "drain,'','','',expected a site",
        "drain,'',azure,azure-a,expected a site",
        "pin,shop,'','',expected a service and a site",
        "freeze,'',azure,'',expected a service",
        "failback,shop,'','',expected a service and a site",
        "drill,'',azure,'',expected a service and a site",
        "drill,shop,azure,'',expected an end",
        "quarantine,shop,azure,'',expected a site or a node",
        "quarantine,'',azure,azure-a,expected a site or a node",
        "drain,'',Azure_1,'',expected names of lower-case",
        "dance,'',azure,'',expected drain"
    })
    void anOrderThatMakesNoSenseIsNamed(String action, String service, String site, String node, String problem)
            throws IOException {
        Order order = new Order(action, service, site, node, "why", "", START, Optional.empty(), false);
        assertThat(OrderAction.problem(order)).contains(problem);
        assertThat(given(ADA, action, service, site, node).orders()).isEmpty();
    }
}
