package io.bridgehead.model;

import java.util.Arrays;

/**
 * What clients call, by name: a DNS label of at most 63 lower-case characters; for a Kubernetes Service several with dots between,
 * at most {@value #CHARACTERS_MAX} characters in all.
 */
public record ServiceName(String value) implements Comparable<ServiceName> {
    /** The longest name. */
    public static final int CHARACTERS_MAX = 253;

    /** @throws IllegalArgumentException if the value is not of DNS labels */
    public ServiceName {
        if (!isValid(value)) {
            Names.requireLabel("service name", value);
        }
    }

    /** Whether {@link #ServiceName} would take this value. */
    public static boolean isValid(String value) {
        if (value.indexOf('.') < 0) {
            return Names.isLabel(value);
        }
        return value.length() <= CHARACTERS_MAX
                && Arrays.stream(value.split("\\.", -1)).allMatch(Names::isLabel);
    }

    /** Whether a value is a single label, as a Service document's name must be. */
    public static boolean isLabel(String value) {
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
