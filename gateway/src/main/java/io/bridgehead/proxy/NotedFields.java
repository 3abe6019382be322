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

    /** What is kept of all values of an exchange, the request's first: many exchanges wait for a slow disk. */
    public static final int ALL_CHARACTERS_MAX = 4096;

    /** None. */
    public static final NotedFields NONE = new NotedFields(List.of(), List.of());

    public NotedFields {
        request = List.copyOf(request);
        answer = List.copyOf(answer);
    }

    /**
     * Their first values; null when nothing is kept.
     *
     * @param charactersMax of all together; what is beyond them is left out
     */
    static @Nullable String @Nullable [] of(HeaderFields fields, List<HeaderName> names, int charactersMax) {
        if (names.isEmpty()) {
            return null;
        }
        @Nullable String[] values = new String[names.size()];
        int left = charactersMax;
        for (int i = 0; i < values.length; i++) {
            String value = fields.first(names.get(i));
            if (value != null) {
                int length = Math.min(value.length(), Math.min(CHARACTERS_MAX, left));
                values[i] = value.substring(0, length);
                left -= length;
            }
        }
        return values;
    }

    /** The characters of what was kept. */
    static int characters(@Nullable String @Nullable [] values) {
        int sum = 0;
        if (values != null) {
            for (String value : values) {
                sum += value == null ? 0 : value.length();
            }
        }
        return sum;
    }
}
