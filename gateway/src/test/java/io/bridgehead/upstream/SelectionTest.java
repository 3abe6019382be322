package io.bridgehead.upstream;

import static io.bridgehead.upstream.Sites.AWS;
import static io.bridgehead.upstream.Sites.AZURE;
import static io.bridgehead.upstream.Sites.GCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.failover.FailoverPolicy;
import io.bridgehead.failover.Places;
import io.bridgehead.failover.Returns;
import io.bridgehead.failover.StandingOrders;
import io.bridgehead.failover.TierSelector;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Place;
import io.bridgehead.model.Quarantine;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.tunnel.Liveness;
import io.bridgehead.upstream.endpoint.OnLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which site and node an attempt goes to. */
final class SelectionTest extends SelectionRig {
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
    void anEndpointOnItsWayBackTakesItsPartAndAllWhenItIsAlone() {
        Returns.Ramp fifth = new Returns.Ramp(200_000_000, 1_000_000_000);
        endpointState(ONE).comesBack(new EndpointState.Back(loop.nanoTime(), fifth));
        assertThat(drawEndpoints(2000).get(ONE)).as("a fifth of its usual half").isBetween(120, 280);
        fell(TWO);
        assertThat(drawEndpoints(50)).containsOnlyKeys(ONE);
        endpointState(ONE).comesBack(null);
        assertThat(drawEndpoints(50)).containsOnlyKeys(ONE);
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
    void aNodeThatStartsWaitsUntilItKnowsWhereSitesAre() {
        ServiceRoute route = Sites.shop(List.of(), AZURE);
        FailoverPolicy near = route.resilience().failover().withOrder(List.of(TierSelector.Word.SAME_PROVIDER));
        use(route.withResilience(route.resilience().withFailover(near)));
        recompute();
        assertThat(select(new AttemptHistory())).as("one that runs").isInstanceOf(Selection.None.class);
        firstLook.begin();
        assertThat(select(new AttemptHistory())).isInstanceOf(Selection.NotYet.class);
        Place place = new Place("aws", "");
        keeper.reconfigure(new Places(AWS, Map.of(AWS, place, AZURE, place)));
        recompute();
        assertThat(next().site()).isEqualTo(AZURE);
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
    void aNodeThatStoodStillWaitsForSitesThatItTriedAndDialsAnew() {
        use(Sites.shop(List.of(), AZURE));
        recompute();
        AttemptHistory tried = new AttemptHistory();
        tried.add(next());
        firstLook.dialing(loop.nanoTime());
        tunnels.set(AZURE, "azure-a", Liveness.CONNECTING);
        tunnels.noOpener("azure-a");
        assertThat(select(new AttemptHistory())).as("before shares follow").isInstanceOf(Selection.NotYet.class);
        assertThat(select(tried)).as("before shares follow").isInstanceOf(Selection.NotYet.class);
        recompute();
        assertThat(select(tried)).isInstanceOf(Selection.NotYet.class);
        tunnels.set(AZURE, "azure-a", Liveness.DEAD);
        assertThat(select(tried)).as("it is not there").isInstanceOf(Selection.None.class);
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
