package io.bridgehead.upstream;

import static io.bridgehead.upstream.Sites.AWS;
import static io.bridgehead.upstream.Sites.AZURE;
import static io.bridgehead.upstream.Sites.GCP;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.failover.Places;
import io.bridgehead.failover.Returns;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.health.HealthView;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.health.SiteReport;
import io.bridgehead.limit.CircuitLimits;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.endpoint.Dialer;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import io.bridgehead.upstream.endpoint.EndpointBounds;
import io.bridgehead.upstream.endpoint.EndpointTrust;
import io.bridgehead.upstream.endpoint.OnLoop;
import io.bridgehead.upstream.endpoint.PoolLimits;
import io.bridgehead.upstream.endpoint.TestSecurity;
import io.bridgehead.wire.WireLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** One service on one loop with two endpoints here and two other sites, whose choices tests ask for. */
abstract class SelectionRig {
    static final Endpoint ONE = Endpoint.parse("127.0.0.1:1001");
    static final Endpoint TWO = Endpoint.parse("127.0.0.1:1002");
    static final Endpoint THREE = Endpoint.parse("127.0.0.1:1003");
    static final Caller CALLER = new Caller(
            SpiffeId.parse("spiffe://corp.example/site/aws-use1/apps"), Caller.Proof.LISTENER, AWS, "192.0.2.1");

    @SuppressWarnings("NullAway.Init") // Set before every test.
    static Loops loops;

    final Loop loop = loops.all().getFirst();
    final FakeTunnels tunnels = new FakeTunnels();
    String zone = "";
    final FirstLook firstLook = new FirstLook();
    final HealthView reports = new HealthView(30_000);
    static final EndpointAddresses ADDRESSES = new EndpointAddresses(
            (host, answer) -> answer.failed("no names"), EndpointTrust.ANY, System::nanoTime, changed -> {});
    ServiceState state =
            new ServiceState(ServiceState.Definition.of(Sites.shop(List.of(ONE, TWO)), AWS, ADDRESSES, List.of()));
    ShareKeeper keeper = new ShareKeeper(Places.unknown(AWS), state, UpstreamObserver.NONE);
    LoopService service = new LoopService(parts(), state);
    StandingOrders orders = StandingOrders.NONE;
    long nowMillis = 1_000_000;
    long sequence;

    @BeforeAll
    static void startLoops() {
        loops = Loops.start(1);
    }

    @AfterAll
    static void stopLoops() throws Exception {
        loops.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @BeforeEach
    void threeSites() {
        use(Sites.shop(List.of(ONE, TWO), AZURE, GCP));
        tunnels.up(AZURE, "azure-a");
        tunnels.up(GCP, "gcp-a");
        recompute();
    }

    void use(ServiceRoute route) {
        state = new ServiceState(ServiceState.Definition.of(route, AWS, ADDRESSES, List.of()));
        keeper = new ShareKeeper(Places.unknown(AWS), state, UpstreamObserver.NONE);
        service = OnLoop.call(loop, () -> new LoopService(parts(), state));
    }

    LoopParts parts() {
        return new LoopParts(
                AWS,
                zone,
                loop,
                new Dialer(loop, ADDRESSES),
                TestSecurity.unused(),
                () -> new EndpointBounds(PoolLimits.DEFAULT, WireLimits.endpoint()),
                () -> tunnels,
                tunnels,
                new Random(42),
                new NoFindings(),
                firstLook);
    }

    void recompute() {
        keeper.recompute(reports, tunnels, new ShareKeeper.Ordered(orders, 0), nowMillis);
    }

    Selection select(AttemptHistory tried) {
        return OnLoop.call(loop, () -> service.select(tried));
    }

    static Destination to(Selection selection) {
        assertThat(selection).isInstanceOf(Selection.To.class);
        return ((Selection.To) selection).destination();
    }

    Destination next(Destination... tried) {
        AttemptHistory history = new AttemptHistory();
        List.of(tried).forEach(history::add);
        return to(select(history));
    }

    Map<SiteName, Integer> drawSites(int times) {
        Map<SiteName, Integer> drawn = new HashMap<>();
        for (int i = 0; i < times; i++) {
            drawn.merge(next().site(), 1, Integer::sum);
        }
        return drawn;
    }

    void fell(Endpoint endpoint) {
        endpointState(endpoint).refused(loop.nanoTime(), "refused");
    }

    EndpointState endpointState(Endpoint endpoint) {
        return state.definition().endpoints().stream()
                .filter(e -> e.endpoint().equals(endpoint))
                .findFirst()
                .orElseThrow();
    }

    void report(SiteName site, String node, int fit, int total) {
        ServiceHealth health = new ServiceHealth(fit, 0, total, 0);
        reports.accept(
                new SiteReport(
                        site,
                        new NodeName(node),
                        1,
                        ++sequence,
                        Map.of(state.definition().route().name(), health)),
                nowMillis);
    }

    static @Nullable String nodeOf(Destination destination) {
        NodeName node = destination.node();
        return node == null ? null : node.value();
    }

    void balance(BalancePolicy policy, Endpoint... endpoints) {
        ServiceRoute route = Sites.shop(List.of(endpoints));
        use(route.withResilience(route.resilience().withBalance(policy)));
        recompute();
    }

    Map<Endpoint, Integer> drawEndpoints(int times) {
        Map<Endpoint, Integer> drawn = new HashMap<>();
        for (int i = 0; i < times; i++) {
            Destination destination = next();
            drawn.merge(requireNonNull(destination.endpoint()), 1, Integer::sum);
            OnLoop.run(loop, () -> destination.ended(AttemptOutcome.ANSWERED));
        }
        return drawn;
    }

    Endpoint ofUser(String user) {
        AttemptHistory history = new AttemptHistory();
        HeaderFields fields = new HeaderFields();
        fields.add("x-user", user);
        history.hash(state.definition().route(), fields, CALLER);
        return requireNonNull(to(select(history)).endpoint());
    }

    void bound(CircuitLimits limits, SiteName... others) {
        ServiceRoute route = Sites.shop(List.of(ONE, TWO), others);
        use(route.withResilience(route.resilience().withLimits(limits)));
        recompute();
    }

    static StandingOrders returning(Returns returns) {
        StandingOrders none = StandingOrders.NONE;
        return new StandingOrders(
                Set.of(),
                Map.of(),
                Set.of(),
                Map.of(),
                false,
                Set.of(),
                none.quarantine(),
                new StandingOrders.Finer(Map.of(), Map.of(), returns, Set.of()));
    }

    Destination wanted(SiteName site, Endpoint endpoint, Destination... tried) {
        AttemptHistory history = new AttemptHistory();
        history.prefer(site, endpoint);
        List.of(tried).forEach(history::add);
        return to(select(history));
    }
}
