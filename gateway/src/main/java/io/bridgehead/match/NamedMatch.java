package io.bridgehead.match;

/**
 * A header field or query parameter that a request must have. A field that comes several times is compared as its values joined by
 * {@code ,} ({@code cookie}: by {@code "; "}), a parameter that does by its first value, decoded.
 *
 * @param name of a header field in any case, where {@code host} is that of the request; of a parameter as it is
 */
public record NamedMatch(String name, ValueMatch value) {
    /** @throws IllegalArgumentException if the name is empty */
    public NamedMatch {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name '': expected one of a header field or query parameter");
        }
    }
}
