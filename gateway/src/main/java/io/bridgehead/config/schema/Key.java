package io.bridgehead.config.schema;

import org.jspecify.annotations.Nullable;

/**
 * One key of a section: its name, what it holds, its default, and what it means.
 *
 * @param name as it is written
 * @param type what it holds
 * @param presence whether it must be there
 * @param fallback the default as YAML; null unless the presence is DEFAULTED
 * @param fallbackValue the same, read; null unless the presence is DEFAULTED
 * @param meaning one sentence for the reference page and for editors
 */
public record Key<T>(
        String name,
        Type<T> type,
        Presence presence,
        @Nullable String fallback,
        @Nullable T fallbackValue,
        String meaning) {
    /** Whether a key must be there. */
    public enum Presence {
        /** It must. */
        REQUIRED,
        /** Without it, the section's meaning says what holds. */
        OPTIONAL,
        /** Without it, its default holds. */
        DEFAULTED
    }

    /** By name alone: keys are looked up for every section that is read, and one section has each name once. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    /** A key that must be there. */
    public static <T> Key<T> required(String name, Type<T> type, String meaning) {
        return new Key<>(name, type, Presence.REQUIRED, null, null, meaning);
    }

    /** A key that may be absent; the meaning says what then holds. */
    public static <T> Key<T> optional(String name, Type<T> type, String meaning) {
        return new Key<>(name, type, Presence.OPTIONAL, null, null, meaning);
    }

    /**
     * A key with a default, given as YAML.
     *
     * @throws IllegalArgumentException if the default is not a value of the type: a mistake in the key table
     */
    public static <T> Key<T> defaulted(String name, Type<T> type, String fallback, String meaning) {
        Problems problems = new Problems();
        Value written = YamlReader.value("default of " + name, fallback, problems);
        T value = written == null ? null : type.read(written, name, problems);
        if (value == null) {
            throw new IllegalArgumentException(
                    "default of " + name + " '" + fallback + "': expected " + type.expected() + " " + problems.list());
        }
        return new Key<>(name, type, Presence.DEFAULTED, fallback, value, meaning);
    }
}
