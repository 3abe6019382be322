package io.bridgehead.config.schema;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * One document of a YAML stream, with the text it was written in.
 *
 * @param root its value
 * @param text its text between the document markers, exactly as written but for white space at its end, then one line feed
 * @param start where that text begins in its file
 */
public record YamlDocument(Value root, String text, Place start) {
    /** Whether there is nothing in it but comments. */
    public boolean isEmpty() {
        return root instanceof Value.Text nothing && nothing.isNothing();
    }

    /** The scalar at a top-level key, or null when there is none. */
    public Value.@Nullable Text scalar(String key) {
        Value.Entry entry = root instanceof Value.Entries entries ? entries.find(key) : null;
        return entry != null && entry.value() instanceof Value.Text text ? text : null;
    }

    /** Where the key or item at this path stands (such as {@code spec.ports[0].listener}), or the nearest thing around it that exists. */
    public Place placeOf(String path) {
        return PathFinder.find(root, path);
    }

    /**
     * What it says, flat: the text of every single value by its path, in the order of the file. A list of single values is one
     * entry, written {@code [a, b]}, so that one more of them is one change.
     */
    public SequencedMap<String, String> leaves() {
        SequencedMap<String, String> leaves = new LinkedHashMap<>();
        Leaves.collect(root, "", leaves);
        return leaves;
    }
}
