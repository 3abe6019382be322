package io.bridgehead.config.manifest.read;

import io.bridgehead.config.schema.Fields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The judgements that several kinds share. */
final class Judge {
    private Judge() {}

    /**
     * Refuses what stands in a list a second time.
     *
     * @param list the key of the list below the section
     * @param key the key within an item where the message points, with its dot; empty for the item itself
     * @param name what is unique; null means that the item does not count
     */
    static <T> void refuseTwice(
            Fields fields, String list, String key, List<T> items, Function<T, @Nullable String> name) {
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < items.size(); i++) {
            String one = name.apply(items.get(i));
            Integer first = one == null ? null : seen.putIfAbsent(one, i);
            if (first != null) {
                fields.refuse(
                        list + "[" + i + "]" + key,
                        "'" + one + "' twice",
                        "each once",
                        "the first is " + list + "[" + first + "]");
            }
        }
    }
}
