package io.bridgehead.cli;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The form in which a reading command answers. */
@OwnedBy(Owner.CONFINED)
final class Output {
    /** Lines of one kind that are printed for people. */
    static final int LINES_MAX = 200;

    /** The forms. */
    enum Form {
        TABLE,
        JSON,
        YAML
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "table, json or yaml (default: ${DEFAULT-VALUE})")
    private Form form = Form.TABLE;

    /** Whether programs read it: no table, and nothing beside it. */
    boolean isDocument() {
        return form != Form.TABLE;
    }

    /** Prints an answer as a document, when one was asked for; says whether. */
    boolean document(PrintWriter out, JsonObject answer) {
        if (!isDocument()) {
            return false;
        }
        out.println(form == Form.YAML ? "---\n" + YamlText.of(answer) : answer.encodePrettily());
        return true;
    }

    /**
     * Prints rows under headings.
     *
     * @param columns each {@code HEADING=key}; a key of the rows
     */
    void rows(PrintWriter out, JsonObject answer, String list, String... columns) {
        if (document(out, answer)) {
            return;
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(heads(columns));
        for (Object row : answer.getJsonArray(list, new JsonArray())) {
            List<String> cells = new ArrayList<>();
            for (String column : columns) {
                cells.add(text(((JsonObject) row).getValue(column.substring(column.indexOf('=') + 1))));
            }
            lines.add(cells);
        }
        print(out, lines);
    }

    private static List<String> heads(String... columns) {
        List<String> heads = new ArrayList<>();
        for (String column : columns) {
            heads.add(column.substring(0, column.indexOf('=')).toUpperCase(Locale.ROOT));
        }
        return heads;
    }

    private static void print(PrintWriter out, List<List<String>> lines) {
        int[] widths = new int[lines.getFirst().size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                text.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length() + 2));
            }
            out.println(text.toString().stripTrailing());
        }
    }

    private static String text(@org.jspecify.annotations.Nullable Object value) {
        return switch (value) {
            case null -> "-";
            case JsonArray list when list.isEmpty() -> "-";
            case JsonArray list ->
                String.join(",", list.stream().map(String::valueOf).toList());
            case String text when text.isEmpty() -> "-";
            default -> plain(value.toString());
        };
    }

    /** What people wrote may hold what moves a cursor or colours a terminal. */
    static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints()
                .forEach(c -> plain.appendCodePoint(
                        Character.isWhitespace(c)
                                ? ' '
                                : Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c));
        return plain.toString();
    }

    /** As many of the lines as a person reads, and one that says how many there are besides. */
    static List<String> cut(List<String> lines) {
        if (lines.size() <= LINES_MAX) {
            return lines;
        }
        List<String> cut = new ArrayList<>(lines.subList(0, LINES_MAX));
        cut.add("and " + (lines.size() - LINES_MAX) + " more lines: -o json has them all");
        return cut;
    }
}
