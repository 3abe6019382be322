package io.bridgehead.config.read;

import io.bridgehead.config.schema.EitherType;
import io.bridgehead.config.schema.Key;
import io.bridgehead.config.schema.ListType;
import io.bridgehead.config.schema.MapType;
import io.bridgehead.config.schema.ScalarType;
import io.bridgehead.config.schema.Section;
import io.bridgehead.config.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a JSON Schema (draft 2020-12) out of a key table, for completion and checks in editors. */
final class JsonSchema {
    private JsonSchema() {}

    static String of(String id, String title, Section<?> root) {
        String body = section(root, "", "  ");
        return "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"$id\": " + text(id)
                + ",\n  \"title\": " + text(title) + ",\n" + body.substring(body.indexOf('\n') + 1) + "\n";
    }

    private static String type(Type<?> type, String meaning, String indent) {
        return switch (type) {
            case Section<?> section -> section(section, meaning, indent);
            case ListType<?> list ->
                object(
                        indent,
                        describe(meaning),
                        "\"type\": \"array\"",
                        "\"minItems\": " + list.itemsMin(),
                        "\"maxItems\": " + list.itemsMax(),
                        "\"items\": " + type(list.item(), "", indent + "  "));
            case MapType<?, ?> map ->
                object(
                        indent,
                        describe(meaning),
                        "\"type\": \"object\"",
                        "\"minProperties\": " + map.entriesMin(),
                        "\"maxProperties\": " + map.entriesMax(),
                        "\"additionalProperties\": " + type(map.item(), "", indent + "  "));
            case EitherType<?> either ->
                object(
                        indent,
                        describe(meaning),
                        "\"oneOf\": [" + type(either.text(), "", indent + "  ") + ", "
                                + type(either.section(), "", indent + "  ") + "]");
            case ScalarType<?> scalar -> scalar(scalar, meaning, indent);
        };
    }

    private static String section(Section<?> section, String meaning, String indent) {
        String required = section.keys().stream()
                .filter(key -> key.presence() == Key.Presence.REQUIRED)
                .map(key -> text(key.name()))
                .collect(Collectors.joining(", "));
        String properties = section.keys().stream()
                .map(key -> text(key.name()) + ": " + type(key.type(), key.meaning(), indent + "    "))
                .collect(Collectors.joining(",\n" + indent + "  "));
        return object(
                indent,
                describe(meaning),
                "\"type\": \"object\"",
                "\"additionalProperties\": false",
                required.isEmpty() ? "" : "\"required\": [" + required + "]",
                "\"properties\": {" + (properties.isEmpty() ? "" : "\n" + indent + "  " + properties + "\n" + indent)
                        + "}");
    }

    private static String scalar(ScalarType<?> scalar, String meaning, String indent) {
        String type = switch (scalar.form()) {
            case TEXT, TEXT_OR_INTEGER -> "string";
            case INTEGER -> "integer";
            case NUMBER -> "number";
            case TRUTH -> "boolean";
        };
        String description = meaning.isEmpty() ? scalar.expected() : meaning + " Expected: " + scalar.expected() + ".";
        return object(
                indent,
                describe(description),
                "\"type\": \"" + type + "\"",
                scalar.pattern() == null ? "" : "\"pattern\": " + text(scalar.pattern()),
                scalar.choices().isEmpty()
                        ? ""
                        : "\"enum\": ["
                                + scalar.choices().stream()
                                        .map(JsonSchema::text)
                                        .collect(Collectors.joining(", ")) + "]");
    }

    private static String describe(String meaning) {
        return meaning.isEmpty() ? "" : "\"description\": " + text(meaning);
    }

    private static String object(String indent, String... members) {
        List<String> present = new ArrayList<>();
        for (String member : members) {
            if (!member.isEmpty()) {
                present.add(indent + member);
            }
        }
        return "{\n" + String.join(",\n", present) + "\n" + indent.substring(2) + "}";
    }

    private static String text(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
