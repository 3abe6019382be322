package io.bridgehead.upstream;

import static io.bridgehead.upstream.Sites.AWS;
import static io.bridgehead.upstream.Sites.AZURE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.health.SiteReport;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Place;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.Answer;
import io.bridgehead.upstream.endpoint.EndpointBounds;
import io.bridgehead.upstream.endpoint.EndpointTrust;
import io.bridgehead.upstream.endpoint.NameLookup;
import io.bridgehead.upstream.endpoint.OnLoop;
import io.bridgehead.upstream.endpoint.PoolLimits;
import io.bridgehead.upstream.endpoint.TestEndpoint;
import io.bridgehead.upstream.endpoint.TestSecurity;
import io.bridgehead.wire.WireLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A registry with real loops and endpoints. */
abstract class RegistryRig {
    static final ServiceName SHOP = new ServiceName("shop");
    static final HealthCheck TCP_CHECK =
            new HealthCheck(new HealthCheck.Probe.Tcp(), Duration.ofMillis(100), Duration.ofMillis(100), 1, 2);
    static final HealthCheck SELDOM =
            new HealthCheck(new HealthCheck.Probe.Tcp(), Duration.ofHours(1), Duration.ofSeconds(1), 1, 2);

    @SuppressWarnings("NullAway.Init") // Set before every test.
    static Loops loops;

    final Loop first = loops.all().get(0);
    final Loop second = loops.all().get(1);
    final Loop control = loops.all().get(2);
    final List<TestEndpoint> endpoints = new ArrayList<>();
    final FakeTunnels tunnels = new FakeTunnels();
    final Events events = new Events();
    final AtomicInteger healthChanges = new AtomicInteger();
    final AtomicReference<NameLookup> lookup = new AtomicReference<>((host, answer) -> answer.failed("no such name"));
    EndpointTrust trust = EndpointTrust.ANY;
    final AtomicReference<ServiceRegistry> started = new AtomicReference<>();
    int revision;

    @BeforeAll
    static void startLoops() {
        loops = Loops.start(4);
    }

    @AfterAll
    static void stopLoops() throws Exception {
        loops.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() {
        ServiceRegistry registry = started.get();
        if (registry != null) {
            OnLoop.run(control, registry::close);
        }
        endpoints.forEach(TestEndpoint::close);
    }

    ServiceRegistry registry() {
        ServiceRegistry registry = started.get();
        if (registry == null) {
            UpstreamParts parts = new UpstreamParts(
                    AWS,
                    Place.UNKNOWN,
                    "",
                    new NodeName("aws-a"),
                    7,
                    List.of(first, second),
                    FailoverContext.on(control),
                    (host, answer) -> requireNonNull(lookup.get()).lookup(host, answer),
                    address -> trust.refusal(address),
                    TestSecurity.unused(),
                    () -> tunnels,
                    loop -> tunnels,
                    () -> new EndpointBounds(PoolLimits.DEFAULT, WireLimits.endpoint()),
                    () -> new Random(42),
                    events);
            ServiceRegistry made = new ServiceRegistry(parts, healthChanges::incrementAndGet);
            OnLoop.run(control, made::start);
            started.set(made);
            registry = made;
        }
        return registry;
    }

    TestEndpoint endpoint(TestEndpoint.Mode mode) {
        TestEndpoint endpoint = new TestEndpoint(loops.all().get(3), mode);
        endpoints.add(endpoint);
        return endpoint;
    }

    ServiceRoute reconcile(HealthCheck check, List<Endpoint> aws, SiteName... others) {
        ServiceRoute route = Sites.shop(aws, others);
        return reconcile(route.withResilience(route.resilience().withHealth(check)));
    }

    ServiceRoute reconcile(ServiceRoute route) {
        ServiceRegistry registry = registry();
        RoutingTable table = RoutingTable.of(String.valueOf(++revision), List.of(route));
        OnLoop.run(control, () -> registry.reconcile(table));
        return route;
    }

    Selection select(Loop loop, ServiceRoute route) {
        return OnLoop.call(loop, () -> registry().on(loop).select(route, new AttemptHistory(), false));
    }

    Destination to(Loop loop, ServiceRoute route) {
        Selection selection = select(loop, route);
        assertThat(selection).isInstanceOf(Selection.To.class);
        return ((Selection.To) selection).destination();
    }

    String get(Loop loop, Destination destination) {
        Answer answer = new Answer();
        RequestHead head = new RequestHead("GET", "http", "shop.example", "/", new HeaderFields());
        OnLoop.run(loop, () -> destination.openRequest(head, true, answer));
        return answer.whole();
    }

    ServiceHealth health() {
        return registry().statuses().getFirst().local();
    }

    void awaitHealth(int fit, int unknown, int total) {
        OnLoop.await(
                "health " + fit + "/" + total,
                () -> health().fit() == fit && health().unknown() == unknown && health().total() == total);
    }

    Destination untilPicked(Loop loop, ServiceRoute route, Endpoint endpoint) {
        AtomicReference<Destination> picked = new AtomicReference<>();
        OnLoop.await("a pick of " + endpoint, () -> {
            Destination destination = to(loop, route);
            picked.set(destination);
            boolean hit = endpoint.equals(destination.endpoint());
            if (!hit) {
                OnLoop.run(loop, () -> destination.ended(AttemptOutcome.ANSWERED));
            }
            return hit;
        });
        return requireNonNull(picked.get());
    }

    String statusDetail() {
        return registry().statuses().getFirst().endpoints().getFirst().detail();
    }

    Answer open(ServiceRoute route) {
        Destination destination = to(first, route);
        Answer answer = new Answer();
        RequestHead head = new RequestHead("GET", "http", "shop.example", "/", new HeaderFields());
        OnLoop.run(first, () -> destination.openRequest(head, true, answer));
        return answer;
    }

    boolean accept(String node, long sequence, int fit) {
        SiteReport report =
                new SiteReport(AZURE, new NodeName(node), 1, sequence, Map.of(SHOP, new ServiceHealth(fit, 0, 1, 0)));
        return OnLoop.call(control, () -> registry().accept(report));
    }
}
