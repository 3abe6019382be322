package io.bridgehead.match;

import io.bridgehead.model.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request leads to by its path, method, header fields and query: an immutable table of matches in the Gateway API's order
 * of precedence.
 *
 * @param <T> what a match leads to
 */
public final class MatchTable<T> {
    private final List<Entry<T>> entries;

    private MatchTable(List<Entry<T>> entries) {
        this.entries = List.copyOf(entries);
    }

    /** A match and what it leads to. */
    public record Entry<T>(RequestMatch match, T value) {}

    /**
     * The table of these matches.
     *
     * @param entries the earlier wins among matches of equal precedence
     */
    public static <T> MatchTable<T> of(List<Entry<T>> entries) {
        return new MatchTable<>(entries);
    }

    /** The value of the best match of a request, or null when none fits. */
    public @Nullable T find(RequestHead head) {
        for (Entry<T> entry : entries) {
            if (entry.match().path() instanceof PathMatch.Prefix(String path)
                    && head.path().startsWith(path)) {
                return entry.value();
            }
        }
        return null;
    }
}
