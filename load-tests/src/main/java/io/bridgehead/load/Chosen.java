package io.bridgehead.load;

import java.util.List;
import java.util.function.Function;

/** Picks by name. */
final class Chosen {
    private Chosen() {}

    /**
     * Those of {@code all} that are named, in the order of {@code all}; all of them when none is named.
     *
     * @throws IllegalArgumentException if a name is not known
     */
    static <T> List<T> of(String property, List<String> names, List<T> all, Function<T, String> name) {
        List<String> known = all.stream().map(name).toList();
        for (String wanted : names) {
            if (!known.contains(wanted)) {
                throw new IllegalArgumentException(
                        property + " '" + wanted + "': expected some of " + String.join(", ", known));
            }
        }
        return all.stream()
                .filter(each -> names.isEmpty() || names.contains(name.apply(each)))
                .toList();
    }
}
