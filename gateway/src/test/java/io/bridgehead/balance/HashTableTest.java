package io.bridgehead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What consistent hashing promises, over many sets of endpoints. */
final class HashTableTest {
    private static final int KEYS = 20_000;
    private static final double EPSILON = 0.05;

    @ParameterizedTest
    @EnumSource(names = {"RING_HASH", "MAGLEV"})
    void everyNodeFindsTheSameWhateverTheOrder(BalanceKind kind) {
        List<String> names = names(20);
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(7));
        HashTable one = table(kind, names, 1);
        HashTable other = table(kind, shuffled, 1);
        for (int key = 0; key < KEYS; key++) {
            assertThat(shuffled.get(other.owner(hash(key)))).isEqualTo(names.get(one.owner(hash(key))));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RING_HASH", "MAGLEV"})
    void anEndpointThatGoesMovesLittleMoreThanItsOwnPart(BalanceKind kind) {
        Random random = new Random(3);
        for (int n : new int[] {2, 3, 5, 10, 50}) {
            List<String> before = names(n);
            List<String> after = new ArrayList<>(before);
            after.remove(random.nextInt(n));
            double moved = moved(kind, before, after);
            assertThat(moved).as(kind + " " + n + " to " + (n - 1)).isBetween(0.3 / n, 1.0 / n + EPSILON);
            assertThat(moved(kind, after, before)).as("and back").isEqualTo(moved);
        }
    }

    private static double moved(BalanceKind kind, List<String> before, List<String> after) {
        HashTable one = table(kind, before, 1);
        HashTable other = table(kind, after, 1);
        int moved = 0;
        for (int key = 0; key < KEYS; key++) {
            boolean same = before.get(one.owner(hash(key))).equals(after.get(other.owner(hash(key))));
            moved += same ? 0 : 1;
        }
        return moved / (double) KEYS;
    }

    @ParameterizedTest
    @EnumSource(names = {"RING_HASH", "MAGLEV"})
    void partsFollowWeights(BalanceKind kind) {
        List<String> names = names(10);
        int[] weights = new int[10];
        Arrays.fill(weights, 10);
        weights[3] = 30;
        HashTable table = HashTable.of(kind, names.toArray(String[]::new), weights);
        int[] counts = new int[10];
        for (int key = 0; key < KEYS; key++) {
            counts[table.owner(hash(key))]++;
        }
        for (int i = 0; i < 10; i++) {
            double expected = weights[i] / 120.0;
            assertThat(counts[i] / (double) KEYS).isBetween(expected * 0.75, expected * 1.25);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RING_HASH", "MAGLEV"})
    void whileAnEndpointIsUnfitOnlyItsOwnPartMovesAndIsShared(BalanceKind kind) {
        HashTable table = table(kind, names(5), 1);
        int[] counts = new int[5];
        for (int key = 0; key < KEYS; key++) {
            int owner = table.owner(hash(key));
            int picked = table.pick(hash(key), fit(5, i -> i != 2));
            if (owner == 2) {
                counts[picked]++;
            } else {
                assertThat(picked).isEqualTo(owner);
            }
        }
        int sum = Arrays.stream(counts).sum();
        assertThat(counts[2]).isZero();
        for (int i : new int[] {0, 1, 3, 4}) {
            assertThat(counts[i]).isBetween(sum / 5, sum / 3);
        }
        assertThat(table.pick(1, fit(5, i -> false))).isEqualTo(Picker.NONE);
    }

    @ParameterizedTest
    @EnumSource(names = {"RING_HASH", "MAGLEV"})
    void aThousandHeavyEndpointsFit(BalanceKind kind) {
        HashTable table = table(kind, names(1000), BalancePolicy.Traits.WEIGHT_MAX);
        assertThat(table.owner(hash(1))).isBetween(0, 999);
    }

    private static HashTable table(BalanceKind kind, List<String> names, int weight) {
        int[] weights = new int[names.size()];
        Arrays.fill(weights, weight);
        return HashTable.of(kind, names.toArray(String[]::new), weights);
    }

    private static List<String> names(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("10.0.0." + i + ":8080");
        }
        return names;
    }

    private static long hash(int key) {
        return KeyHash.of("user-" + key);
    }

    private static Candidates fit(int size, IntPredicate fit) {
        return new Candidates() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public boolean isFit(int index) {
                return fit.test(index);
            }

            @Override
            public int load(int index) {
                return 0;
            }
        };
    }
}
