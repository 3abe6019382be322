package io.bridgehead.identity;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A short text of named values, one to a line, as tokens, requests for identities and the authority's notes are written: {@code name=value}.
 * A name may stand on several lines, its values are then in that order. Values are single lines; bytes are base64url without padding.
 */
final class Lines {
    private static final int LINES_MAX = 1024;

    private final Map<String, List<String>> values = new LinkedHashMap<>();

    /**
     * Reads such a text.
     *
     * @throws IllegalArgumentException if a line has no name, or there are too many
     */
    static Lines parse(String text) {
        Lines read = new Lines();
        String[] lines = text.split("\n", LINES_MAX + 1);
        if (lines.length > LINES_MAX) {
            throw new IllegalArgumentException("found more than " + LINES_MAX + " lines");
        }
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                read.add(line.substring(0, equals), line.substring(equals + 1));
            } else if (!line.isEmpty()) {
                throw new IllegalArgumentException("found a line without 'name='");
            }
        }
        return read;
    }

    /** The same from UTF-8. */
    static Lines parse(byte[] text) {
        return parse(new String(text, StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException if the value has more than one line */
    Lines add(String name, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("value of '" + name + "': found several lines; expected one");
        }
        values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        return this;
    }

    Lines add(String name, byte[] value) {
        return add(name, Base64.getUrlEncoder().withoutPadding().encodeToString(value));
    }

    Lines add(String name, long value) {
        return add(name, Long.toString(value));
    }

    /** The values of a name, in order; none when it is absent. */
    List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /** @throws IllegalArgumentException if there is not exactly one */
    String one(String name) {
        List<String> found = all(name);
        if (found.size() != 1) {
            throw new IllegalArgumentException("found " + found.size() + " lines '" + name + "='; expected one");
        }
        return found.getFirst();
    }

    /** The first value, or an empty text. */
    String orEmpty(String name) {
        List<String> found = all(name);
        return found.isEmpty() ? "" : found.getFirst();
    }

    /** @throws IllegalArgumentException if there is not exactly one, or it is no number */
    long number(String name) {
        try {
            return Long.parseLong(one(name));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("value of '" + name + "': found no number", e);
        }
    }

    /** @throws IllegalArgumentException if there is not exactly one, or it is not base64url */
    byte[] bytes(String name) {
        return decoded(one(name));
    }

    /** @throws IllegalArgumentException if one is not base64url */
    List<byte[]> allBytes(String name) {
        return all(name).stream().map(Lines::decoded).toList();
    }

    /** @throws IllegalArgumentException if it is not base64url */
    static byte[] decoded(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    /** The text. */
    String text() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, all) ->
                all.forEach(value -> text.append(name).append('=').append(value).append('\n')));
        return text.toString();
    }

    /** The text as UTF-8. */
    byte[] encoded() {
        return text().getBytes(StandardCharsets.UTF_8);
    }
}
