package io.bridgehead.config.schema;

import org.jspecify.annotations.Nullable;

/**
 * A single value that may be written as a mapping when there is more to say.
 *
 * @param text the short form
 * @param section the long form
 */
public record EitherType<T>(ScalarType<T> text, Section<T> section) implements Type<T> {
    @Override
    public @Nullable T read(Value value, String path, Problems problems) {
        if (value instanceof Value.Entries) {
            return section.read(value, path, problems);
        }
        if (value instanceof Value.Items) {
            problems.add(value, path, value.shown(), expected(), null);
            return null;
        }
        return text.read(value, path, problems);
    }

    @Override
    public String expected() {
        return text.expected() + "; or " + section.expected();
    }
}
