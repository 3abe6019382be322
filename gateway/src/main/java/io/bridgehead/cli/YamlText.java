package io.bridgehead.cli;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes JSON as YAML 1.2 in block form; texts are quoted as JSON quotes them, so that nobody takes one for a number or a truth value. */
final class YamlText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");
    /** What YAML 1.1 takes for something else than a text. */
    private static final Pattern WORDS = Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null");

    private YamlText() {}

    /** The lines of an object, without the last end of line. */
    static String of(JsonObject object) {
        StringBuilder text = new StringBuilder();
        entries(text, object, "");
        return text.toString().stripTrailing();
    }

    private static void entries(StringBuilder text, JsonObject object, String indent) {
        if (object.isEmpty()) {
            text.append(indent).append("{}\n");
        }
        for (Map.Entry<String, Object> entry : object) {
            text.append(indent).append(key(entry.getKey())).append(':');
            value(text, entry.getValue(), indent);
        }
    }

    /** What stands behind a key, on its line or the next ones. */
    private static void value(StringBuilder text, Object value, String indent) {
        switch (value) {
            case JsonObject object
            when !object.isEmpty() -> {
                text.append('\n');
                entries(text, object, indent + "  ");
            }
            case JsonArray array
            when !array.isEmpty() -> {
                text.append('\n');
                items(text, array, indent + "  ");
            }
            case null, default -> text.append(' ').append(Json.encode(value)).append('\n');
        }
    }

    private static void items(StringBuilder text, JsonArray array, String indent) {
        for (Object item : array) {
            int begin = text.length();
            switch (item) {
                case JsonObject object when !object.isEmpty() -> entries(text, object, indent + "  ");
                case JsonArray inner when !inner.isEmpty() -> items(text, inner, indent + "  ");
                case null, default ->
                    text.append(indent).append("  ").append(Json.encode(item)).append('\n');
            }
            text.setCharAt(begin + indent.length(), '-');
        }
    }

    private static String key(String key) {
        return PLAIN.matcher(key).matches() && !WORDS.matcher(key).matches() ? key : Json.encode(key);
    }
}
