package io.bridgehead.config.schema;

/** A text that is never printed: its own form is {@code ***}. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "***";
    }
}
