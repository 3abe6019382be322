package io.bridgehead.config.schema;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of a section's keys, all read well, as its builder sees them; also takes what does not fit together. */
public final class Fields {
    private final Value.Entries entries;
    private final String path;
    private final Map<Key<?>, Object> values;
    private final Problems problems;

    Fields(Value.Entries entries, String path, Map<Key<?>, Object> values, Problems problems) {
        this.entries = entries;
        this.path = path;
        this.values = values;
        this.problems = problems;
    }

    /** The value of a key that is required or has a default. */
    public <T> T get(Key<T> key) {
        T value = find(key);
        if (value == null) {
            throw new IllegalArgumentException("key '" + key.name() + "': expected a required or defaulted key");
        }
        return value;
    }

    /** The value of a key, or null when it is optional and absent. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // a key is only ever stored with a value that its own type read
    public <T> @Nullable T find(Key<T> key) {
        return (T) values.get(key);
    }

    /** Whether the file itself gives this key. */
    public boolean isGiven(Key<?> key) {
        return entries.find(key.name()) != null;
    }

    /** A key's value as a message shows it: as it is written, or its default. */
    public String shown(Key<?> key) {
        Value.Entry entry = entries.find(key.name());
        return entry == null ? "'" + key.fallback() + "'" : entry.value().shown();
    }

    /** Where a key's value stands, or the section when the file does not give it. */
    public Place place(Key<?> key) {
        Value.Entry entry = entries.find(key.name());
        return entry == null ? entries.place() : entry.value().place();
    }

    /** Where something below this section stands, such as {@code listeners[1].name}. */
    public Place place(String below) {
        return PathFinder.find(entries, below);
    }

    /** The whole path of something below this section. */
    public String path(String below) {
        return path.isEmpty() ? below : path + "." + below;
    }

    /** Says that a key's value does not fit with the rest. */
    public void refuse(Key<?> key, @Nullable String found, String expected, @Nullable String hint) {
        problems.add(Problem.at(place(key), path(key.name()), found, expected, hint));
    }

    /** Says that something below this section does not fit with the rest. */
    public void refuse(String below, @Nullable String found, String expected, @Nullable String hint) {
        problems.add(Problem.at(place(below), path(below), found, expected, hint));
    }

    /** How many problems there are so far; a builder that added some returns null. */
    public int problems() {
        return problems.size();
    }
}
