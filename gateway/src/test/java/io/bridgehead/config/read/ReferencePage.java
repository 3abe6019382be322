package io.bridgehead.config.read;

import io.bridgehead.config.schema.EitherType;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Section;
import io.bridgehead.config.schema.Type;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the reference of every key out of the key tables, a table per section. */
final class ReferencePage {
    private final StringBuilder page = new StringBuilder();

    static String of(Map<String, Section<?>> roots, String introduction) {
        ReferencePage reference = new ReferencePage();
        reference.page.append(introduction);
        roots.forEach((title, section) -> {
            reference.page.append("\n## ").append(title).append('\n');
            reference.write("", section);
        });
        return reference.page.toString();
    }

    private void write(String path, Section<?> section) {
        if (section.keys().isEmpty()) {
            return;
        }
        if (!path.isEmpty()) {
            page.append("\n### `").append(path).append("`\n");
        }
        page.append("\n| key | holds | default | meaning |\n|---|---|---|---|\n");
        Map<String, Section<?>> inside = new LinkedHashMap<>();
        for (Key<?> key : section.keys()) {
            page.append("| `%s` | %s | %s | %s |\n"
                    .formatted(key.name(), escaped(holds(key.type())), fallback(key), escaped(key.meaning())));
            collect((path.isEmpty() ? "" : path + ".") + key.name(), key.type(), inside);
        }
        inside.forEach(this::write);
    }

    private static void collect(String path, Type<?> type, Map<String, Section<?>> inside) {
        switch (type) {
            case Section<?> section -> inside.put(path, section);
            case ListType<?> list -> collect(path + "[]", list.item(), inside);
            case MapType<?, ?> map -> collect(path + ".<" + map.keyName() + ">", map.item(), inside);
            case EitherType<?> either -> inside.put(path, either.section());
            case ScalarType<?> _ -> {}
        }
    }

    private static String holds(Type<?> type) {
        return switch (type) {
            case Section<?> _ -> "a mapping, below";
            case ListType<?> list ->
                "a list of " + list.itemsMin() + " to " + list.itemsMax() + ": "
                        + (list.item() instanceof Section<?> ? "mappings, below" : holds(list.item()));
            case MapType<?, ?> map ->
                "a mapping of " + map.entriesMin() + " to " + map.entriesMax() + " by " + map.keyName() + ": "
                        + holds(map.item());
            case EitherType<?> either -> either.text().expected() + "; or a mapping, below";
            case ScalarType<?> scalar -> scalar.expected();
        };
    }

    private static String fallback(Key<?> key) {
        return switch (key.presence()) {
            case REQUIRED -> "**required**";
            case OPTIONAL -> "";
            case DEFAULTED -> "`" + key.fallback() + "`";
        };
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*");
    }
}
