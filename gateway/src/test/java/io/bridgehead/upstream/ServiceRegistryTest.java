package io.bridgehead.upstream;

import static io.bridgehead.upstream.Sites.AZURE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.health.SiteReport;
import io.bridgehead.limit.RateKey;
import io.bridgehead.limit.RateLimit;
import io.bridgehead.limit.RateMatch;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.routing.ProxyHeader;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.routing.Upgrades;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.upstream.endpoint.Answer;
import io.bridgehead.upstream.endpoint.NameLookup;
import io.bridgehead.upstream.endpoint.OnLoop;
import io.bridgehead.upstream.endpoint.TestEndpoint;
import io.bridgehead.wire.StreamReset;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a registry keeps, finds out by probes, and tells. */
final class ServiceRegistryTest extends RegistryRig {
    @Test
    void aColdNodeServesBeforeTheFirstVerdict() {
        TestEndpoint endpoint = endpoint(TestEndpoint.Mode.ANSWER);
        ServiceRoute route = reconcile(SELDOM, List.of(endpoint.endpoint()));
        assertThat(to(first, route).endpoint()).isEqualTo(endpoint.endpoint());
        assertThat(get(first, to(first, route))).isEqualTo("200 ok");
    }

    @Test
    void aServiceThatWasNotReconciledIsNotReady() {
        Selection selection = select(first, Sites.shop(List.of()));
        assertThat(((Selection.None) selection).refusal()).isEqualTo(Refusal.NOT_READY);
    }

    @Test
    void aServiceThatIsGoneTakesAttemptsOfRequestsThatBeganBefore() {
        TestEndpoint endpoint = endpoint(TestEndpoint.Mode.ANSWER);
        ServiceRoute route = reconcile(SELDOM, List.of(endpoint.endpoint()));
        assertThat(get(first, to(first, route))).isEqualTo("200 ok");
        ServiceRegistry registry = registry();
        OnLoop.run(control, () -> registry.reconcile(RoutingTable.EMPTY));
        assertThat(registry.status(route.name())).isNull();
        assertThat(get(first, to(first, route))).isEqualTo("200 ok");
    }

    @Test
    void aServiceThatIsGoneTakesAttemptsThatNeedAConnectionAndOnLoopsThatDidNotKnowIt() {
        TestEndpoint endpoint = endpoint(TestEndpoint.Mode.HANG_UP);
        RateLimit few = new RateLimit("few", 1, Duration.ofMinutes(1), 1, new RateKey.All(), RateMatch.ANY, false);
        ServiceRoute shop = Sites.shop(List.of(endpoint.endpoint()));
        ServiceRoute route = reconcile(
                shop.withResilience(shop.resilience().withHealth(SELDOM).withRates(List.of(few))));
        assertThat(get(first, to(first, route))).doesNotContain("ok");
        Object rates = registry().on(first).rates(route);
        ServiceRegistry registry = registry();
        OnLoop.run(control, () -> registry.reconcile(RoutingTable.EMPTY));
        endpoint.mode(TestEndpoint.Mode.ANSWER);
        assertThat(get(first, to(first, route))).isEqualTo("200 ok");
        assertThat(get(second, to(second, route))).isEqualTo("200 ok");
        assertThat(registry.on(second).rates(route)).isNotNull().isSameAs(rates);
        assertThat(registry.on(second).endpoints(route)).containsExactly(endpoint.endpoint());
    }

    @Test
    void aKilledEndpointIsExcludedAtOnceOnEveryLoopAndReturnsByAProbe() {
        TestEndpoint good = endpoint(TestEndpoint.Mode.ANSWER);
        TestEndpoint bad = endpoint(TestEndpoint.Mode.ANSWER);
        HealthCheck slow =
                new HealthCheck(new HealthCheck.Probe.Tcp(), Duration.ofSeconds(3), Duration.ofMillis(500), 1, 100);
        ServiceRoute route = reconcile(slow, List.of(good.endpoint(), bad.endpoint()));
        awaitHealth(2, 0, 2);
        bad.kill();
        Destination destination = untilPicked(first, route, bad.endpoint());
        Answer answer = new Answer();
        RequestHead head = new RequestHead("GET", "http", "shop.example", "/", new HeaderFields());
        OnLoop.run(first, () -> destination.openRequest(head, true, answer));
        assertThat(answer.whole()).isEqualTo(StreamReset.CONNECT_FAILED.name());
        for (int i = 0; i < 20; i++) {
            assertThat(to(first, route).endpoint()).isEqualTo(good.endpoint());
            assertThat(to(second, route).endpoint()).isEqualTo(good.endpoint());
        }
        OnLoop.await("it was told", () -> events.has("connect failed " + bad.endpoint()));
        OnLoop.await("it was told", () -> events.has("unfit " + bad.endpoint()));
        awaitHealth(1, 0, 2);
        bad.restart();
        OnLoop.await("it is fit again", () -> events.has("fit " + bad.endpoint()));
        awaitHealth(2, 0, 2);
        untilPicked(second, route, bad.endpoint());
    }

    @Test
    void probesAloneFindAKilledEndpointAndItsReturn() {
        TestEndpoint endpoint = endpoint(TestEndpoint.Mode.ANSWER);
        reconcile(TCP_CHECK, List.of(endpoint.endpoint()));
        awaitHealth(1, 0, 1);
        endpoint.kill();
        awaitHealth(0, 0, 1);
        endpoint.restart();
        awaitHealth(1, 0, 1);
        OnLoop.await(
                "the reason",
                () -> events.lines().stream().anyMatch(line -> line.startsWith("unfit") && line.contains("refused")));
    }

    @Test
    void httpProbesGoByTheStatus() {
        TestEndpoint endpoint = endpoint(TestEndpoint.Mode.ANSWER);
        HealthCheck check = TCP_CHECK.withProbe(new HealthCheck.Probe.Http("/healthz"));
        reconcile(check, List.of(endpoint.endpoint()));
        awaitHealth(1, 0, 1);
        assertThat(endpoint.received()).contains("GET /healthz HTTP/1.1").contains("bridgehead-probe");
        endpoint.mode(TestEndpoint.Mode.FAIL);
        awaitHealth(0, 0, 1);
        // the state is seen before its observer is told
        OnLoop.await("the reason", () -> events.lines().stream().anyMatch(line -> line.contains("status 503")));
        endpoint.mode(TestEndpoint.Mode.HANG_UP);
        OnLoop.await("another reason", () -> statusDetail().contains("ended without an answer"));
        endpoint.mode(TestEndpoint.Mode.HOLD);
        OnLoop.await("another reason", () -> statusDetail().contains("no answer to the probe within 100 ms"));
        endpoint.mode(TestEndpoint.Mode.ANSWER);
        awaitHealth(1, 0, 1);
    }

    @Test
    void anEqualRouteOfAnotherTableChangesNothing() {
        TestEndpoint endpoint = endpoint(TestEndpoint.Mode.ANSWER);
        ServiceRoute route = reconcile(SELDOM, List.of(endpoint.endpoint()));
        awaitHealth(1, 0, 1);
        ServiceState.Definition definition = registry().definition(route.name());
        ServiceRoute equal = route.withUpgrades(route.upgrades());
        assertThat(equal).isNotSameAs(route);
        reconcile(equal);
        assertThat(registry().definition(route.name())).isSameAs(definition);
        reconcile(route.withUpgrades(new Upgrades(true, Upgrades.IDLE_DEFAULT)));
        assertThat(registry().definition(route.name())).isNotSameAs(definition);
    }

    @Test
    void aReloadKeepsHealthAndConnectionsOfWhatStays() {
        TestEndpoint stays = endpoint(TestEndpoint.Mode.ANSWER);
        TestEndpoint down = endpoint(TestEndpoint.Mode.ANSWER);
        ServiceRoute before = reconcile(SELDOM, List.of(stays.endpoint(), down.endpoint()));
        awaitHealth(2, 0, 2);
        down.kill();
        assertThat(get(first, untilPicked(first, before, down.endpoint())))
                .isEqualTo(StreamReset.CONNECT_FAILED.name());
        Destination used = to(first, before);
        assertThat(get(first, used)).isEqualTo("200 ok");
        OnLoop.run(first, () -> used.ended(AttemptOutcome.ANSWERED));
        int connections = stays.connections();
        TestEndpoint added = endpoint(TestEndpoint.Mode.ANSWER);
        ServiceRoute after = reconcile(SELDOM, List.of(added.endpoint(), down.endpoint(), stays.endpoint()));
        awaitHealth(2, 0, 3);
        assertThat(get(first, untilPicked(first, after, stays.endpoint()))).isEqualTo("200 ok");
        assertThat(stays.connections()).isEqualTo(connections);
    }

    @Test
    void aRemovedEndpointIsDrainedAndARunningExchangeEndsWell() {
        TestEndpoint removed = endpoint(TestEndpoint.Mode.HOLD);
        TestEndpoint stays = endpoint(TestEndpoint.Mode.ANSWER);
        ServiceRoute before = reconcile(SELDOM, List.of(removed.endpoint()));
        Destination destination = to(first, before);
        Answer answer = new Answer();
        RequestHead head = new RequestHead("GET", "http", "shop.example", "/", new HeaderFields());
        OnLoop.run(first, () -> destination.openRequest(head, true, answer));
        OnLoop.await("it has arrived", () -> removed.requests() == 1);
        ServiceRoute after = reconcile(SELDOM, List.of(stays.endpoint()));
        assertThat(to(first, after).endpoint()).isEqualTo(stays.endpoint());
        removed.answerOne();
        assertThat(answer.whole()).isEqualTo("200 ok");
        OnLoop.await("its connection is closed", () -> removed.openConnections() == 0);
    }

    @Test
    void anUnfitEndpointIsProbedAtAnIntervalOfItsOwn() {
        TestEndpoint ill = endpoint(TestEndpoint.Mode.FAIL);
        HealthCheck check = new HealthCheck(
                new HealthCheck.Probe.Http("/healthz"),
                Duration.ofHours(1),
                Duration.ofSeconds(1),
                1,
                1,
                Duration.ofMillis(100),
                50);
        reconcile(check, List.of(ill.endpoint()));
        OnLoop.await("it was probed again and again", () -> ill.requests() >= 3);
    }

    @Test
    void reportsSayWhatChangedAndRemoteOnesShiftTraffic() {
        tunnels.up(AZURE, "azure-a");
        TestEndpoint endpoint = endpoint(TestEndpoint.Mode.ANSWER);
        ServiceRoute route = reconcile(TCP_CHECK, List.of(endpoint.endpoint()), AZURE);
        awaitHealth(1, 0, 1);
        OnLoop.await("health was told", () -> healthChanges.get() > 0);
        SiteReport report = OnLoop.call(control, () -> registry().report());
        assertThat(report.services()).containsEntry(SHOP, new ServiceHealth(1, 0, 1, 0));
        assertThat(report.incarnation()).isEqualTo(7);
        assertThat(OnLoop.call(control, () -> registry().report()).isNewerThan(report))
                .isTrue();

        endpoint.kill();
        awaitHealth(0, 0, 1);
        OnLoop.await(
                "weights followed",
                () -> events.lines().stream()
                        .anyMatch(line -> line.startsWith("weights shop") && line.contains("no endpoint is fit")));
        assertThat(to(first, route).site()).isEqualTo(AZURE);
        assertThat(accept("azure-a", 5, 0)).isTrue();
        assertThat(select(first, route)).isInstanceOf(Selection.None.class);
        assertThat(accept("azure-a", 4, 1)).as("older").isFalse();
        assertThat(accept("azure-a", 6, 1)).isTrue();
        assertThat(to(first, route).node()).isEqualTo(new NodeName("azure-a"));
        assertThat(accept("aws-a", 9, 1)).as("its own name").isFalse();
    }

    @Test
    void aTunnelThatDiedChangesSharesWhenTold() {
        tunnels.up(AZURE, "azure-a");
        ServiceRoute route = reconcile(SELDOM, List.of(), AZURE);
        assertThat(to(first, route).site()).isEqualTo(AZURE);
        tunnels.set(AZURE, "azure-a", Liveness.DEAD);
        assertThat(select(first, route)).isInstanceOf(Selection.None.class);
        OnLoop.run(control, () -> registry().tunnelsChanged());
        assertThat(registry().statuses().getFirst().weights().isRefused()).isTrue();
    }

    @Test
    void theClockBringsEveryServiceUpToDateWithoutAWord() {
        tunnels.up(AZURE, "azure-a");
        List<ServiceRoute> routes = IntStream.range(0, 33)
                .mapToObj(i -> ServiceRoute.http(
                        "shop-" + i,
                        List.of("shop-" + i + ".example"),
                        new LinkedHashMap<>(Map.of(AZURE, List.of(Endpoint.parse("192.0.2.7:80")))),
                        Sites.OPEN))
                .toList();
        ServiceRegistry registry = registry();
        OnLoop.run(control, () -> registry.reconcile(RoutingTable.of("many", routes)));
        assertThat(registry.statuses())
                .hasSize(33)
                .noneMatch(status -> status.weights().isRefused());
        tunnels.set(AZURE, "azure-a", Liveness.DEAD);
        OnLoop.await(
                "every share followed",
                () -> registry.statuses().stream()
                        .allMatch(status -> status.weights().isRefused()));
    }

    @Test
    void anUntrustedAddressIsNeverConnectedTo() {
        trust = address -> "an address outside trust.endpoints";
        TestEndpoint endpoint = endpoint(TestEndpoint.Mode.ANSWER);
        ServiceRoute route = reconcile(TCP_CHECK, List.of(endpoint.endpoint()));
        assertThat(select(first, route)).isInstanceOf(Selection.None.class);
        assertThat(statusDetail()).contains("127.0.0.1, an address outside trust.endpoints");
        assertThat(endpoint.connections()).isZero();
    }

    @Test
    void aNameThatIsFoundLaterBringsItsEndpointIn() {
        TestEndpoint endpoint = endpoint(TestEndpoint.Mode.ANSWER);
        AtomicReference<NameLookup.Answer> waiting = new AtomicReference<>();
        lookup.set((host, answer) -> waiting.set(answer));
        Endpoint named = Endpoint.parse("db.internal:" + endpoint.address().port());
        ServiceRoute route = reconcile(TCP_CHECK, List.of(named));
        assertThat(select(first, route)).isInstanceOf(Selection.None.class);
        requireNonNull(waiting.get()).found(List.of(InetAddress.ofLiteral("127.0.0.1")), Duration.ofMinutes(1));
        OnLoop.await("the site serves", () -> select(first, route) instanceof Selection.To);
        assertThat(get(first, to(first, route))).isEqualTo("200 ok");
    }

    @Test
    void probesOfAnEndpointThatExpectsAHeaderSpeakForTheNode() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(20_000);
            ServiceRoute route = Sites.shop(List.of(Endpoint.parse("127.0.0.1:" + server.getLocalPort())));
            reconcile(
                    route.withResilience(route.resilience().withHealth(SELDOM)).withProxyHeader(ProxyHeader.V1));
            try (Socket probe = server.accept()) {
                assertThat(probe.getInputStream().readAllBytes())
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("PROXY UNKNOWN\r\n");
            }
        }
    }
}
