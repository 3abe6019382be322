package io.bridgehead.upstream;

import static io.bridgehead.upstream.Sites.AWS;
import static io.bridgehead.upstream.Sites.AZURE;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.failover.Places;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.health.HealthView;
import io.bridgehead.health.ServiceHealth;
import io.bridgehead.health.SiteReport;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Place;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.tunnel.Liveness;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which services are computed anew for which news, and in how large pieces, by a context that the test drives. */
final class AllSharesTest {
    private static final int MANY = 2 * AllShares.SLICE + 150;
    private static final ServiceHealth WELL = new ServiceHealth(2, 0, 2, 0);
    private static final ServiceHealth ILL = new ServiceHealth(1, 0, 2, 0);

    private final ByHand context = new ByHand();
    private final FakeTunnels tunnels = new FakeTunnels();
    private final AllShares shares = new AllShares(Places.unknown(AWS), context, () -> tunnels, new Events());
    private final List<ServiceState> states = new ArrayList<>();
    private List<ServiceView> seen = List.of();

    @Test
    void whereASiteIsIsLearntFromItsNodesAndRemembered() {
        assertThat(shares.places().known()).isEmpty();
        Place place = new Place("azure", "westeurope");
        assertThat(shares.accept(new SiteReport(AZURE, new NodeName("azure-a"), 1, 1, place, Map.of())))
                .isTrue();
        assertThat(shares.places().known()).containsExactly(Map.entry(AZURE, place));
        assertThat(shares.accept(new SiteReport(AZURE, new NodeName("azure-b"), 1, 1, Map.of())))
                .isTrue();
        shares.accept(new SiteReport(AWS, new NodeName("liar"), 1, 1, new Place("azure", "moon"), Map.of()));
        assertThat(shares.places().known())
                .as("a node that does not say it changes nothing, and nobody says where the own site is")
                .containsExactly(Map.entry(AZURE, place));
        Place other = new Place("azure", "northeurope");
        shares.accept(new SiteReport(AZURE, new NodeName("azure-a"), 1, 2, other, Map.of()));
        assertThat(shares.places().known()).containsExactly(Map.entry(AZURE, other));
    }

    @Test
    void noPartTakesLongerThanItMay() {
        have(MANY);
        context.nanosOfALook = FailoverContext.PART_NANOS;

        shares.all();
        assertThat(computed()).isNotEmpty().hasSizeLessThan(AllShares.SLICE / 4);
        context.runAll();
        assertThat(computed()).hasSize(MANY);
    }

    @Test
    void whatTheClockAsksForIsDoneInPartsAndInFull() {
        have(MANY);
        settle();
        context.nanosOfALook = FailoverContext.PART_NANOS;

        for (int i = 0; i < AllShares.TURNS * AllShares.QUIET_ROUNDS; i++) {
            shares.some();
            shares.some();
            assertThat(context.waiting).as("one part at a time").hasSizeLessThan(2);
            context.runAll();
        }
        assertThat(computed()).hasSize(MANY);
    }

    @Test
    void whatConcernsAllIsWorkedOffInSlices() {
        have(MANY);

        shares.all();
        assertThat(computed()).hasSize(AllShares.SLICE);
        context.runOne();
        assertThat(computed()).hasSize(2 * AllShares.SLICE);
        context.runAll();
        assertThat(computed()).hasSize(MANY);
        assertThat(context.waiting).isEmpty();
    }

    @Test
    void newsDuringThatReachesThoseBeforeItToo() {
        have(MANY);

        shares.all();
        see();
        tunnels.set(AZURE, "azure-a", Liveness.DEAD);
        shares.all();
        assertThat(context.waiting).as("one sweep, not two").hasSize(1);
        context.runAll();

        assertThat(computed()).hasSize(MANY);
    }

    @Test
    void servicesThatComeOrGoDuringThatAreNoTrouble() {
        have(MANY);

        shares.all();
        keep(states.subList(0, 3));
        context.runAll();
        assertThat(computed()).hasSize(3);

        shares.all();
        keep(List.of());
        context.runAll();
        shares.all();
        assertThat(context.waiting).isEmpty();
    }

    @Test
    void aReportComputesThoseOfWhichItSaysSomethingNew() {
        have(20);
        assertThat(shares.accept(report(1, WELL, 20))).isTrue();
        assertThat(computed()).as("the first of a node").hasSize(20);
        see();

        Map<ServiceName, ServiceHealth> health =
                new HashMap<>(report(1, WELL, 20).services());
        health.put(name(7), ILL);
        health.remove(name(9));
        assertThat(shares.accept(new SiteReport(AZURE, new NodeName("azure-a"), 1, 2, health)))
                .isTrue();
        assertThat(computed()).containsExactlyInAnyOrder(name(7), name(9));

        see();
        assertThat(shares.accept(report(2, ILL, 20))).as("an old one").isFalse();
        assertThat(computed()).isEmpty();
    }

    @Test
    void aReportWithNewsOfManyIsWorkedOffInSlices() {
        have(MANY);
        shares.accept(report(1, WELL, MANY));
        context.runAll();
        see();

        assertThat(shares.accept(report(2, ILL, MANY))).isTrue();
        assertThat(computed()).hasSize(AllShares.SLICE);
        context.runAll();
        assertThat(computed()).hasSize(MANY);

        see();
        assertThat(shares.accept(report(3, WELL, AllShares.SLICE / 2))).isTrue();
        context.runAll();
        assertThat(computed()).as("and of those that it leaves out").hasSize(MANY);
    }

    @Test
    void onlyChangedServicesAreComputedWhenATableComes() {
        have(20);

        boolean news = shares.reconcile(names(), states.subList(4, 5));
        assertThat(computed()).containsExactly(name(4));
        assertThat(news).as("its health is what it was").isFalse();

        Set<ServiceName> fewer = names();
        fewer.remove(name(3));
        assertThat(shares.reconcile(fewer, List.of())).as("one is gone").isTrue();
    }

    @Test
    void theClockComesAroundToAllInSoManyTurns() {
        have(25);
        for (int i = 0; i < AllShares.TURNS; i++) {
            shares.some();
        }
        assertThat(computed()).hasSize(25);
    }

    /** Till nothing is new any more. */
    private void settle() {
        for (int i = 0; i < 3 * AllShares.TURNS; i++) {
            shares.some();
            context.runAll();
        }
        see();
    }

    private void round() {
        for (int i = 0; i < AllShares.TURNS; i++) {
            shares.some();
            context.runAll();
        }
    }

    @Test
    void whatTimeAloneDoesNotChangeIsComputedOnceInSoManyRounds() {
        have(25);
        settle();
        round();
        assertThat(computed()).hasSizeLessThanOrEqualTo(AllShares.TURNS);
        for (int i = 1; i < AllShares.QUIET_ROUNDS; i++) {
            round();
        }
        assertThat(computed()).hasSize(25);
    }

    @Test
    void whatComesBackIsComputedInEveryRound() {
        have(25, AZURE, Sites.GCP);
        shares.accept(report(1, WELL, 25));
        settle();
        tunnels.set(AZURE, "azure-a", Liveness.DEAD);
        round();
        tunnels.set(AZURE, "azure-a", Liveness.UP);
        round();
        see();
        round();
        assertThat(computed()).as("held down or on its way back").hasSize(25);
    }

    @Test
    void aPeerThatIsLostAndALeaseThatEndsAreSeenWithoutAWord() {
        have(25);
        shares.accept(report(1, ILL, 25));
        settle();
        tunnels.set(AZURE, "azure-a", Liveness.DEAD);
        shares.some();
        context.runAll();
        assertThat(computed()).hasSize(25);
        settle();
        context.nanos += (HealthView.LEASE_MILLIS + 1) * 1_000_000;
        shares.some();
        context.runAll();
        assertThat(computed()).hasSize(25);
    }

    @Test
    void whatConcernsAllReachesThoseThatAreBeingTakenMeanwhile() {
        have(25);
        settle();
        states.add(service(25, AZURE));
        assertThat(shares.take(List.of(states.getLast()))).isTrue();
        see();
        shares.all();
        context.runAll();
        assertThat(computed()).hasSize(25);
        assertThat(shares.retain(names())).isFalse();
        context.runAll();
        assertThat(computed()).hasSize(26);
    }

    @Test
    void ordersReachAll() {
        have(MANY);
        shares.order(StandingOrders.NONE);
        context.runAll();
        assertThat(computed()).hasSize(MANY);
    }

    private void have(int count) {
        have(count, AZURE);
    }

    private void have(int count, SiteName... sites) {
        for (SiteName site : sites) {
            tunnels.up(site, site.value().replaceFirst("-.*", "-a"));
        }
        for (int i = 0; i < count; i++) {
            states.add(service(i, sites));
        }
        keep(states);
        see();
    }

    private static ServiceState service(int i, SiteName... sites) {
        SequencedMap<SiteName, List<Endpoint>> endpoints = new LinkedHashMap<>();
        for (SiteName site : sites) {
            endpoints.put(site, List.of(Endpoint.parse("192.0.2.7:80")));
        }
        ServiceRoute route = ServiceRoute.http("s" + i, List.of("s" + i + ".example"), endpoints, Sites.OPEN);
        return new ServiceState(new ServiceState.Definition(route, List.of(), null));
    }

    private void keep(List<ServiceState> kept) {
        Set<ServiceName> names = new TreeSet<>();
        kept.forEach(state -> names.add(state.definition().route().name()));
        shares.reconcile(names, kept);
        see();
    }

    private Set<ServiceName> names() {
        Set<ServiceName> names = new TreeSet<>();
        states.forEach(state -> names.add(state.definition().route().name()));
        return names;
    }

    private static ServiceName name(int i) {
        return new ServiceName("s" + i);
    }

    private static SiteReport report(long sequence, ServiceHealth health, int count) {
        Map<ServiceName, ServiceHealth> services = new HashMap<>();
        for (int i = 0; i < count; i++) {
            services.put(name(i), health);
        }
        return new SiteReport(AZURE, new NodeName("azure-a"), 1, sequence, services);
    }

    private void see() {
        seen = states.stream().map(ServiceState::view).toList();
    }

    /** Those that were computed since {@link #see}: each time another object is published. */
    private List<ServiceName> computed() {
        List<ServiceName> computed = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            if (!sameObject(states.get(i).view(), seen.get(i))) {
                computed.add(states.get(i).definition().route().name());
            }
        }
        return computed;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean sameObject(ServiceView a, ServiceView b) {
        return a == b;
    }

    /** Runs what it is given when it is told to. */
    private static final class ByHand implements FailoverContext {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private long nanos = 1_000_000_000L;
        private long nanosOfALook;

        void runOne() {
            waiting.remove().run();
        }

        void runAll() {
            while (!waiting.isEmpty()) {
                runOne();
            }
        }

        @Override
        public void execute(Runnable task) {
            waiting.add(task);
        }

        @Override
        public Timer every(long millis, Runnable task) {
            throw new AssertionError("no timers here");
        }

        @Override
        public Timer after(long millis, Runnable task) {
            assertThat(millis).as("no timers here but the next part").isZero();
            waiting.add(task);
            return () -> waiting.remove(task);
        }

        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public long nanoTime() {
            nanos += nanosOfALook;
            return nanos;
        }
    }
}
