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

    @Override
    public String toString() {
        return value;
    }
}
