package io.bridgehead.model;

/** One gateway process in a site; unique in its fabric, by name: a DNS label of at most 63 lower-case characters. */
public record NodeName(String value) implements Comparable<NodeName> {
    /** @throws IllegalArgumentException if the value is not a DNS label */
    public NodeName {
        Names.requireLabel("node name", value);
    }

    /** Whether {@link #NodeName} would take this value. */
    public static boolean isValid(String value) {
        return Names.isLabel(value);
    }

    @Override
    public int compareTo(NodeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
