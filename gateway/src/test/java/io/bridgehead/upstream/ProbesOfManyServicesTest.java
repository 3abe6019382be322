package io.bridgehead.upstream;

import static io.bridgehead.upstream.Sites.AWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Place;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.EndpointBounds;
import io.bridgehead.upstream.endpoint.EndpointTrust;
import io.bridgehead.upstream.endpoint.OnLoop;
import io.bridgehead.upstream.endpoint.PoolLimits;
import io.bridgehead.upstream.endpoint.TestEndpoint;
import io.bridgehead.upstream.endpoint.TestSecurity;
import io.bridgehead.wire.WireLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes of endpoints that several services have, with one real endpoint on loopback. */
final class ProbesOfManyServicesTest {
    private static final HealthCheck SELDOM =
            new HealthCheck(new HealthCheck.Probe.Tcp(), Duration.ofHours(1), Duration.ofSeconds(20), 1, 2);

    /** Services that were told what a probe found, and of how many another task of the loop saw that, which the first of them gave it. */
    private final AtomicInteger told = new AtomicInteger();

    private final AtomicInteger inBetween = new AtomicInteger();

    /** Run on the control loop when the first was told. */
    private volatile Runnable meanwhile = () -> {};

    private final class Told implements UpstreamObserver {
        @Override
        public void probed(ServiceName service, Endpoint endpoint, boolean passed) {
            if (told.incrementAndGet() == 1) {
                loops.all().getFirst().execute(() -> inBetween.set(told.get()));
                control.execute(meanwhile);
            }
        }
    }

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Loops loops;

    private final Loop control = loops.control();
    private final FakeTunnels tunnels = new FakeTunnels();
    private final TestEndpoint endpoint = new TestEndpoint(loops.all().get(1), TestEndpoint.Mode.ANSWER);
    private final ServiceRegistry registry = new ServiceRegistry(
            new UpstreamParts(
                    AWS,
                    Place.UNKNOWN,
                    "",
                    new NodeName("aws-a"),
                    7,
                    List.of(loops.all().getFirst()),
                    FailoverContext.on(control),
                    (host, answer) -> answer.failed("no such name"),
                    EndpointTrust.ANY,
                    TestSecurity.unused(),
                    () -> tunnels,
                    loop -> tunnels,
                    () -> new EndpointBounds(PoolLimits.DEFAULT, WireLimits.endpoint()),
                    () -> new Random(42),
                    new Told()),
            () -> {});

    @BeforeAll
    static void startLoops() {
        loops = Loops.start(2);
    }

    @AfterAll
    static void stopLoops() throws Exception {
        loops.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        OnLoop.run(control, registry::close);
        endpoint.close();
    }

    private void reconcile(String revision, int services, HealthCheck check) {
        OnLoop.run(control, () -> registry.reconcile(table(revision, services, check)));
    }

    private RoutingTable table(String revision, int services, HealthCheck check) {
        List<ServiceRoute> routes = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            ServiceRoute route = ServiceRoute.http(
                    "shop-" + i,
                    List.of("shop-" + i + ".example"),
                    new LinkedHashMap<>(Map.of(AWS, List.of(endpoint.endpoint()))),
                    Sites.OPEN);
            routes.add(route.withResilience(route.resilience().withHealth(check)));
        }
        return RoutingTable.of(revision, routes);
    }

    private void awaitAll(int services, ServiceHealth health) {
        OnLoop.await(
                services + " services at " + health,
                () -> registry.statuses().size() == services
                        && registry.statuses().stream()
                                .allMatch(status -> status.local().equals(health)));
    }

    @Test
    void oneProbeServesAllServicesThatShareAnEndpoint() {
        reconcile("1", 50, SELDOM);
        awaitAll(50, new ServiceHealth(1, 0, 1, 0));
        OnLoop.await("one probe", () -> endpoint.connections() == 1);
        // Services that come later do not wait for the next regular probe.
        reconcile("2", 60, SELDOM);
        awaitAll(60, new ServiceHealth(1, 0, 1, 0));
        OnLoop.await("a second one", () -> endpoint.connections() == 2);
        // A table that changes nothing for the endpoint makes no probe, nor does one with fewer services.
        reconcile("3", 40, SELDOM);
        awaitAll(40, new ServiceHealth(1, 0, 1, 0));
        OnLoop.await("a second one", () -> endpoint.connections() == 2);
    }

    /** Requests of the loop that probes do not wait until all have been told; its clock stands still while it reads an answer. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thousandsThatShareAnEndpointAreToldInParts(boolean http) {
        HealthCheck.Probe probe = http ? new HealthCheck.Probe.Http("/ready") : new HealthCheck.Probe.Tcp();
        reconcile("1", 20_000, new HealthCheck(probe, Duration.ofHours(1), Duration.ofSeconds(20), 1, 2));
        OnLoop.await("all were told", () -> told.get() == 20_000);
        awaitAll(20_000, new ServiceHealth(1, 0, 1, 0));
        assertThat(inBetween.get()).isBetween(1, 10_000);
        OnLoop.await("one probe", () -> endpoint.connections() == 1);
    }

    @Test
    void servicesMayGoAndComeWhileThousandsAreTold() {
        RoutingTable fewer = table("2", 12_000, SELDOM);
        RoutingTable more = table("3", 25_000, SELDOM);
        meanwhile = () -> registry.reconcile(fewer, () -> registry.reconcile(more));
        reconcile("1", 20_000, SELDOM);
        awaitAll(25_000, new ServiceHealth(1, 0, 1, 0));
        meanwhile = () -> registry.reconcile(fewer);
        told.set(0);
        reconcile("4", 26_000, SELDOM);
        awaitAll(12_000, new ServiceHealth(1, 0, 1, 0));
    }

    @Test
    void servicesThatAreDefinedOtherwiseLeaveTheProbesOfOthersAlone() {
        HealthCheck closely =
                new HealthCheck(new HealthCheck.Probe.Tcp(), Duration.ofHours(1), Duration.ofSeconds(19), 1, 2);
        RoutingTable table = table("1", 3, SELDOM);
        ServiceRoute first = table.services().getFirst();
        ServiceRoute other = first.withResilience(first.resilience().withHealth(closely));
        RoutingTable changed = table.replacing(List.of(other)).named("2");
        OnLoop.run(control, () -> registry.reconcile(table));
        awaitAll(3, new ServiceHealth(1, 0, 1, 0));
        OnLoop.await("one probe", () -> endpoint.connections() == 1);
        // Another way to look is another probe, for that service alone.
        OnLoop.run(control, () -> registry.reconcile(changed));
        OnLoop.await("a second one", () -> endpoint.connections() == 2);
        // Back with the others it is not waited for what it had before.
        OnLoop.run(control, () -> registry.reconcile(changed.replacing(List.of(first))));
        OnLoop.await("a third one", () -> endpoint.connections() == 3);
        awaitAll(3, new ServiceHealth(1, 0, 1, 0));
        // The endpoint of one service may go while the others have it.
        ServiceRoute without =
                ServiceRoute.http("shop-0", List.of("shop-0.example"), new LinkedHashMap<>(), Sites.OPEN);
        OnLoop.run(control, () -> registry.reconcile(changed.replacing(List.of(without))));
        OnLoop.await(
                "nothing there",
                () -> registry.definition(new ServiceName("shop-0")).endpoints().isEmpty());
        OnLoop.run(control, () -> registry.reconcile(changed.replacing(List.of(first))));
        OnLoop.await("a fourth one", () -> endpoint.connections() == 4);
        awaitAll(3, new ServiceHealth(1, 0, 1, 0));
    }

    @Test
    void itsFailureIsTheFailureOfAll() {
        HealthCheck often =
                new HealthCheck(new HealthCheck.Probe.Tcp(), Duration.ofMillis(100), Duration.ofMillis(100), 1, 2);
        reconcile("1", 20, often);
        awaitAll(20, new ServiceHealth(1, 0, 1, 0));
        endpoint.kill();
        awaitAll(20, new ServiceHealth(0, 0, 1, 0));
        endpoint.restart();
        awaitAll(20, new ServiceHealth(1, 0, 1, 0));
    }

    @Test
    void aProbeThatThisNodeCouldNotMakeSaysNothing() {
        ServiceRoute route = Sites.shop(List.of(Endpoint.parse("db.internal:5432")));
        HealthCheck often =
                new HealthCheck(new HealthCheck.Probe.Tcp(), Duration.ofMillis(100), Duration.ofMillis(100), 1, 1);
        ServiceRoute checked = route.withResilience(route.resilience().withHealth(often));
        OnLoop.run(control, () -> registry.reconcile(RoutingTable.of("1", List.of(checked))));
        // Without an address it is not sent requests; the reason is the name's, not a probe's.
        awaitAll(1, new ServiceHealth(0, 0, 1, 0));
        String detail = registry.statuses().getFirst().endpoints().getFirst().detail();
        assertThat(detail).contains("no such name");
    }
}
