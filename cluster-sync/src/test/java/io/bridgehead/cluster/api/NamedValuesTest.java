package io.bridgehead.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Values by name are what a tree of them is, whatever is changed. */
class NamedValuesTest {
    @Test
    void itIsWhatATreeIs() {
        Random random = new Random(3);
        TreeMap<String, Integer> expected = new TreeMap<>();
        NamedValues<Integer> values = NamedValues.of(new TreeMap<>());
        for (int i = 0; i < 2000; i++) {
            Set<String> without = new HashSet<>();
            Map<String, Integer> others = new HashMap<>();
            boolean names = random.nextInt(4) == 0;
            for (int j = random.nextInt(4); j >= 0; j--) {
                String name = names || expected.isEmpty() ? "n" + random.nextInt(60) : some(expected, random);
                if (names && random.nextBoolean()) {
                    without.add(name);
                } else {
                    others.put(name, i);
                }
            }
            NamedValues<Integer> before = values;
            TreeMap<String, Integer> expectedBefore = new TreeMap<>(expected);
            values = values.with(without, others);
            expected.keySet().removeAll(without);
            expected.putAll(others);
            same(values, expected);
            same(before, expectedBefore);
        }
    }

    private static String some(Map<String, Integer> map, Random random) {
        return map.keySet().stream()
                .skip(random.nextInt(map.size()))
                .findFirst()
                .orElseThrow();
    }

    private static void same(NamedValues<Integer> values, SortedMap<String, Integer> expected) {
        assertThat(values).isEqualTo(expected).hasSize(expected.size());
        assertThat(expected).isEqualTo(values);
        assertThat(values.hashCode()).isEqualTo(expected.hashCode());
        assertThat(values.entrySet()).containsExactlyElementsOf(expected.entrySet());
        assertThat(values.keySet()).containsExactlyElementsOf(expected.keySet());
        assertThat(values.headMap("n3")).isEqualTo(expected.headMap("n3"));
        assertThat(values.tailMap("n3")).isEqualTo(expected.tailMap("n3"));
        assertThat(values.subMap("n2", "n40")).isEqualTo(expected.subMap("n2", "n40"));
        for (int i = 0; i < 60; i++) {
            assertThat(values.get("n" + i)).isEqualTo(expected.get("n" + i));
            assertThat(values.containsKey("n" + i)).isEqualTo(expected.containsKey("n" + i));
        }
        if (!expected.isEmpty()) {
            assertThat(values.firstKey()).isEqualTo(expected.firstKey());
            assertThat(values.lastKey()).isEqualTo(expected.lastKey());
        }
    }

    @Test
    void itCannotBeChangedAndSaysWhatIsNotThere() {
        NamedValues<Integer> values = NamedValues.of(new TreeMap<>(Map.of("a", 1)));
        assertThatThrownBy(() -> values.put("a", 2)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> values.remove("a")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> values.entrySet().iterator().next().setValue(2))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> values.subMap("b", "a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> values.headMap("a").firstKey()).isInstanceOf(NoSuchElementException.class);
        assertThat(values.get("b")).isNull();
        assertThat(values.comparator()).isNull();
    }
}
