package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Header fields that are kept of each exchange for the access log.
 *
 * @param request of requests, as they are passed on
 * @param answer of answers
 */
public record NotedFields(List<HeaderName> request, List<HeaderName> answer) {
    /** What of a value is kept. */
    public static final int CHARACTERS_MAX = 1024;

    /** None. */
    public static final NotedFields NONE = new NotedFields(List.of(), List.of());

    public NotedFields {
        request = List.copyOf(request);
        answer = List.copyOf(answer);
    }

    /** Their first values; null when nothing is kept. */
    static @Nullable String @Nullable [] of(HeaderFields fields, List<HeaderName> names) {
        if (names.isEmpty()) {
            return null;
        }
        @Nullable String[] values = new String[names.size()];
        for (int i = 0; i < values.length; i++) {
            String value = fields.first(names.get(i));
            values[i] = value == null || value.length() <= CHARACTERS_MAX ? value : value.substring(0, CHARACTERS_MAX);
        }
        return values;
    }
}
