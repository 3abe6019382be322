package io.bridgehead.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bridgehead.model.SiteName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What must hold of the state machine under any sequence of inputs. A failure names the seed that shows it. */
final class SiteChoicePropertiesTest {
    private static final List<SiteName> SITES =
            List.of(new SiteName("a"), new SiteName("b"), new SiteName("c"), new SiteName("d"));
    private static final long HOLD_DOWN = 5_000;
    private static final int SEEDS = 60;
    private static final int STEPS = 100;

    @Test
    void weightsSumToOneOrTheServiceIsRefused() {
        everyStep(true, new Failback.Immediate(), (run, _) -> {
            double sum =
                    run.weights.shares().stream().mapToDouble(SiteShare::weight).sum();
            if (run.weights.isRefused()) {
                assertThat(sum).isZero();
                assertThat(run.weights.shares()).allMatch(share -> share.capacity() == 0);
            } else {
                assertThat(sum).isCloseTo(1, within(1e-9));
                assertThat(run.weights.shares()).allMatch(share -> share.weight() >= 0);
            }
        });
    }

    @Test
    void nothingGoesToASiteThatCannotServe() {
        everyStep(
                true,
                new Failback.Immediate(),
                (run, _) -> run.weights.shares().forEach(share -> {
                    if (share.weight() > 0) {
                        assertThat(share.capacity()).isPositive();
                        assertThat(share.view().reach().isOpen()).isTrue();
                    }
                }));
    }

    @Test
    void aSuspectServesOnlyWhenNoOtherCan() {
        everyStep(true, new Failback.Immediate(), (run, _) -> {
            boolean upCanServe = run.weights.shares().stream()
                    .anyMatch(share -> share.view().reach() == Reach.UP && share.capacity() > 0);
            if (upCanServe) {
                assertThat(run.weights.shares())
                        .noneMatch(share -> share.view().reach() == Reach.SUSPECT && share.weight() > 0);
            }
        });
    }

    @Test
    void aFailedSiteStaysAwayForItsHoldDownWhileAnotherServes() {
        everyStep(false, new Failback.Immediate(), (run, now) -> {
            for (SiteShare share : run.weights.shares()) {
                Long failedAt = run.badAt.get(share.site());
                boolean returns = share.weight() > 0 && run.weightBefore(share.site()) == 0;
                if (returns && failedAt != null && now - failedAt < HOLD_DOWN) {
                    assertThat(run.servedWithout(share.site()))
                            .as("%s came back %d ms after it was bad", share.site(), now - failedAt)
                            .isFalse();
                }
            }
        });
    }

    @Test
    void aRecoveredSiteNeverTakesMoreThanItsRampAllows() {
        long over = 20_000;
        Failback ramp = new Failback.Ramp(Duration.ofMillis(over));
        for (long seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(new Random(seed), false, ramp);
            SiteName first = SITES.getFirst();
            long now = 0;
            for (int step = 0; step < STEPS; step++) {
                now += 1 + run.random.nextInt(3_000);
                run.step(first, run.random.nextInt(10) == 0 ? 0 : 1, now);
                long bad = run.badAt.getOrDefault(first, -HOLD_DOWN - over);
                double allowed = Math.max(0, (now - bad - HOLD_DOWN) / (double) over);
                double weight = run.weights.shares().getFirst().weight();
                assertThat(weight).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(allowed + 1e-9);
            }
        }
    }

    @Test
    void lessFitMeansNeverMoreTraffic() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            double[] shares = random.doubles(SITES.size()).toArray();
            double before = freshWeight(shares, 0);
            shares[0] *= random.nextDouble();
            assertThat(freshWeight(shares, 0)).isLessThanOrEqualTo(before + 1e-9);
        }
    }

    @Test
    void capacityFallsWithFitnessForEveryThreshold() {
        for (int start = 0; start <= 100; start += 5) {
            FailoverPolicy policy = new FailoverPolicy(List.of(), start, 1.4, Duration.ZERO, new Failback.Immediate());
            double before = 0;
            for (int fit = 0; fit <= 100; fit++) {
                double capacity = policy.capacity(fit / 100.0);
                assertThat(capacity).isBetween(before, 1.0);
                assertThat((fit > 0 && fit >= start) ? capacity == 1 : capacity < 1)
                        .as("startBelow %d%%, %d%% fit, capacity %f", start, fit, capacity)
                        .isTrue();
                before = capacity;
            }
        }
    }

    private static double freshWeight(double[] fitShares, int index) {
        Map<SiteName, SiteView> views = new HashMap<>();
        for (int i = 0; i < fitShares.length; i++) {
            views.put(SITES.get(i), new SiteView(Reach.UP, OptionalDouble.of(fitShares[i])));
        }
        SiteChoice choice = new SiteChoice(SITES.getFirst(), FailoverPolicy.DEFAULT, SITES);
        return choice.evaluate(views, OperatorOrders.NONE, 0)
                .shares()
                .get(index)
                .weight();
    }

    private static void everyStep(boolean suspects, Failback failback, Check check) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Run run = new Run(new Random(seed), suspects, failback);
            long now = 0;
            for (int step = 0; step < STEPS; step++) {
                now += 1 + run.random.nextInt(3_000);
                run.step(now);
                try {
                    check.holds(run, now);
                } catch (AssertionError error) {
                    throw new AssertionError("seed " + seed + ", step " + step + ": " + run.weights, error);
                }
            }
        }
    }

    private interface Check {
        void holds(Run run, long nowMillis);
    }

    /** One random walk of four sites between fit, partly fit, unfit, and out of reach. */
    private static final class Run {
        final Random random;
        final Map<SiteName, Long> badAt = new HashMap<>();
        SiteWeights weights = new SiteWeights(List.of());
        private final Map<SiteName, SiteView> views = new HashMap<>();
        private final boolean suspects;
        private final SiteChoice choice;
        private SiteWeights before = weights;

        Run(Random random, boolean suspects, Failback failback) {
            this.random = random;
            this.suspects = suspects;
            FailoverPolicy policy = FailoverPolicy.DEFAULT
                    .withHoldDown(Duration.ofMillis(HOLD_DOWN))
                    .withFailback(failback);
            choice = new SiteChoice(SITES.getFirst(), policy, SITES);
            SITES.forEach(site -> views.put(site, new SiteView(Reach.UP, OptionalDouble.of(1))));
            weights = choice.evaluate(views, OperatorOrders.NONE, 0);
        }

        void step(long now) {
            step(SITES.get(random.nextInt(SITES.size())), reach(), fitShare(), now);
        }

        void step(SiteName site, double fitShare, long now) {
            step(site, Reach.UP, fitShare, now);
        }

        private void step(SiteName site, Reach reach, double fitShare, long now) {
            views.put(site, new SiteView(reach, OptionalDouble.of(fitShare)));
            before = weights;
            weights = choice.evaluate(views, OperatorOrders.NONE, now);
            for (SiteShare share : weights.shares()) {
                if (share.capacity() == 0) {
                    badAt.put(share.site(), now);
                }
            }
        }

        double weightBefore(SiteName site) {
            return Objects.requireNonNull(before.of(site)).weight();
        }

        /** Whether a site that had traffic before could have gone on without this one. */
        boolean servedWithout(SiteName site) {
            return before.shares().stream()
                    .filter(share -> share.weight() > 0 && !share.site().equals(site))
                    .anyMatch(share ->
                            Objects.requireNonNull(weights.of(share.site())).capacity() > 0);
        }

        private Reach reach() {
            return switch (random.nextInt(8)) {
                case 0 -> Reach.DEAD;
                case 1 -> suspects ? Reach.SUSPECT : Reach.UP;
                default -> Reach.UP;
            };
        }

        private double fitShare() {
            return switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> random.nextDouble();
                default -> 1;
            };
        }
    }
}
