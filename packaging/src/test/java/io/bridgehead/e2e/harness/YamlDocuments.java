package io.bridgehead.e2e.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Files of YAML that other programs read, and ways into what they say. */
public final class YamlDocuments {
    private YamlDocuments() {}

    /** All documents of a text; a mistake in it, and a key that is there twice, is an error. */
    public static List<Map<String, Object>> read(String text) {
        List<Map<String, Object>> documents = new ArrayList<>();
        new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build())
                .loadAllFromString(text)
                .forEach(document -> documents.add(mapping(document)));
        return documents;
    }

    /** What lies at a path of keys, such as {@code spec.template}; null when there is nothing. */
    public static @Nullable Object find(Map<String, Object> from, String path) {
        Object at = from;
        for (String key : path.split("\\.", -1)) {
            at = at instanceof Map<?, ?> mapping ? mapping.get(key) : null;
        }
        return at;
    }

    /** The text at a path; empty when there is none. */
    public static String text(Map<String, Object> from, String path) {
        Object found = find(from, path);
        return found == null ? "" : found.toString();
    }

    /** The mapping at a path; empty when there is none. */
    public static Map<String, Object> part(Map<String, Object> from, String path) {
        Object found = find(from, path);
        return found == null ? Map.of() : mapping(found);
    }

    /** The mappings in the list at a path. */
    public static Stream<Map<String, Object>> parts(Map<String, Object> from, String path) {
        return list(from, path).stream().map(YamlDocuments::mapping);
    }

    /** The texts in the list at a path. */
    public static List<String> texts(Map<String, Object> from, String path) {
        return list(from, path).stream().map(String::valueOf).toList();
    }

    /** The lists of texts in the list at a path. */
    public static List<List<String>> rows(Map<String, Object> from, String path) {
        List<List<String>> rows = new ArrayList<>();
        for (Object row : list(from, path)) {
            if (!(row instanceof List<?> words)) {
                throw new AssertionError("found " + row + ", expected a list");
            }
            rows.add(words.stream().map(String::valueOf).toList());
        }
        return rows;
    }

    private static List<?> list(Map<String, Object> from, String path) {
        return find(from, path) instanceof List<?> found ? found : List.of();
    }

    @SuppressWarnings("unchecked") // a key that is no text is read as one, and found by nobody
    private static Map<String, Object> mapping(@Nullable Object value) {
        if (value instanceof Map<?, ?> found) {
            return (Map<String, Object>) found;
        }
        throw new AssertionError("found " + value + ", expected a mapping");
    }
}
