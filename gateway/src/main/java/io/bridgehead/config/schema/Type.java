package io.bridgehead.config.schema;

import org.jspecify.annotations.Nullable;

/** What a key may hold: how it is read, and how it is described. */
public sealed interface Type<T> permits ScalarType, ListType, MapType, Section, EitherType {
    /** The value, or null when it was refused; then at least one problem was added. */
    @Nullable
    T read(Value value, String path, Problems problems);

    /** What is expected, as a message says it after "expected". */
    String expected();
}
