package io.bridgehead.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bridgehead.limit.RateDeal.Want;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RateDealTest {
    private static final double ALL = Double.POSITIVE_INFINITY;
    private static final double NEARLY = 1e-9;

    private static double[] dealt(List<Want> wants) {
        return IntStream.range(0, wants.size())
                .mapToDouble(i -> RateDeal.part(wants, i))
                .toArray();
    }

    private static double sum(List<Want> wants) {
        return java.util.Arrays.stream(dealt(wants)).sum();
    }

    @Test
    void whoWantsEverythingGetsAnEqualPartOfItsSite() {
        List<Want> wants = List.of(new Want("a", ALL), new Want("b", ALL), new Want("b", ALL));
        assertThat(dealt(wants)).containsExactly(new double[] {0.5, 0.25, 0.25}, within(NEARLY));
        assertThat(RateDeal.equal(wants, 2)).isEqualTo(0.25);
    }

    @Test
    void whatOthersDoNotWantIsThereForWhoDoes() {
        List<Want> wants = List.of(new Want("a", ALL), new Want("b", 0), new Want("c", 0.1));
        double floor = RateDeal.FLOOR / 3;
        double third = 0.1;
        assertThat(dealt(wants)).containsExactly(new double[] {1 - floor - third, floor, third}, within(NEARLY));
    }

    @Test
    void whatNobodyWantsIsDealtEqually() {
        assertThat(dealt(List.of(new Want("a", 0), new Want("b", 0))))
                .containsExactly(new double[] {0.5, 0.5}, within(NEARLY));
        assertThat(dealt(List.of(new Want("a", 0.3), new Want("b", 0)))[0]).isGreaterThan(0.5);
    }

    @Test
    void aSiteThatClaimsEverythingWithManyNodesGetsNoMoreThanItsPart() {
        List<Want> wants = new ArrayList<>(List.of(new Want("good", 0.6)));
        for (int i = 0; i < 50; i++) {
            wants.add(new Want("bad", ALL));
        }
        assertThat(RateDeal.part(wants, 0)).isCloseTo(0.5, within(NEARLY));
        wants.set(0, new Want("good", 0.4));
        assertThat(RateDeal.part(wants, 0)).isCloseTo(0.4, within(NEARLY));
    }

    @Test
    void allPartsAreTheWholeAndNobodyLosesByWantingMoreNorGainsByAnother() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            List<Want> wants = new ArrayList<>();
            int nodes = 1 + random.nextInt(8);
            for (int i = 0; i < nodes; i++) {
                wants.add(new Want(random.nextInt(4), wanted(random)));
            }
            assertThat(sum(wants)).isCloseTo(1, within(NEARLY));
            double[] before = dealt(wants);
            int more = random.nextInt(nodes);
            Want was = wants.get(more);
            wants.set(more, new Want(was.site(), was.wanted() + wanted(random)));
            double[] after = dealt(wants);
            for (int i = 0; i < nodes; i++) {
                assertThat(before[i]).isPositive();
                if (i == more) {
                    assertThat(after[i]).isGreaterThanOrEqualTo(before[i] - NEARLY);
                } else {
                    assertThat(after[i]).isLessThanOrEqualTo(before[i] + NEARLY);
                }
            }
        }
    }

    private static double wanted(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> ALL;
            case 2 -> random.nextDouble() * 0.2;
            default -> random.nextDouble() * 2;
        };
    }
}
