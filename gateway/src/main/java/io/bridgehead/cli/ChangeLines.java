package io.bridgehead.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Changes of documents for people: {@code +} new, {@code ~} changed with its fields indented, {@code -} gone. */
final class ChangeLines {
    private ChangeLines() {}

    /** A line for each document and field, and a last one that counts. */
    static List<String> of(JsonObject plan) {
        List<String> lines = changes(plan);
        lines.add(counts(plan));
        return lines;
    }

    /** As {@link #of}, with as many lines as a person reads before the last one. */
    static List<String> brief(JsonObject plan) {
        List<String> lines = new ArrayList<>(Output.cut(changes(plan)));
        lines.add(counts(plan));
        return lines;
    }

    private static List<String> changes(JsonObject plan) {
        List<String> lines = new ArrayList<>();
        for (Object one : plan.getJsonArray("changes", new JsonArray())) {
            JsonObject change = (JsonObject) one;
            switch (change.getString("change")) {
                case "added" -> lines.add("+ " + change.getString("document"));
                case "removed" -> lines.add("- " + change.getString("document"));
                default -> addChanged(change, lines);
            }
        }
        return lines;
    }

    private static String counts(JsonObject plan) {
        JsonObject counts = plan.getJsonObject("counts");
        return counts.getInteger("added") + " added, " + counts.getInteger("changed") + " changed, "
                + counts.getInteger("removed") + " removed, " + counts.getInteger("unchanged") + " unchanged";
    }

    private static void addChanged(JsonObject change, List<String> lines) {
        JsonArray fields = change.getJsonArray("fields", new JsonArray());
        lines.add("~ " + change.getString("document") + (fields.isEmpty() ? " (comments and layout only)" : ""));
        for (Object one : fields) {
            JsonObject field = (JsonObject) one;
            lines.add(
                    "    " + field.getString("path") + ": " + value(field, "before") + " -> " + value(field, "after"));
        }
    }

    /** A field that is not there on one side is null there. */
    private static String value(JsonObject field, String side) {
        String value = field.getString(side);
        return value == null ? "(none)" : value;
    }
}
