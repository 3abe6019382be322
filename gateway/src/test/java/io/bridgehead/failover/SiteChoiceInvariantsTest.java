package io.bridgehead.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bridgehead.model.SiteName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What must hold of policies with weights, ramps and a bound on flapping, whatever happens to the sites. */
final class SiteChoiceInvariantsTest {
    private static final List<SiteName> SITES =
            List.of(new SiteName("a"), new SiteName("b"), new SiteName("c"), new SiteName("d"));
    private static final long HOLD_DOWN = 5_000;
    private static final long RAMP = 20_000;

    /** One thing that happens: a site is as said from so many milliseconds after the last on. */
    record Step(int site, Reach reach, double fit, boolean drained, long afterMillis) {}

    @Provide
    static Arbitrary<Step> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, SITES.size() - 1),
                        Arbitraries.frequency(
                                Tuple.of(6, Reach.UP), Tuple.of(1, Reach.SUSPECT), Tuple.of(1, Reach.DEAD)),
                        Arbitraries.oneOf(
                                Arbitraries.of(0.0, 1.0), Arbitraries.doubles().between(0, 1)),
                        Arbitraries.integers().between(0, 9).map(i -> i == 0),
                        Arbitraries.longs().between(1, 4_000))
                .as(Step::new);
    }

    @Property(tries = 300)
    void weightsSumToOneOrTheServiceIsRefusedHoweverItIsDivided(
            @ForAll @Size(min = 1, max = 60) List<@From("steps") Step> steps,
            @ForAll @Size(4) List<@IntRange(max = 100) Integer> parts,
            @ForAll WayBack failback) {
        Run run = new Run(policy(failback).withSplit(split(parts)));
        for (Step step : steps) {
            SiteWeights weights = run.take(step);
            double sum =
                    weights.shares().stream().mapToDouble(SiteShare::weight).sum();
            boolean any = weights.shares().stream().anyMatch(SiteShare::canServe);
            assertThat(sum).isCloseTo(any ? 1 : 0, within(1e-9));
            assertThat(weights.isRefused()).isEqualTo(!any);
            weights.shares().forEach(share -> {
                assertThat(share.weight()).isNotNegative();
                assertThat(share.weight() == 0 || share.canServe())
                        .as(share.reason())
                        .isTrue();
            });
        }
    }

    @Property(tries = 300)
    void aSiteThatReturnsNeverTakesMoreThanItsRampAllows(
            @ForAll @Size(min = 1, max = 60) List<@From("steps") Step> steps) {
        FailoverPolicy policy = policy(WayBack.RAMP).withFlaps(new FlapBudget(1000, Duration.ofMinutes(10)));
        Run run = new Run(policy);
        long badAt = Long.MIN_VALUE / 2;
        for (Step step : steps) {
            // Another site can always serve, so that nothing is a last resort.
            SiteWeights weights = run.take(new Step(0, Reach.UP, step.fit() < 0.5 ? 0 : 1, false, step.afterMillis()));
            SiteShare first = Objects.requireNonNull(weights.of(SITES.getFirst()));
            badAt = first.capacity() == 0 ? run.now : badAt;
            double allowed = Math.max(0, (run.now - badAt - HOLD_DOWN) / (double) RAMP);
            assertThat(first.weight()).isLessThanOrEqualTo(allowed + 1e-9);
        }
    }

    @Property(tries = 300)
    void whatASiteGetsRisesOnlyToWhatItHasBorneForItsWholeHoldDown(
            @ForAll @Size(min = 20, max = 120) List<@From("steps") Step> steps) {
        Run run = new Run(policy(WayBack.IMMEDIATE).withFlaps(new FlapBudget(1000, Duration.ofMinutes(10))));
        Map<Long, Double> borne = new TreeMap<>();
        double before = 1;
        for (Step step : steps) {
            SiteWeights weights = run.take(new Step(0, Reach.UP, step.fit(), false, step.afterMillis()));
            SiteShare first = Objects.requireNonNull(weights.of(SITES.getFirst()));
            borne.put(run.now, first.capacity());
            if (first.weight() > before + 1e-9) {
                borne.forEach((at, capacity) -> {
                    if (at >= run.now - HOLD_DOWN) {
                        assertThat(first.weight())
                                .as("%d ms after it could bear less", run.now - at)
                                .isLessThanOrEqualTo(capacity + 1e-9);
                    }
                });
            }
            before = first.weight();
        }
    }

    @Property(tries = 300)
    void aSiteReturnsNoMoreOftenThanItsBudgetAllows(
            @ForAll @Size(min = 20, max = 120) List<@From("steps") Step> steps,
            @ForAll @IntRange(min = 1, max = 4) int returnsMax) {
        Duration per = Duration.ofSeconds(60);
        Run run = new Run(policy(WayBack.IMMEDIATE)
                .withHoldDown(Duration.ofMillis(500))
                .withFlaps(new FlapBudget(returnsMax, per)));
        List<Long> returns = new ArrayList<>();
        double before = 1;
        for (Step step : steps) {
            SiteWeights weights = run.take(new Step(0, Reach.UP, step.fit() < 0.5 ? 0 : 1, false, step.afterMillis()));
            double weight = Objects.requireNonNull(weights.of(SITES.getFirst())).weight();
            if (weight > before) {
                returns.add(run.now);
            }
            before = weight;
        }
        for (int i = returnsMax; i < returns.size(); i++) {
            assertThat(returns.get(i) - returns.get(i - returnsMax)).isGreaterThanOrEqualTo(per.toMillis());
        }
    }

    @Property(tries = 300)
    void aSiteThatComesBackFromADrainNeverTakesMoreThanItIsAllowed(
            @ForAll @Size(4) List<@DoubleRange(max = 1) Double> fits,
            @ForAll @DoubleRange(max = 1) double allowed,
            @ForAll WayBack failback) {
        Map<SiteName, SiteView> views = new HashMap<>();
        for (int i = 0; i < SITES.size(); i++) {
            // The last site can bear everything.
            double fit = i == SITES.size() - 1 ? 1 : fits.get(i);
            views.put(SITES.get(i), new SiteView(Reach.UP, OptionalDouble.of(fit)));
        }
        OperatorOrders orders = OperatorOrders.NONE.allowing(Map.of(SITES.getFirst(), allowed));
        SiteWeights weights = new SiteChoice(SITES.getFirst(), policy(failback), SITES).evaluate(views, orders, 0);
        SiteShare first = Objects.requireNonNull(weights.of(SITES.getFirst()));
        assertThat(first.weight()).isLessThanOrEqualTo(allowed + 1e-9);
        assertThat(weights.shares().stream().mapToDouble(SiteShare::weight).sum())
                .isCloseTo(1, within(1e-9));
    }

    @Property(tries = 500)
    void spillIsMonotoneHoweverItIsDivided(
            @ForAll @Size(4) List<@DoubleRange(max = 1) Double> fits,
            @ForAll @Size(4) List<@IntRange(max = 100) Integer> parts,
            @ForAll @DoubleRange(max = 1) double worse,
            @ForAll @IntRange(max = 3) int which) {
        FailoverPolicy policy = FailoverPolicy.DEFAULT.withSplit(split(parts));
        double before = weight(policy, fits, which);
        List<Double> less = new ArrayList<>(fits);
        less.set(which, fits.get(which) * worse);
        assertThat(weight(policy, less, which)).isLessThanOrEqualTo(before + 1e-9);
    }

    @Property(tries = 300)
    void aWholeFabricIsDividedAsMeant(@ForAll @Size(4) List<@IntRange(max = 100) Integer> parts) {
        double sum = parts.stream().mapToInt(Integer::intValue).sum();
        for (int i = 0; i < SITES.size() && sum > 0; i++) {
            double weight = weight(FailoverPolicy.DEFAULT.withSplit(split(parts)), List.of(1.0, 1.0, 1.0, 1.0), i);
            assertThat(weight).isCloseTo(parts.get(i) / sum, within(1e-9));
        }
    }

    private static double weight(FailoverPolicy policy, List<Double> fits, int which) {
        Map<SiteName, SiteView> views = new HashMap<>();
        for (int i = 0; i < SITES.size(); i++) {
            views.put(SITES.get(i), new SiteView(Reach.UP, OptionalDouble.of(fits.get(i))));
        }
        SiteWeights weights = new SiteChoice(SITES.getFirst(), policy, SITES).evaluate(views, OperatorOrders.NONE, 0);
        return Objects.requireNonNull(weights.of(SITES.get(which))).weight();
    }

    private static SiteSplit split(List<Integer> parts) {
        if (parts.stream().allMatch(part -> part == 0)) {
            return SiteSplit.NONE;
        }
        Map<SiteName, Integer> weights = new HashMap<>();
        IntStream.range(0, SITES.size()).forEach(i -> weights.put(SITES.get(i), parts.get(i)));
        return new SiteSplit(weights);
    }

    /** Ways back, all three. */
    enum WayBack {
        IMMEDIATE,
        RAMP,
        MANUAL
    }

    private static FailoverPolicy policy(WayBack failback) {
        return FailoverPolicy.DEFAULT
                .withHoldDown(Duration.ofMillis(HOLD_DOWN))
                .withFailback(
                        switch (failback) {
                            case IMMEDIATE -> new Failback.Immediate();
                            case RAMP -> new Failback.Ramp(Duration.ofMillis(RAMP));
                            case MANUAL -> new Failback.Manual();
                        });
    }

    /** Four sites, all well at first, to which something happens. */
    private static final class Run {
        private final Map<SiteName, SiteView> views = new HashMap<>();
        private final SiteChoice choice;
        private long now;

        Run(FailoverPolicy policy) {
            choice = new SiteChoice(SITES.getFirst(), policy, SITES);
            SITES.forEach(site -> views.put(site, new SiteView(Reach.UP, OptionalDouble.of(1))));
            choice.evaluate(views, OperatorOrders.NONE, now);
        }

        SiteWeights take(Step step) {
            now += step.afterMillis();
            SiteName site = SITES.get(step.site());
            views.put(site, new SiteView(step.reach(), OptionalDouble.of(step.fit())));
            Set<SiteName> drained = step.drained() ? Set.of(site) : Set.of();
            return choice.evaluate(views, new OperatorOrders(drained, null, false, Set.of()), now);
        }
    }
}
