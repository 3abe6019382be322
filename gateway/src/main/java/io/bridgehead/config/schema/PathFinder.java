package io.bridgehead.config.schema;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the place of a path in a parsed value; also says how paths are written. */
final class PathFinder {
    private static final Pattern STEP = Pattern.compile("\\[(\\d+)]|\\['([^']*)']|\\.?([^.\\[]+)");

    private PathFinder() {}

    /** The path of a key: {@code path.key}, or {@code path['a.b']} when the key holds a character that paths use. */
    static String key(String path, String key) {
        if (key.indexOf('.') >= 0 || key.indexOf('[') >= 0) {
            return path + "['" + key + "']";
        }
        return path.isEmpty() ? key : path + "." + key;
    }

    /** The path of a list's item. */
    static String item(String path, int index) {
        return path + "[" + index + "]";
    }

    static Place find(Value root, String path) {
        Value at = root;
        Place place = root.place();
        Matcher step = STEP.matcher(path);
        while (step.find()) {
            if (at instanceof Value.Items items && step.group(1) != null) {
                int index = Integer.parseInt(step.group(1));
                if (index >= items.items().size()) {
                    return place;
                }
                at = items.items().get(index);
                place = at.place();
            } else if (at instanceof Value.Entries entries && step.group(1) == null) {
                Value.Entry entry = entries.find(step.group(2) != null ? step.group(2) : step.group(3));
                if (entry == null) {
                    return place;
                }
                at = entry.value();
                place = entry.value() instanceof Value.Text ? at.place() : entry.place();
            } else {
                return place;
            }
        }
        return place;
    }
}
