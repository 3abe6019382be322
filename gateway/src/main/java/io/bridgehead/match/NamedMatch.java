package io.bridgehead.match;

/**
 * A header field or query parameter that a request must have.
 *
 * @param name of a header field in lower case, of a parameter as it is
 */
public record NamedMatch(String name, ValueMatch value) {}
