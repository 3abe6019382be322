package io.bridgehead.model;

/** What clients call, by name: a DNS label of at most 63 lower-case characters. */
public record ServiceName(String value) implements Comparable<ServiceName> {
    /** @throws IllegalArgumentException if the value is not a DNS label */
    public ServiceName {
        Names.requireLabel("service name", value);
    }

    /** Whether {@link #ServiceName} would take this value. */
    public static boolean isValid(String value) {
        return Names.isLabel(value);
    }

    @Override
    public int compareTo(ServiceName other) {
        return value.compareTo(other.value);
    }

    /** What a record has anyway, written out: that one is several calls deep, and this one is asked at each request. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ServiceName name && value.equals(name.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
