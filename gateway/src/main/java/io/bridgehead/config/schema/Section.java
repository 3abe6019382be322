package io.bridgehead.config.schema;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A mapping with known keys, and the record it becomes.
 *
 * <p>Unknown keys are problems with the nearest known name. The record is built only when every key was read; the
 * builder may add problems about how keys fit together and then returns null. A tolerant section reads forms that others define:
 * unknown keys are notices only, and a key without a value is as good as absent.
 */
public final class Section<T> implements Type<T> {
    private final String name;
    private final List<Key<?>> keys;
    private final Set<String> notServed;
    /** What a tolerant section passes over without a word; null when this one is not tolerant. */
    private final @Nullable Set<String> passedOver;

    private final Function<Fields, @Nullable T> builder;

    private Section(
            String name,
            List<Key<?>> keys,
            Set<String> notServed,
            @Nullable Set<String> passedOver,
            Function<Fields, @Nullable T> builder) {
        this.name = name;
        this.keys = keys;
        this.notServed = notServed;
        this.passedOver = passedOver;
        this.builder = builder;
    }

    /** A section with a title, a builder, and keys in the order of the reference page. */
    public static <T> Section<T> of(String name, Function<Fields, @Nullable T> builder, Key<?>... keys) {
        return new Section<>(name, List.of(keys), Set.of(), null, builder);
    }

    /** The same, knowing names that belong here but that this version does not serve, so that the message can say so. */
    public Section<T> notServing(String... names) {
        return new Section<>(name, keys, Set.of(names), passedOver, builder);
    }

    /** The same, tolerant; keys of these names are passed over without a notice. */
    public Section<T> tolerant(String... passedOver) {
        return new Section<>(name, keys, notServed, Set.of(passedOver), builder);
    }

    /** What the reference page calls it. */
    public String name() {
        return name;
    }

    /** Its keys, in the order of the reference page. */
    public List<Key<?>> keys() {
        return keys;
    }

    @Override
    public @Nullable T read(Value value, String path, Problems problems) {
        if (value instanceof Value.Refused) {
            return null;
        }
        boolean nothing = value instanceof Value.Text text && text.isNothing();
        if (!nothing && !(value instanceof Value.Entries)) {
            problems.add(value, path, value.shown(), expected(), null);
            return null;
        }
        Value.Entries entries = value instanceof Value.Entries given
                ? (passedOver == null ? given : given.withoutNothing())
                : new Value.Entries(value.place(), List.of());
        boolean known = refuseUnknown(entries, path, problems);
        boolean complete = true;
        Map<Key<?>, Object> values = HashMap.newHashMap(keys.size());
        for (Key<?> key : keys) {
            Object read = readKey(key, entries, path, problems);
            if (read != null) {
                values.put(key, read);
            } else {
                complete &= key.presence() == Key.Presence.OPTIONAL && entries.find(key.name()) == null;
            }
        }
        if (!known || !complete) {
            return null;
        }
        return builder.apply(new Fields(entries, path, values, problems));
    }

    private static <V> @Nullable V readKey(Key<V> key, Value.Entries entries, String path, Problems problems) {
        Value.Entry entry = entries.find(key.name());
        if (entry != null) {
            return key.type().read(entry.value(), PathFinder.key(path, key.name()), problems);
        }
        if (key.presence() == Key.Presence.REQUIRED) {
            problems.add(
                    entries, PathFinder.key(path, key.name()), null, key.type().expected(), null);
        }
        return key.fallbackValue();
    }

    private boolean refuseUnknown(Value.Entries entries, String path, Problems problems) {
        boolean known = true;
        for (Value.Entry entry : entries.entries()) {
            if (isKnown(entry.key())) {
                continue;
            }
            Problem unknown = unknown(entry, path);
            if (passedOver == null) {
                problems.add(unknown);
                known = false;
            } else {
                problems.notice(unknown);
            }
        }
        return known;
    }

    private boolean isKnown(String name) {
        for (Key<?> key : keys) {
            if (key.name().equals(name)) {
                return true;
            }
        }
        return passedOver != null && passedOver.contains(name);
    }

    private Problem unknown(Value.Entry entry, String path) {
        String hint = notServed.contains(entry.key())
                ? "'" + entry.key() + "' is not served by this version"
                : Suggestion.question(entry.key(), names());
        return Problem.at(
                entry.place(),
                path,
                "unknown key " + Problem.quoted(entry.key()),
                "one of " + String.join(", ", names()),
                hint);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        keys.forEach(key -> names.add(key.name()));
        return names;
    }

    @Override
    public String expected() {
        return "a mapping with the keys " + String.join(", ", names());
    }

    @Override
    public String toString() {
        return name;
    }
}
