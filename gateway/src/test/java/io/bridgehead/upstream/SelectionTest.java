package io.bridgehead.upstream;

import static io.bridgehead.upstream.Sites.AWS;
import static io.bridgehead.upstream.Sites.AZURE;
import static io.bridgehead.upstream.Sites.GCP;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.balance.BalanceKind;
import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.balance.BalancePolicy.HashOn;
import io.bridgehead.balance.BalancePolicy.Traits;
import io.bridgehead.failover.Returns;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.HealthView;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.health.SiteReport;
import io.bridgehead.limit.CircuitLimits;
import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Loops;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Quarantine;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.upstream.endpoint.Dialer;
import io.bridgehead.upstream.endpoint.EndpointAddresses;
import io.bridgehead.upstream.endpoint.EndpointTrust;
import io.bridgehead.upstream.endpoint.OnLoop;
import io.bridgehead.upstream.endpoint.PoolLimits;
import io.bridgehead.upstream.endpoint.TestSecurity;
import io.bridgehead.wire.WireLimits;
import java.time.Duration;
import java.util.ArrayList;
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
import org.junit.jupiter.api.Test;

/** Where the next attempt goes, for every mixture of health, tunnels and what was tried; no connection is made. */
final class SelectionTest {
    private static final Endpoint ONE = Endpoint.parse("127.0.0.1:1001");
    private static final Endpoint TWO = Endpoint.parse("127.0.0.1:1002");
    private static final Endpoint THREE = Endpoint.parse("127.0.0.1:1003");
    private static final Caller CALLER = new Caller(
            SpiffeId.parse("spiffe://corp.example/site/aws-use1/apps"), Caller.Proof.LISTENER, AWS, "192.0.2.1");

    @SuppressWarnings("NullAway.Init") // Set before every test.
    private static Loops loops;

    private final Loop loop = loops.all().getFirst();
    private final FakeTunnels tunnels = new FakeTunnels();
    private String zone = "";
    private final FirstLook firstLook = new FirstLook();
    private final HealthView reports = new HealthView(30_000);
    private ServiceState state =
            new ServiceState(ServiceState.Definition.of(Sites.shop(List.of(ONE, TWO)), AWS, List.of()));
    private ShareKeeper keeper = new ShareKeeper(AWS, state, UpstreamObserver.NONE);
    private LoopService service = new LoopService(parts(), state);
    private StandingOrders orders = StandingOrders.NONE;
    private long nowMillis = 1_000_000;
    private long sequence;

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

    private void use(ServiceRoute route) {
        state = new ServiceState(ServiceState.Definition.of(route, AWS, List.of()));
        keeper = new ShareKeeper(AWS, state, UpstreamObserver.NONE);
        service = OnLoop.call(loop, () -> new LoopService(parts(), state));
    }

    private LoopParts parts() {
        EndpointAddresses addresses =
                new EndpointAddresses((host, answer) -> answer.failed("no names"), EndpointTrust.ANY, changed -> {});
        return new LoopParts(
                AWS,
                zone,
                loop,
                new Dialer(loop, addresses),
                TestSecurity.unused(),
                PoolLimits.DEFAULT,
                WireLimits.endpoint(),
                () -> tunnels,
                tunnels,
                new Random(42),
                new NoFindings(),
                firstLook);
    }

    private void recompute() {
        keeper.recompute(reports, tunnels, new ShareKeeper.Ordered(orders, 0), nowMillis);
    }

    private Selection select(AttemptHistory tried) {
        return OnLoop.call(loop, () -> service.select(tried));
    }

    private static Destination to(Selection selection) {
        assertThat(selection).isInstanceOf(Selection.To.class);
        return ((Selection.To) selection).destination();
    }

    private Destination next(Destination... tried) {
        AttemptHistory history = new AttemptHistory();
        List.of(tried).forEach(history::add);
        return to(select(history));
    }

    private Map<SiteName, Integer> drawSites(int times) {
        Map<SiteName, Integer> drawn = new HashMap<>();
        for (int i = 0; i < times; i++) {
            drawn.merge(next().site(), 1, Integer::sum);
        }
        return drawn;
    }

    private void fell(Endpoint endpoint) {
        endpointState(endpoint).refused(loop.nanoTime(), "refused");
    }

    private EndpointState endpointState(Endpoint endpoint) {
        return state.definition().endpoints().stream()
                .filter(e -> e.endpoint().equals(endpoint))
                .findFirst()
                .orElseThrow();
    }

    private void report(SiteName site, String node, int fit, int total) {
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

    private static @Nullable String nodeOf(Destination destination) {
        NodeName node = destination.node();
        return node == null ? null : node.value();
    }

    @Test
    void aFitLocalSiteServesEverythingFromAllItsEndpoints() {
        List<@Nullable Endpoint> drawn = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Destination destination = next();
            assertThat(destination.site()).isEqualTo(AWS);
            assertThat(destination.tier()).isZero();
            drawn.add(destination.endpoint());
            OnLoop.run(loop, () -> destination.ended(AttemptOutcome.ANSWERED));
        }
        assertThat(drawn).contains(ONE, TWO).containsOnly(ONE, TWO);
    }

    @Test
    void theLessLoadedEndpointIsPreferred() {
        Destination first = next();
        Destination second = next();
        assertThat(second.endpoint()).isNotEqualTo(first.endpoint());
        OnLoop.run(loop, () -> first.ended(AttemptOutcome.ANSWERED));
        OnLoop.run(loop, () -> first.ended(AttemptOutcome.ANSWERED));
        assertThat(next().endpoint()).as("ended counts once").isEqualTo(first.endpoint());
    }

    private void balance(BalancePolicy policy, Endpoint... endpoints) {
        ServiceRoute route = Sites.shop(List.of(endpoints));
        use(route.withResilience(route.resilience().withBalance(policy)));
        recompute();
    }

    private Map<Endpoint, Integer> drawEndpoints(int times) {
        Map<Endpoint, Integer> drawn = new HashMap<>();
        for (int i = 0; i < times; i++) {
            Destination destination = next();
            drawn.merge(requireNonNull(destination.endpoint()), 1, Integer::sum);
            OnLoop.run(loop, () -> destination.ended(AttemptOutcome.ANSWERED));
        }
        return drawn;
    }

    private Endpoint ofUser(String user) {
        AttemptHistory history = new AttemptHistory();
        HeaderFields fields = new HeaderFields();
        fields.add("x-user", user);
        history.hash(state.definition().route(), fields, CALLER);
        return requireNonNull(to(select(history)).endpoint());
    }

    @Test
    void aHashKeepsAUserAtItsEndpointThroughReloadsAndMovesOnlyThoseOfTheIll() {
        HashOn user = new HashOn.Header(HeaderName.of("x-user"));
        BalancePolicy hashed = new BalancePolicy(BalanceKind.MAGLEV, user, Duration.ZERO, 0, true, Map.of());
        balance(hashed, ONE, TWO);
        Map<String, Endpoint> before = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            before.put("user-" + i, ofUser("user-" + i));
        }
        assertThat(before.values()).contains(ONE, TWO);
        balance(hashed, TWO, ONE);
        before.forEach((name, endpoint) -> assertThat(ofUser(name)).isEqualTo(endpoint));
        fell(ONE);
        before.forEach((name, endpoint) -> assertThat(ofUser(name)).isEqualTo(TWO));
    }

    @Test
    void aTriedEndpointIsNotTheOneAgain() {
        HashOn source = new HashOn.Source();
        balance(new BalancePolicy(BalanceKind.RING_HASH, source, Duration.ZERO, 0, true, Map.of()), ONE, TWO);
        AttemptHistory history = new AttemptHistory();
        history.hash(state.definition().route(), new HeaderFields(), CALLER);
        Destination first = to(select(history));
        history.add(first);
        assertThat(to(select(history)).endpoint()).isNotEqualTo(first.endpoint());
    }

    @Test
    void weightsAreShares() {
        Map<SiteName, Map<Endpoint, Traits>> traits = Map.of(AWS, Map.of(TWO, new Traits(3, "")));
        balance(new BalancePolicy(BalanceKind.ROUND_ROBIN, null, Duration.ZERO, 0, true, traits), ONE, TWO);
        assertThat(drawEndpoints(400)).isEqualTo(Map.of(ONE, 100, TWO, 300));
    }

    @Test
    void theOwnZoneComesFirstWhileEnoughOfItIsFit() {
        zone = "z1";
        Map<SiteName, Map<Endpoint, Traits>> traits =
                Map.of(AWS, Map.of(ONE, new Traits(1, "z1"), TWO, new Traits(1, "z1"), THREE, new Traits(1, "z2")));
        balance(new BalancePolicy(BalanceKind.RANDOM, null, Duration.ZERO, 0, true, traits), ONE, TWO, THREE);
        assertThat(drawEndpoints(200)).containsOnlyKeys(ONE, TWO);
        fell(ONE);
        // 70 % stay; of the rest half happens to draw the own zone's endpoint
        assertThat(drawEndpoints(1000).get(THREE)).isBetween(100, 200);
        fell(TWO);
        assertThat(drawEndpoints(20)).containsOnlyKeys(THREE);
    }

    @Test
    void anEndpointThatComesBackBeginsSlowly() {
        balance(new BalancePolicy(BalanceKind.RANDOM, null, Duration.ofHours(1), 0, true, Map.of()), ONE, TWO);
        assertThat(drawEndpoints(1000).get(TWO)).isBetween(400, 600);
        endpointState(TWO).cameBack(loop.nanoTime());
        // a tenth against a whole
        assertThat(drawEndpoints(2000).get(TWO)).isBetween(100, 270);
    }

    @Test
    void inPanicUnfitEndpointsAreUsedToo() {
        balance(new BalancePolicy(BalanceKind.RANDOM, null, Duration.ZERO, 50, true, Map.of()), ONE, TWO, THREE);
        List.of(TWO, THREE).forEach(endpoint -> endpointState(endpoint).probed(true, 0, HealthCheck.DEFAULT, ""));
        fell(ONE);
        recompute();
        assertThat(drawEndpoints(100)).containsOnlyKeys(TWO, THREE);
        fell(TWO);
        recompute();
        assertThat(drawEndpoints(100)).containsOnlyKeys(ONE, TWO, THREE);
        fell(THREE);
        recompute();
        assertThat(drawEndpoints(100)).containsOnlyKeys(ONE, TWO, THREE);
    }

    @Test
    void thereIsNoPanicWhileOtherSitesMakeUpForIt() {
        ServiceRoute route = Sites.shop(List.of(ONE, TWO), AZURE);
        use(route.withResilience(route.resilience()
                .withBalance(new BalancePolicy(BalanceKind.RANDOM, null, Duration.ZERO, 100, true, Map.of()))));
        report(AZURE, "azure-a", 2, 2);
        endpointState(TWO).probed(true, 0, HealthCheck.DEFAULT, "");
        fell(ONE);
        recompute();
        for (int i = 0; i < 100; i++) {
            assertThat(next().endpoint()).isNotEqualTo(ONE);
        }
    }

    private void bound(CircuitLimits limits, SiteName... others) {
        ServiceRoute route = Sites.shop(List.of(ONE, TWO), others);
        use(route.withResilience(route.resilience().withLimits(limits)));
        recompute();
    }

    @Test
    void requestsBeyondTheServicesLimitAreRefusedUntilOneEnds() {
        bound(new CircuitLimits(0, 0, 2, 0));
        Destination first = next();
        next();
        assertThat(select(new AttemptHistory()))
                .isInstanceOfSatisfying(
                        Selection.None.class, none -> assertThat(none.refusal()).isEqualTo(Refusal.POOL_FULL));
        assertThat(OnLoop.call(loop, () -> service.selectLocal(new AttemptHistory())))
                .isInstanceOf(Selection.None.class);
        OnLoop.run(loop, () -> first.ended(AttemptOutcome.ANSWERED));
        next();
    }

    @Test
    void whatIsBeyondGoesToAnotherSite() {
        bound(new CircuitLimits(0, 0, 1, 0), AZURE);
        assertThat(next().site()).isEqualTo(AWS);
        assertThat(next().site()).isEqualTo(AZURE);
    }

    @Test
    void retriesHaveALimitOfTheirOwn() {
        bound(new CircuitLimits(0, 0, 0, 1));
        Destination first = next();
        Destination again = next(first);
        AttemptHistory history = new AttemptHistory();
        history.add(first);
        assertThat(select(history)).isInstanceOf(Selection.None.class);
        next();
        OnLoop.run(loop, () -> again.ended(AttemptOutcome.ANSWERED));
        next(first);
    }

    @Test
    void aRefusedEndpointIsLeftOutAtOnceWithoutNewShares() {
        fell(ONE);
        for (int i = 0; i < 50; i++) {
            assertThat(next().endpoint()).isEqualTo(TWO);
        }
    }

    @Test
    void aSiteThatIsPartlyFitBelowItsThresholdGivesAShareAway() {
        endpointState(TWO).probed(true, 0, HealthCheck.DEFAULT, "");
        fell(ONE);
        recompute();
        // One of two is fit: 50 % times 1.4 stay.
        Map<SiteName, Integer> drawn = drawSites(2000);
        assertThat(drawn.get(AWS)).isBetween(1300, 1500);
        assertThat(drawn.get(AZURE)).isBetween(500, 700);
        assertThat(drawn).doesNotContainKey(GCP);
    }

    @Test
    void withoutAFitLocalEndpointTheOrderDecidesEvenBeforeSharesFollow() {
        fell(ONE);
        fell(TWO);
        assertThat(next().site()).isEqualTo(AZURE);
        recompute();
        assertThat(drawSites(50)).containsOnlyKeys(AZURE);
        assertThat(next().tier()).isEqualTo(1);
    }

    @Test
    void aDeadTunnelIsLeftAtOnceWithoutNewShares() {
        fell(ONE);
        fell(TWO);
        recompute();
        tunnels.set(AZURE, "azure-a", Liveness.DEAD);
        assertThat(drawSites(50)).containsOnlyKeys(GCP);
    }

    @Test
    void aSuspectIsTheLastResort() {
        fell(ONE);
        fell(TWO);
        recompute();
        tunnels.set(AZURE, "azure-a", Liveness.SUSPECT);
        assertThat(next().site()).isEqualTo(GCP);
        tunnels.set(GCP, "gcp-a", Liveness.DEAD);
        assertThat(next().site()).isEqualTo(AZURE);
        recompute();
        assertThat(next().site()).isEqualTo(AZURE);
    }

    @Test
    void aTunnelThatThisLoopCannotUseIsPassedOver() {
        fell(ONE);
        fell(TWO);
        recompute();
        tunnels.noOpener("azure-a");
        assertThat(next().site()).isEqualTo(GCP);
    }

    @Test
    void aSiteOfUnknownHealthIsUsedAndOneReportedUnfitIsNot() {
        fell(ONE);
        fell(TWO);
        recompute();
        assertThat(next().site()).as("no report: usable").isEqualTo(AZURE);
        report(AZURE, "azure-a", 0, 1);
        recompute();
        assertThat(drawSites(50)).containsOnlyKeys(GCP);
    }

    @Test
    void aReportHoldsUntilItsLeaseEnds() {
        use(Sites.shop(List.of(), AZURE));
        report(AZURE, "azure-a", 0, 1);
        recompute();
        assertThat(select(new AttemptHistory())).isInstanceOf(Selection.None.class);
        nowMillis += 29_999;
        recompute();
        assertThat(select(new AttemptHistory())).isInstanceOf(Selection.None.class);
        nowMillis += 1;
        recompute();
        assertThat(next().site()).isEqualTo(AZURE);
    }

    @Test
    void whatWasTriedIsNotTriedAgainWhileSomethingElseIsLeft() {
        Destination first = next();
        Destination second = next(first);
        assertThat(second.site()).isEqualTo(AWS);
        assertThat(second.endpoint()).isNotEqualTo(first.endpoint());
        Destination third = next(first, second);
        assertThat(third.site()).isEqualTo(AZURE);
        Destination fourth = next(first, second, third);
        assertThat(fourth.site()).isEqualTo(GCP);
        Destination fifth = next(first, second, third, fourth);
        assertThat(fifth.site()).as("all over again").isEqualTo(AWS);
    }

    @Test
    void aPardonedDestinationMayBeTriedAgain() {
        use(Sites.shop(List.of(ONE)));
        recompute();
        AttemptHistory tried = new AttemptHistory();
        Destination first = to(select(tried));
        tried.add(first);
        tried.pardon(first);
        assertThat(tried.count()).isEqualTo(1);
        assertThat(to(select(tried)).endpoint()).isEqualTo(ONE);
    }

    @Test
    void anotherNodeOfASiteIsUsedWhenOneIsUnfitDeadOrTried() {
        tunnels.up(AZURE, "azure-b");
        fell(ONE);
        fell(TWO);
        report(AZURE, "azure-a", 0, 1);
        report(AZURE, "azure-b", 1, 1);
        recompute();
        for (int i = 0; i < 20; i++) {
            assertThat(nodeOf(next())).isEqualTo("azure-b");
        }
        report(AZURE, "azure-a", 1, 1);
        tunnels.set(AZURE, "azure-b", Liveness.DEAD);
        recompute();
        assertThat(nodeOf(next())).isEqualTo("azure-a");
    }

    @Test
    void anotherNodeOfATriedSiteComesAfterOtherSites() {
        tunnels.up(AZURE, "azure-b");
        fell(ONE);
        fell(TWO);
        recompute();
        Destination first = next();
        assertThat(first.site()).isEqualTo(AZURE);
        Destination second = next(first);
        assertThat(second.site()).isEqualTo(GCP);
        Destination third = next(first, second);
        assertThat(third.site()).isEqualTo(AZURE);
        assertThat(third.node()).isNotEqualTo(first.node());
    }

    @Test
    void aNodeThatSaysItsSiteIsUnfitIsAvoidedBeforeItsReportComes() {
        fell(ONE);
        fell(TWO);
        recompute();
        Destination azure = next();
        assertThat(azure.site()).isEqualTo(AZURE);
        OnLoop.run(loop, () -> azure.ended(AttemptOutcome.SITE_UNFIT));
        assertThat(next().site()).isEqualTo(GCP);
    }

    @Test
    void whatCameThroughATunnelStaysInTheSite() {
        AttemptHistory tried = new AttemptHistory();
        Destination first = to(OnLoop.call(loop, () -> service.selectLocal(tried)));
        assertThat(first.site()).isEqualTo(AWS);
        fell(ONE);
        fell(TWO);
        Selection none = OnLoop.call(loop, () -> service.selectLocal(tried));
        assertThat(none).isInstanceOf(Selection.None.class);
        assertThat(((Selection.None) none).refusal()).isEqualTo(Refusal.NO_HEALTHY_ENDPOINT);
        assertThat(((Selection.None) none).detail()).contains("shop").contains("none of 2 endpoints");
    }

    @Test
    void operatorsDrainAndPin() {
        orders = new StandingOrders(Set.of(AWS), Map.of(), Set.of(), Map.of(), false, Set.of(), Quarantine.NONE);
        recompute();
        assertThat(drawSites(50)).containsOnlyKeys(AZURE);
        orders = new StandingOrders(
                Set.of(),
                Map.of(),
                Set.of(),
                Map.of(state.definition().route().name(), GCP),
                false,
                Set.of(),
                Quarantine.NONE);
        recompute();
        assertThat(drawSites(50)).containsOnlyKeys(GCP);
    }

    private static StandingOrders returning(Returns returns) {
        StandingOrders none = StandingOrders.NONE;
        return new StandingOrders(
                Set.of(),
                Map.of(),
                Set.of(),
                Map.of(),
                false,
                Set.of(),
                none.quarantine(),
                new StandingOrders.Finer(Map.of(), Map.of(), returns));
    }

    @Test
    void aSiteThatComesBackGetsWhatItsWayAllows() {
        orders = returning(new Returns(Map.of(AWS, new Returns.Ramp(0, nowMillis * 4)), Map.of(), Map.of()));
        recompute();
        Map<SiteName, Integer> drawn = drawSites(1_000);
        assertThat(drawn).containsOnlyKeys(AWS, AZURE);
        assertThat(drawn.get(AWS)).isBetween(180, 320);
    }

    @Test
    void aNodeThatComesBackGetsWhatItsWayAllowsAndTheOtherTheRest() {
        tunnels.up(AZURE, "azure-b");
        use(Sites.shop(List.of(), AZURE, GCP));
        NodeName back = new NodeName("azure-a");
        orders = returning(new Returns(Map.of(), Map.of(), Map.of(back, new Returns.Ramp(0, nowMillis * 4))));
        recompute();
        int drawn = 0;
        for (int i = 0; i < 1_000; i++) {
            RemoteDestination to = (RemoteDestination) next();
            assertThat(to.site()).isEqualTo(AZURE);
            drawn += to.node().equals(back) ? 1 : 0;
        }
        assertThat(drawn).isBetween(50, 320);
    }

    @Test
    void theOnlyNodeOfASiteComesBackAsItsSite() {
        use(Sites.shop(List.of(), AZURE, GCP));
        NodeName back = new NodeName("azure-a");
        orders = returning(new Returns(Map.of(), Map.of(), Map.of(back, new Returns.Ramp(0, nowMillis * 4))));
        recompute();
        assertThat(drawSites(1_000).get(AZURE)).isBetween(180, 320);
    }

    @Test
    void aNodeThatStartsWaitsForSitesThatItHasNotReached() {
        tunnels.forget("azure-a");
        use(Sites.shop(List.of(), AZURE));
        recompute();
        assertThat(select(new AttemptHistory())).as("one that runs").isInstanceOf(Selection.None.class);
        firstLook.begin();
        assertThat(select(new AttemptHistory())).isInstanceOf(Selection.NotYet.class);
        firstLook.dialing(loop.nanoTime());
        assertThat(select(new AttemptHistory())).isInstanceOf(Selection.NotYet.class);
        tunnels.up(AZURE, "azure-a");
        assertThat(select(new AttemptHistory())).as("shares follow").isInstanceOf(Selection.NotYet.class);
        recompute();
        assertThat(next().site()).isEqualTo(AZURE);
        tunnels.noOpener("azure-a");
        assertThat(select(new AttemptHistory()))
                .as("no connection for requests yet")
                .isInstanceOf(Selection.NotYet.class);
        firstLook.dialing(loop.nanoTime() - TimeUnit.SECONDS.toNanos(FirstLook.DIAL_SECONDS));
        assertThat(select(new AttemptHistory())).as("it had its time").isInstanceOf(Selection.None.class);
    }

    @Test
    void aNodeThatStartsDoesNotWaitForSitesThatCannotServe() {
        use(Sites.shop(List.of(), AZURE));
        firstLook.begin();
        report(AZURE, "azure-a", 0, 1);
        recompute();
        assertThat(select(new AttemptHistory())).as("unfit").isInstanceOf(Selection.None.class);
        report(AZURE, "azure-a", 1, 1);
        tunnels.set(AZURE, "azure-a", Liveness.DEAD);
        recompute();
        assertThat(select(new AttemptHistory())).as("lost").isInstanceOf(Selection.None.class);
        tunnels.forget("azure-a");
        orders = new StandingOrders(Set.of(AZURE), Map.of(), Set.of(), Map.of(), false, Set.of(), Quarantine.NONE);
        recompute();
        assertThat(select(new AttemptHistory())).as("drained").isInstanceOf(Selection.None.class);
        use(Sites.shop(List.of(ONE)));
        fell(ONE);
        recompute();
        assertThat(select(new AttemptHistory())).as("no other site").isInstanceOf(Selection.None.class);
    }

    @Test
    void withNothingLeftTheRefusalSaysWhatIsKnownOfEachSite() {
        fell(ONE);
        fell(TWO);
        tunnels.set(AZURE, "azure-a", Liveness.DEAD);
        report(GCP, "gcp-a", 0, 1);
        recompute();
        Selection.None none = (Selection.None) select(new AttemptHistory());
        assertThat(none.refusal()).isEqualTo(Refusal.NO_HEALTHY_SITE);
        assertThat(none.detail()).contains("shop", "aws-use1", "azure-weu", "gcp-euw4", "tunnels are lost");
    }

    private Destination wanted(SiteName site, Endpoint endpoint, Destination... tried) {
        AttemptHistory history = new AttemptHistory();
        history.prefer(site, endpoint);
        List.of(tried).forEach(history::add);
        return to(select(history));
    }

    @Test
    void anEndpointThatIsWantedServesWhileItCan() {
        for (int i = 0; i < 20; i++) {
            assertThat(wanted(AWS, TWO).endpoint()).isEqualTo(TWO);
        }
        assertThat(wanted(AWS, TWO, wanted(AWS, TWO)).endpoint()).as("tried").isEqualTo(ONE);
        fell(TWO);
        assertThat(wanted(AWS, TWO).endpoint()).as("unfit").isEqualTo(ONE);
        assertThat(wanted(AWS, Endpoint.parse("127.0.0.1:1003")).endpoint())
                .as("none of its endpoints")
                .isEqualTo(ONE);
        AttemptHistory history = new AttemptHistory();
        history.prefer(AWS, ONE);
        Selection local = OnLoop.call(loop, () -> service.selectLocal(history));
        assertThat(to(local).endpoint()).as("through a tunnel").isEqualTo(ONE);
    }

    @Test
    void anotherSiteThatIsWantedServesUnlessItIsSilentOrAnOperatorKeepsTrafficAway() {
        Endpoint there = Endpoint.parse("10.0.0.1:80");
        assertThat(wanted(AZURE, there).site()).as("whatever its weight").isEqualTo(AZURE);
        tunnels.set(AZURE, "azure-a", Liveness.SUSPECT);
        recompute();
        assertThat(wanted(AZURE, there).site()).isEqualTo(AWS);
        tunnels.set(AZURE, "azure-a", Liveness.UP);
        orders = new StandingOrders(Set.of(AZURE), Map.of(), Set.of(), Map.of(), false, Set.of(), Quarantine.NONE);
        recompute();
        assertThat(wanted(AZURE, there).site()).as("drained").isEqualTo(AWS);
    }
}
