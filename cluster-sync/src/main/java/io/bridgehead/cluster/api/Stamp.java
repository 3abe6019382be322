package io.bridgehead.cluster.api;

import java.util.Comparator;

/**
 * A hybrid logical time (Kulkarni et al., 2014): physical milliseconds, a counter for what happened within one of them,
 * and the node, so that no two stamps are equal. The order is total and the same everywhere.
 *
 * @param millis milliseconds since 1970-01-01T00:00Z, not negative
 * @param counter not negative
 * @param node who stamped: 1-255 bytes of UTF-8
 */
public record Stamp(long millis, int counter, String node) implements Comparable<Stamp> {
    private static final Comparator<Stamp> ORDER = Comparator.comparingLong(Stamp::millis)
            .thenComparingInt(Stamp::counter)
            .thenComparing(Stamp::node);

    public Stamp {
        if (millis < 0 || counter < 0) {
            throw new IllegalArgumentException("stamp is " + millis + "/" + counter
                    + "; expected milliseconds and a counter that are not negative");
        }
        Limits.requireText("stamp's node", node, 1, Limits.NAME_BYTES_MAX);
    }

    public boolean isAfter(Stamp other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Stamp other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return millis + "." + counter + "@" + node;
    }
}
