package io.bridgehead.config.schema;

import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** Flattens a value into its single values by path. */
final class Leaves {
    private Leaves() {}

    static void collect(Value value, String path, SequencedMap<String, String> leaves) {
        switch (value) {
            case Value.Text text -> leaves.put(path, text.text());
            case Value.Refused _ -> leaves.put(path, "?");
            case Value.Items items -> collectItems(items.items(), path, leaves);
            case Value.Entries entries -> {
                if (entries.entries().isEmpty()) {
                    leaves.put(path, "{}");
                }
                for (Value.Entry entry : entries.entries()) {
                    collect(entry.value(), PathFinder.key(path, entry.key()), leaves);
                }
            }
        }
    }

    private static void collectItems(List<Value> items, String path, SequencedMap<String, String> leaves) {
        if (items.stream().allMatch(Value.Text.class::isInstance)) {
            leaves.put(
                    path,
                    items.stream()
                            .map(item -> item instanceof Value.Text text ? text.text() : "")
                            .collect(Collectors.joining(", ", "[", "]")));
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            collect(items.get(i), PathFinder.item(path, i), leaves);
        }
    }
}
