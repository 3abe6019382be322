package io.bridgehead.cli.bundle;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** What goes into an archive, redacted as it comes. <b>Threads</b>: one. */
public final class Content {
    private final SequencedMap<String, String> files = new LinkedHashMap<>();

    /** Free text. */
    public void text(String name, String text) {
        files.put(name, Redaction.text(text.endsWith("\n") || text.isEmpty() ? text : text + "\n"));
    }

    /** Lines of a configuration, by path. */
    public void leaves(String name, Map<String, String> leaves) {
        StringBuilder text = new StringBuilder();
        leaves.forEach((path, value) ->
                text.append(Redaction.leaf(path, value).replace("\n", "\\n")).append('\n'));
        files.put(name, text.toString());
    }

    /** An answer of the admin API. */
    public void json(String name, JsonObject answer) {
        files.put(name, Redaction.json(answer).encodePrettily() + "\n");
    }

    /** Everything by its name, in the order in which it came. */
    public SequencedMap<String, String> files() {
        return new LinkedHashMap<>(files);
    }
}
