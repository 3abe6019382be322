package io.bridgehead.app;

import io.bridgehead.admin.AdminApi.Reply;
import io.bridgehead.config.schema.Place;
import io.bridgehead.config.schema.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A problem as programs read it: all fields, always; null for what is not known. */
public final class ProblemRow {
    /** The list of rows in an answer that refuses; without it its {@code problems} are texts alone. */
    public static final String DETAILS = "details";

    private static final String PROBLEMS = "problems";

    private ProblemRow() {}

    /** A problem of a file that was read. */
    public static JsonObject of(Problem problem) {
        return of(
                problem.place(),
                problem.path(),
                problem.value(),
                problem.expected(),
                problem.hint(),
                problem.toString());
    }

    /**
     * The same in its parts.
     *
     * @param place null when it is about no file; line 0 is the file as a whole
     * @param key such as {@code spec.ports[0].listener}, or empty, which is null in the row
     * @param found the value; null when something is missing, or when it is said in the message alone
     * @param expected null when it is said in the message alone
     * @param message the whole, for people
     */
    public static JsonObject of(
            @Nullable Place place,
            String key,
            @Nullable String found,
            @Nullable String expected,
            @Nullable String hint,
            String message) {
        return new JsonObject()
                .put("file", place == null ? null : place.file())
                .put("line", place == null || place.line() == 0 ? null : place.line())
                .put("column", place == null || place.line() == 0 ? null : place.column())
                .put("key", key.isEmpty() ? null : key)
                .put("found", found)
                .put("expected", expected)
                .put("hint", hint)
                .put("message", message);
    }

    /** What is known in words alone. */
    public static JsonObject of(String message) {
        return of(null, "", null, null, null, message);
    }

    /** An answer that refuses with its problems as rows besides, those of files that were read with their places. */
    static Reply detailed(Reply refusal, List<Problem> read) {
        Map<String, JsonObject> rows =
                read.stream().collect(Collectors.toMap(Problem::toString, ProblemRow::of, (first, _) -> first));
        JsonArray details = new JsonArray();
        for (Object text : refusal.body().getJsonArray(PROBLEMS, new JsonArray())) {
            details.add(rows.getOrDefault(String.valueOf(text), of(String.valueOf(text))));
        }
        refusal.body().put(DETAILS, details);
        return refusal;
    }
}
