package io.bridgehead.config.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A mapping whose keys the user chooses; its order is kept.
 *
 * @param keyName what a key is, in one word
 * @param key what each key is
 * @param item what each value is
 * @param entriesMin fewest entries
 * @param entriesMax most entries
 */
public record MapType<K, V>(String keyName, ScalarType<K> key, Type<V> item, int entriesMin, int entriesMax)
        implements Type<Map<K, V>> {
    @Override
    public @Nullable Map<K, V> read(Value value, String path, Problems problems) {
        if (value instanceof Value.Refused) {
            return null;
        }
        if (!(value instanceof Value.Entries entries)) {
            problems.add(value, path, value.shown(), expected(), null);
            return null;
        }
        int size = entries.entries().size();
        if (size < entriesMin || size > entriesMax) {
            problems.add(value, path, size == 0 ? "an empty mapping" : "a mapping of " + size, expected(), null);
            return null;
        }
        Map<K, V> read = new LinkedHashMap<>();
        for (Value.Entry entry : entries.entries()) {
            String at = PathFinder.key(path, entry.key());
            K name = key.read(new Value.Text(entry.place(), entry.key(), false), at, problems);
            V one = item.read(entry.value(), at, problems);
            if (name != null && one != null) {
                read.put(name, one);
            }
        }
        return read.size() == size ? Collections.unmodifiableMap(read) : null;
    }

    @Override
    public String expected() {
        return "a mapping of " + entriesMin + " to " + entriesMax + " entries, each key " + key.expected();
    }
}
