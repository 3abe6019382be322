package io.bridgehead.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bridgehead.model.Place;
import io.bridgehead.model.SiteName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The state machine by scenario: what happens, second by second, to three sites as seen from the first. */
final class SiteChoiceTest {
    private static final SiteName AWS = new SiteName("aws-use1");
    private static final SiteName AZURE = new SiteName("azure-weu");
    private static final SiteName GCP = new SiteName("gcp-euw4");
    private static final List<SiteName> SITES = List.of(AWS, AZURE, GCP);
    private static final FailoverPolicy TEN_SECONDS = FailoverPolicy.DEFAULT.withHoldDown(Duration.ofSeconds(10));

    private final Map<SiteName, SiteView> views = new HashMap<>();
    private SiteChoice choice = new SiteChoice(AWS, TEN_SECONDS, SITES);
    private OperatorOrders orders = OperatorOrders.NONE;

    SiteChoiceTest() {
        SITES.forEach(site -> fit(site, 1));
    }

    @Test
    void theLocalSiteServesAloneWhileItIsFit() {
        assertWeights(at(0), 1, 0, 0);
        fit(AWS, 0.71);
        assertWeights(at(1), 1, 0, 0);
        assertThat(why(at(2), AZURE)).isEqualTo(Why.NOT_NEEDED);
    }

    @Test
    void whatIsDecidedAsBeforeIsTheSameObject() {
        SiteWeights first = at(0);
        assertThat(at(1)).isSameAs(first);
        fit(AWS, 0.2);
        SiteWeights second = at(2);
        assertThat(second).isNotEqualTo(first);
        assertThat(at(3)).isSameAs(second);
    }

    @Test
    void theOrderOfTheDocumentGoesBeforeTheLocalSite() {
        choice = new SiteChoice(
                AWS,
                TEN_SECONDS.withOrder(List.of(TierSelector.parse("gcp-euw4"), TierSelector.parse("local"))),
                SITES);
        SiteWeights weights = at(0);
        assertThat(weights.shares()).extracting(SiteShare::site).containsExactly(GCP, AWS);
        assertThat(share(weights, GCP).weight()).isEqualTo(1);
        assertThat(weights.of(AZURE)).isNull();
    }

    @Test
    void wordsMeanSitesByWhereTheyAre() {
        Place east = new Place("aws", "us-east-1");
        Places places = new Places(
                AWS,
                Map.of(
                        AWS,
                        east,
                        new SiteName("aws-2"),
                        east,
                        new SiteName("aws-far"),
                        new Place("aws", "eu-west-1"),
                        AZURE,
                        new Place("azure", "us-east-1")));
        List<SiteName> sites = List.of(AZURE, new SiteName("aws-far"), GCP, new SiteName("aws-2"), AWS);
        List<TierSelector> order = List.of(
                TierSelector.parse("local"),
                TierSelector.parse("sameRegion"),
                TierSelector.parse("sameProvider"),
                TierSelector.parse("gcp-euw4"),
                TierSelector.parse("anySite"));
        assertThat(TEN_SECONDS.withOrder(order).tiers(places, sites))
                .extracting(Tier::sites)
                .containsExactly(
                        List.of(AWS),
                        List.of(new SiteName("aws-2")),
                        List.of(new SiteName("aws-far")),
                        List.of(GCP),
                        List.of(AZURE));
        assertThat(TEN_SECONDS.withOrder(order).tiers(Places.unknown(GCP), sites))
                .extracting(Tier::sites)
                .as("nothing is known of where they are")
                .containsExactly(List.of(GCP), List.of(AZURE, new SiteName("aws-far"), new SiteName("aws-2"), AWS));
        assertThat(new Place("", "dc-1").sharesRegion(new Place("", "dc-1"))).isTrue();
        assertThat(Place.UNKNOWN.sharesProvider(Place.UNKNOWN)).isFalse();
    }

    @Test
    void belowTheThresholdTheRestSpillsToTheNextTier() {
        fit(AWS, 0.5);
        assertWeights(at(0), 0.7, 0.3, 0);
        fit(AZURE, 0.1);
        assertWeights(at(1), 0.7, 0.14, 0.16);
    }

    @Test
    void whenAllTogetherCannotBearEverythingItIsSharedInProportion() {
        fit(AWS, 0.25);
        fit(AZURE, 0.25);
        fit(GCP, 0);
        assertWeights(at(0), 0.5, 0.5, 0);
    }

    @Test
    void aFailedSiteLosesAllAtOnceAndReturnsAfterItsHoldDown() {
        assertWeights(at(0), 1, 0, 0);
        fit(AWS, 0);
        assertWeights(at(1_000), 0, 1, 0);
        fit(AWS, 1);
        assertWeights(at(2_000), 0, 1, 0);
        assertThat(why(at(11_999), AWS)).isEqualTo(Why.HELD);
        assertThat(share(at(11_999), AWS).heldUntilMillis()).isEqualTo(12_000);
        assertWeights(at(12_000), 1, 0, 0);
    }

    @Test
    void anInterruptionStartsTheHoldDownAgain() {
        at(0);
        fit(AWS, 0);
        at(1_000);
        fit(AWS, 1);
        at(2_000);
        fit(AWS, 0);
        at(9_000);
        fit(AWS, 1);
        at(10_000);
        assertWeights(at(19_999), 0, 1, 0);
        assertWeights(at(20_000), 1, 0, 0);
    }

    @Test
    void aDeadTunnelCountsAsFailedWhateverWasReportedLast() {
        fit(AWS, 0);
        assertWeights(at(0), 0, 1, 0);
        reach(AZURE, Reach.DEAD);
        assertWeights(at(10), 0, 0, 1);
        reach(AZURE, Reach.UP);
        assertWeights(at(20), 0, 0, 1);
        assertWeights(at(10_020), 0, 1, 0);
    }

    @Test
    void aSuspectIsAvoidedAndTakesItsTrafficBackWithoutHoldDown() {
        fit(AWS, 0);
        at(0);
        reach(AZURE, Reach.SUSPECT);
        assertWeights(at(10), 0, 0, 1);
        assertThat(why(at(10), AZURE)).isEqualTo(Why.SUSPECT);
        reach(AZURE, Reach.UP);
        assertWeights(at(20), 0, 1, 0);
        reach(AZURE, Reach.SUSPECT);
        reach(GCP, Reach.DEAD);
        assertWeights(at(30), 0, 1, 0);
        assertThat(why(at(30), AZURE)).isEqualTo(Why.LAST_RESORT);
    }

    @Test
    void nothingElseLeftEndsAHoldDownAndThenStays() {
        at(0);
        fit(AWS, 0);
        at(1_000);
        fit(AWS, 1);
        at(2_000);
        fit(AZURE, 0);
        fit(GCP, 0);
        assertWeights(at(3_000), 1, 0, 0);
        fit(AZURE, 1);
        assertWeights(at(4_000), 1, 0, 0);
        fit(AWS, 0);
        assertWeights(at(5_000), 0, 1, 0);
        fit(AWS, 1);
        assertWeights(at(6_000), 0, 1, 0);
    }

    @Test
    void noSiteThatCanServeMeansRefusal() {
        SITES.forEach(site -> fit(site, 0));
        SiteWeights weights = at(0);
        assertThat(weights.isRefused()).isTrue();
        assertThat(weights.pick(0.5)).isEqualTo(SiteWeights.NONE);
        assertThat(weights.next(0)).isEqualTo(SiteWeights.NONE);
        assertThat(new SiteChoice(AWS, TEN_SECONDS, List.of())
                        .evaluate(views, orders, 0)
                        .isRefused())
                .isTrue();
    }

    @Test
    void atTheStartUnknownHealthServesAndWhatComesUpServesAtOnce() {
        views.clear();
        unknown(AWS);
        assertWeights(at(0), 1, 0, 0);
        fit(AWS, 0);
        assertThat(at(100).isRefused()).isTrue();
        unknown(AZURE);
        assertWeights(at(200), 0, 1, 0);
        fit(AWS, 1);
        assertWeights(at(300), 1, 0, 0);
    }

    @Test
    void aLateReportIsNoBadNews() {
        assertWeights(at(0), 1, 0, 0);
        unknown(AWS);
        assertWeights(at(1_000), 1, 0, 0);
    }

    @Test
    void aRampReturnsTrafficStepByStep() {
        FailoverPolicy ramp = TEN_SECONDS.withFailback(new Failback.Ramp(Duration.ofSeconds(100)));
        choice = new SiteChoice(AWS, ramp, SITES);
        at(0);
        fit(AWS, 0);
        at(1);
        fit(AWS, 1);
        at(2);
        assertWeights(at(10_002), 0, 1, 0);
        assertWeights(at(20_002), 0.1, 0.9, 0);
        assertThat(why(at(20_002), AWS)).isEqualTo(Why.RAMPS);
        assertWeights(at(60_002), 0.5, 0.5, 0);
        assertWeights(at(110_002), 1, 0, 0);
        assertThat(why(at(110_003), AWS)).isEqualTo(Why.SERVES);
    }

    @Test
    void aManualReturnWaitsForTheOperator() {
        choice = new SiteChoice(AWS, TEN_SECONDS.withFailback(new Failback.Manual()), SITES);
        at(0);
        fit(AWS, 0);
        at(1);
        fit(AWS, 1);
        at(2);
        assertThat(why(at(100_000), AWS)).isEqualTo(Why.AWAITS_OPERATOR);
        orders = new OperatorOrders(Set.of(), null, false, Set.of(AWS));
        assertWeights(at(100_001), 1, 0, 0);
    }

    @Test
    void aSiteThatComesAndGoesTooOftenIsHeldUntilItsBudgetAllows() {
        FailoverPolicy twice = FailoverPolicy.DEFAULT
                .withHoldDown(Duration.ofSeconds(1))
                .withFlaps(new FlapBudget(2, Duration.ofSeconds(60)));
        choice = new SiteChoice(AWS, twice, SITES);
        at(0);
        for (int flap = 0; flap < 2; flap++) {
            fit(AWS, 0);
            at(10_000L * flap + 1);
            fit(AWS, 1);
            assertWeights(at(10_000L * flap + 2), 0, 1, 0);
            assertWeights(at(10_000L * flap + 1_002), 1, 0, 0);
        }
        fit(AWS, 0);
        at(20_000);
        fit(AWS, 1);
        at(20_001);
        SiteWeights held = at(30_000);
        assertWeights(held, 0, 1, 0);
        assertThat(why(held, AWS)).isEqualTo(Why.FLAPPING);
        assertThat(share(held, AWS).heldUntilMillis()).isEqualTo(61_002);
        assertWeights(at(61_001), 0, 1, 0);
        assertWeights(at(61_002), 1, 0, 0);
        fit(AWS, 0);
        at(62_000);
        fit(AWS, 1);
        at(62_001);
        assertThat(why(at(64_000), AWS)).isEqualTo(Why.FLAPPING);
        orders = new OperatorOrders(Set.of(), null, false, Set.of(AWS));
        assertWeights(at(64_001), 1, 0, 0);
    }

    @Test
    void weightsDivideRequestsAndFailoverGoesOnBehindThem() {
        choice = new SiteChoice(AWS, TEN_SECONDS.withSplit(new SiteSplit(Map.of(AWS, 90, AZURE, 10))), SITES);
        assertWeights(at(0), 0.9, 0.1, 0);
        fit(AZURE, 0.5);
        assertWeights(at(1), 0.93, 0.07, 0);
        fit(AZURE, 0);
        assertWeights(at(2), 1, 0, 0);
        fit(AWS, 0);
        assertWeights(at(3), 0, 0, 1);
        choice = new SiteChoice(
                AWS,
                TEN_SECONDS
                        .withOrder(List.of(TierSelector.parse("local")))
                        .withSplit(new SiteSplit(Map.of(AWS, 3, GCP, 1))),
                SITES);
        fit(AWS, 1);
        SiteWeights weights = at(0);
        assertThat(weights.shares()).extracting(SiteShare::site).containsExactly(AWS, GCP);
        assertThat(share(weights, GCP).weight()).isEqualTo(0.25);
    }

    @Test
    void drainPinAndFreezeAreObeyed() {
        orders = new OperatorOrders(Set.of(AWS), null, false, Set.of());
        assertWeights(at(0), 0, 1, 0);
        assertThat(at(0).next(0b010)).isEqualTo(2);
        orders = new OperatorOrders(Set.of(), GCP, false, Set.of());
        assertWeights(at(1), 0, 0, 1);
        assertThat(why(at(1), GCP)).isEqualTo(Why.PINNED);
        fit(GCP, 0);
        assertWeights(at(2), 1, 0, 0);
        orders = new OperatorOrders(Set.of(), null, true, Set.of());
        fit(AWS, 0);
        assertWeights(at(3), 1, 0, 0);
        assertThat(why(at(3), AWS)).isEqualTo(Why.FROZEN);
        orders = new OperatorOrders(Set.of(AWS), null, true, Set.of());
        assertWeights(at(4), 0, 1, 0);
    }

    @Test
    void aReloadForgetsNothing() {
        at(0);
        fit(AWS, 0);
        at(1_000);
        fit(AWS, 1);
        at(2_000);
        choice.reconfigure(Places.unknown(AWS), TEN_SECONDS.withHoldDown(Duration.ofSeconds(5)), List.of(AWS, AZURE));
        SiteWeights held = choice.evaluate(views, orders, 6_999);
        assertThat(share(held, AWS).why()).isEqualTo(Why.HELD);
        assertThat(share(choice.evaluate(views, orders, 7_000), AWS).weight()).isEqualTo(1);
    }

    @Test
    void furtherAttemptsGoDownTheOrderAndNeverToTheDead() {
        fit(AWS, 0.5);
        SiteWeights weights = at(0);
        assertThat(weights.next(0b001)).isEqualTo(1);
        assertThat(weights.next(0b011)).isEqualTo(2);
        assertThat(weights.next(0b111)).isEqualTo(SiteWeights.NONE);
        reach(AZURE, Reach.DEAD);
        assertThat(at(1).next(0b001)).isEqualTo(2);
        reach(AZURE, Reach.SUSPECT);
        assertThat(at(2).next(0b001)).isEqualTo(2);
        assertThat(at(2).next(0b101)).isEqualTo(1);
    }

    @Test
    void picksInProportion() {
        fit(AWS, 0.5);
        SiteWeights weights = at(0);
        assertThat(weights.pick(0)).isEqualTo(0);
        assertThat(weights.pick(0.69)).isEqualTo(0);
        assertThat(weights.pick(0.71)).isEqualTo(1);
        assertThat(weights.pick(Math.nextDown(1.0))).isEqualTo(1);
    }

    @Test
    void reasonsReadAsSentences() {
        fit(AWS, 0);
        assertThat(share(at(0), AWS).reason()).isEqualTo("aws-use1 (tier 1 local, 0% fit) no endpoint is fit");
        SiteWeights here = at(0);
        choice = new SiteChoice(AWS, TEN_SECONDS, SITES);
        assertThat(at(0)).isEqualTo(here).isNotSameAs(here);
    }

    private SiteWeights at(long millis) {
        return choice.evaluate(views, orders, millis);
    }

    private void fit(SiteName site, double share) {
        views.put(site, new SiteView(Reach.UP, OptionalDouble.of(share)));
    }

    private void unknown(SiteName site) {
        views.put(site, new SiteView(Reach.UP, OptionalDouble.empty()));
    }

    private void reach(SiteName site, Reach reach) {
        views.compute(
                site,
                (_, view) -> new SiteView(reach, Objects.requireNonNull(view).fitShare()));
    }

    private static Why why(SiteWeights weights, SiteName site) {
        return share(weights, site).why();
    }

    private static SiteShare share(SiteWeights weights, SiteName site) {
        return Objects.requireNonNull(weights.of(site));
    }

    private static void assertWeights(SiteWeights weights, double aws, double azure, double gcp) {
        assertThat(share(weights, AWS).weight()).as(weights.toString()).isCloseTo(aws, within(1e-9));
        assertThat(share(weights, AZURE).weight()).as(weights.toString()).isCloseTo(azure, within(1e-9));
        assertThat(share(weights, GCP).weight()).as(weights.toString()).isCloseTo(gcp, within(1e-9));
    }
}
