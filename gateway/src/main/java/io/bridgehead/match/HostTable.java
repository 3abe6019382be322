package io.bridgehead.match;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a host is served by: an immutable map from host patterns to values. An exact name wins over every wildcard, a
 * longer wildcard over a shorter one, {@code *} fits last. A look-up costs one hash for an exact name and at most one for
 * each label of the host otherwise, however many patterns there are.
 *
 * @param <T> what a pattern leads to
 */
public final class HostTable<T> {
    private final Map<String, T> exact;
    private final Map<String, T> suffixes;
    private final int longestSuffix;
    private final @Nullable T any;

    private HostTable(Map<String, T> exact, Map<String, T> suffixes, @Nullable T any) {
        this.exact = Map.copyOf(exact);
        this.suffixes = Map.copyOf(suffixes);
        this.longestSuffix =
                suffixes.keySet().stream().mapToInt(String::length).max().orElse(0);
        this.any = any;
    }

    /** The table of these patterns; changes to the argument afterwards have no effect. */
    public static <T> HostTable<T> of(Map<HostPattern, T> values) {
        Map<String, T> exact = HashMap.newHashMap(values.size());
        Map<String, T> suffixes = new HashMap<>();
        values.forEach((pattern, value) -> {
            if (!pattern.isWildcard()) {
                exact.put(pattern.text(), value);
            } else if (!pattern.suffix().isEmpty()) {
                suffixes.put(pattern.suffix(), value);
            }
        });
        return new HostTable<>(exact, suffixes, values.get(new HostPattern("*")));
    }

    /** The value of the best pattern for a host as {@link Hosts#normalise} returns it, or null when none fits. */
    public @Nullable T find(String host) {
        T found = exact.get(host);
        if (found != null) {
            return found;
        }
        return suffixes.isEmpty() ? any : findSuffix(host);
    }

    /** Every pattern, in no order; for people. */
    public List<HostPattern> patterns() {
        List<HostPattern> patterns = new ArrayList<>();
        exact.keySet().forEach(name -> patterns.add(new HostPattern(name)));
        suffixes.keySet().forEach(suffix -> patterns.add(new HostPattern("*" + suffix)));
        if (any != null) {
            patterns.add(new HostPattern("*"));
        }
        return patterns;
    }

    /** Every pattern that fits a host, the best first; for people. */
    public List<HostPattern> fitting(String host) {
        List<HostPattern> fitting = new ArrayList<>();
        if (exact.containsKey(host)) {
            fitting.add(new HostPattern(host));
        }
        for (int dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1)) {
            if (suffixes.containsKey(host.substring(dot))) {
                fitting.add(new HostPattern("*" + host.substring(dot)));
            }
        }
        if (any != null) {
            fitting.add(new HostPattern("*"));
        }
        return fitting;
    }

    /** The value of one of its patterns, or null. */
    public @Nullable T of(HostPattern pattern) {
        return !pattern.isWildcard()
                ? exact.get(pattern.text())
                : pattern.suffix().isEmpty() ? any : suffixes.get(pattern.suffix());
    }

    private @Nullable T findSuffix(String host) {
        int dot = host.indexOf('.', Math.max(1, host.length() - longestSuffix));
        while (dot > 0) {
            T found = suffixes.get(host.substring(dot));
            if (found != null) {
                return found;
            }
            dot = host.indexOf('.', dot + 1);
        }
        return any;
    }
}
