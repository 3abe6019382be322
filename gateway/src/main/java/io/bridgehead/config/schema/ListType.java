package io.bridgehead.config.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of values of one type.
 *
 * @param item what each item is
 * @param itemsMin fewest items
 * @param itemsMax most items
 */
public record ListType<T>(Type<T> item, int itemsMin, int itemsMax) implements Type<List<T>> {
    @Override
    public @Nullable List<T> read(Value value, String path, Problems problems) {
        if (value instanceof Value.Refused) {
            return null;
        }
        if (!(value instanceof Value.Items items)) {
            problems.add(value, path, value.shown(), expected(), "write it as [ ... ]");
            return null;
        }
        int size = items.items().size();
        if (size < itemsMin || size > itemsMax) {
            problems.add(value, path, size == 0 ? "an empty list" : "a list of " + size, expected(), null);
            return null;
        }
        List<T> read = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            T one = item.read(items.items().get(i), PathFinder.item(path, i), problems);
            if (one != null) {
                read.add(one);
            }
        }
        return read.size() == size ? List.copyOf(read) : null;
    }

    @Override
    public String expected() {
        return "a list of " + itemsMin + " to " + itemsMax + " items, each " + item.expected();
    }
}
