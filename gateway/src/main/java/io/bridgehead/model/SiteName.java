package io.bridgehead.model;

/** One cloud region or data centre, by name: a DNS label of at most 63 lower-case characters. */
public record SiteName(String value) implements Comparable<SiteName> {
    /** @throws IllegalArgumentException if the value is not a DNS label */
    public SiteName {
        Names.requireLabel("site name", value);
    }

    /** Whether {@link #SiteName} would take this value. */
    public static boolean isValid(String value) {
        return Names.isLabel(value);
    }

    @Override
    public int compareTo(SiteName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
