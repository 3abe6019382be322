package io.bridgehead.match;

/** How a value is compared. */
public sealed interface ValueMatch {
    /** The whole value. Case matters. */
    record Exact(String value) implements ValueMatch {}

    /** An expression (RE2 syntax) for the whole value; its time grows with the value only. */
    record Regex(String expression) implements ValueMatch {}
}
