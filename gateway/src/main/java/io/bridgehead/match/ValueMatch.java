package io.bridgehead.match;

/** How a value is compared. */
public sealed interface ValueMatch {
    /** The whole value. Case matters. */
    record Exact(String value) implements ValueMatch {}

    /**
     * An expression (RE2 syntax) for the whole value; its time grows with the value only. At most 1024 characters, and at most
     * 1000 instructions with its repetitions written out.
     */
    record Regex(String expression) implements ValueMatch {
        /** @throws IllegalArgumentException if it is no expression, or one too large */
        public Regex {
            Expression.of(expression);
        }
    }
}
