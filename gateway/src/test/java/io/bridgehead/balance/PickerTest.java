package io.bridgehead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PickerTest {
    @ParameterizedTest
    @EnumSource(BalanceKind.class)
    void onlyFitEndpointsArePicked(BalanceKind kind) {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            Fixed set = new Fixed(1 + random.nextInt(20));
            int fit = 0;
            for (int i = 0; i < set.size(); i++) {
                set.fit[i] = random.nextInt(4) == 0;
                set.load[i] = random.nextInt(5);
                fit += set.fit[i] ? 1 : 0;
            }
            int picked = Picker.of(kind, random).pick(set);
            assertThat(fit == 0 ? picked == Picker.NONE : set.isFit(picked)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(BalanceKind.class)
    void anEmptySetGivesNone(BalanceKind kind) {
        assertThat(Picker.of(kind, new Random(1)).pick(new Fixed(0))).isEqualTo(Picker.NONE);
    }

    @Test
    void ofTwoEndpointsTheLessLoadedIsPicked() {
        Fixed set = new Fixed(2);
        set.load[0] = 3;
        Picker picker = new PowerOfTwoChoices(new Random(1));
        int second = 0;
        for (int i = 0; i < 200; i++) {
            second += picker.pick(set);
        }
        // Only draws that hit the first endpoint four times over, then count, could miss it: none may.
        assertThat(second).isEqualTo(200);
    }

    @Test
    void equalLoadIsSharedEvenlyAmongTheFit() {
        Fixed set = new Fixed(10);
        for (int i = 2; i < 8; i++) {
            set.fit[i] = false;
        }
        int[] counts = new int[10];
        Picker picker = new PowerOfTwoChoices(new Random(1));
        for (int i = 0; i < 20_000; i++) {
            counts[picker.pick(set)]++;
        }
        for (int index : new int[] {0, 1, 8, 9}) {
            assertThat(counts[index] / 20_000.0).isCloseTo(0.25, within(0.02));
        }
    }

    @Test
    void unequalSpeedEndsInUnequalWorkAndEqualLoad() {
        Fixed set = new Fixed(3);
        int[] served = new int[3];
        Random random = new Random(1);
        Picker picker = new PowerOfTwoChoices(random);
        for (int i = 0; i < 30_000; i++) {
            int index = picker.pick(set);
            set.load[index]++;
            served[index]++;
            // The first endpoint ends requests a quarter as often as the others.
            for (int e = 0; e < 3; e++) {
                if (set.load[e] > 0 && random.nextInt(e == 0 ? 8 : 2) == 0) {
                    set.load[e]--;
                }
            }
        }
        assertThat(served[0]).isLessThan(served[1] / 2);
    }

    @Test
    void roundRobinTakesEachInTurnAndSkipsTheUnfit() {
        Fixed set = new Fixed(4);
        set.fit[2] = false;
        Picker picker = new RoundRobin(new Random(1));
        int[] counts = new int[4];
        int before = -1;
        for (int i = 0; i < 300; i++) {
            int index = picker.pick(set);
            assertThat(index).isNotEqualTo(before);
            before = index;
            counts[index]++;
        }
        assertThat(counts).containsExactly(100, 100, 0, 100);
    }

    @ParameterizedTest
    @EnumSource(BalanceKind.class)
    void weightsAreTheSharesOfFitEndpoints(BalanceKind kind) {
        Fixed set = new Fixed(4);
        set.weight = new double[] {1, 2, 5, 100};
        set.fit[3] = false;
        int[] counts = new int[4];
        Picker picker = Picker.weighted(kind, new Random(1));
        for (int i = 0; i < 8000; i++) {
            counts[picker.pick(set)]++;
        }
        double[] expected = {0.125, 0.25, 0.625, 0};
        for (int i = 0; i < 4; i++) {
            assertThat(counts[i] / 8000.0).isCloseTo(expected[i], within(0.02));
        }
        Arrays.fill(set.fit, false);
        assertThat(picker.pick(set)).isEqualTo(Picker.NONE);
    }

    @Test
    void ofTwoByWeightTheOneWithLessLoadForItsWeightIsPicked() {
        Fixed set = new Fixed(2);
        set.weight = new double[] {1, 10};
        set.load[0] = 2;
        set.load[1] = 15;
        Picker picker = Picker.weighted(BalanceKind.LEAST_REQUEST, new Random(1));
        for (int i = 0; i < 200; i++) {
            assertThat(picker.pick(set)).isEqualTo(1);
        }
    }

    private static final class Fixed implements Candidates {
        final boolean[] fit;
        final int[] load;
        double[] weight;

        Fixed(int size) {
            fit = new boolean[size];
            load = new int[size];
            Arrays.fill(fit, true);
            weight = new double[size];
            Arrays.fill(weight, 1);
        }

        @Override
        public double weight(int index) {
            return weight[index];
        }

        @Override
        public int size() {
            return fit.length;
        }

        @Override
        public boolean isFit(int index) {
            return fit[index];
        }

        @Override
        public int load(int index) {
            return load[index];
        }
    }
}
