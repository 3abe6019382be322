package io.bridgehead.policy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes to the header fields of a request or an answer (Gateway API v1, HTTPHeaderFilter). No name is in two of the lists, so their order
 * does not matter; of several entries of one name in one list the first counts.
 *
 * <p>What belongs to one connection, the length of a body, what nodes tell each other and the host, which {@link Rewrite} changes, cannot be
 * edited.
 *
 * @param set replaces all fields of the name
 * @param add is put behind what is there, as a field of its own
 */
public record HeaderEdits(List<Field> set, List<Field> add, List<HeaderName> remove) {
    /** No change. */
    public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of(), List.of());

    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "http2-settings",
            "expect");
    private static final String OF_NODES = "bridgehead-";
    private static final String TOKEN_EXTRAS = "!#$%&'*+-.^_`|~";

    /** A name with its value, ready to be written. */
    public static final class Field {
        private final HeaderName name;
        private final String value;
        private final byte[] bytes;

        /** @throws IllegalArgumentException if the value has control characters, or white space at an end */
        public Field(HeaderName name, String value) {
            if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
                throw new IllegalArgumentException("value of header '" + name + "': expected no control characters");
            }
            if (!value.strip().equals(value)) {
                throw new IllegalArgumentException("value of header '" + name + "': expected no space at its ends");
            }
            this.name = name;
            this.value = value;
            this.bytes = value.getBytes(StandardCharsets.UTF_8);
        }

        public HeaderName name() {
            return name;
        }

        public String value() {
            return value;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Field that && name.equals(that.name) && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return 31 * name.hashCode() + value.hashCode();
        }

        /** The name only: a value may be a secret. */
        @Override
        public String toString() {
            return name + ": ***";
        }
    }

    /** @throws IllegalArgumentException saying which name cannot be edited, or is in two of the lists */
    public HeaderEdits {
        Map<HeaderName, String> lists = new HashMap<>();
        set = firstOfEach(set, "set", lists);
        add = firstOfEach(add, "add", lists);
        Set<HeaderName> removed = new HashSet<>();
        for (HeaderName name : remove) {
            if (removed.add(name)) {
                check(name, "remove", lists);
            }
        }
        remove = remove.stream().distinct().toList();
    }

    private static List<Field> firstOfEach(List<Field> fields, String list, Map<HeaderName, String> lists) {
        if (fields.isEmpty()) {
            return List.of();
        }
        Set<HeaderName> names = new HashSet<>();
        List<Field> first = new ArrayList<>();
        for (Field field : fields) {
            if (names.add(field.name())) {
                check(field.name(), list, lists);
                first.add(field);
            }
        }
        return List.copyOf(first);
    }

    private static void check(HeaderName name, String list, Map<HeaderName, String> lists) {
        String problem = problem(name.toString());
        if (problem != null) {
            throw new IllegalArgumentException("header '" + name + "': " + problem);
        }
        String other = lists.put(name, list);
        if (other != null) {
            throw new IllegalArgumentException("header '" + name
                    + "': expected in one of set, add and remove, but is in " + other + " and " + list);
        }
    }

    private static @Nullable String problem(String name) {
        if (name.isEmpty() || !name.chars().allMatch(HeaderEdits::isTokenCharacter)) {
            return "expected the name of a header field";
        }
        if (name.equals("host")) {
            return "the host is changed by a rewrite of the hostname only";
        }
        if (OF_THE_CONNECTION.contains(name)) {
            return "belongs to one connection and cannot be edited";
        }
        if (name.equals("content-length")) {
            return "follows from the body and cannot be edited";
        }
        return name.startsWith(OF_NODES) ? "is how nodes tell each other about a request and cannot be edited" : null;
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_EXTRAS.indexOf(c) >= 0;
    }

    /** Whether nothing changes. */
    public boolean isEmpty() {
        return set.isEmpty() && add.isEmpty() && remove.isEmpty();
    }

    /** Makes the changes. */
    public void apply(HeaderFields fields) {
        for (int i = 0; i < remove.size(); i++) {
            fields.removeAll(remove.get(i));
        }
        for (int i = 0; i < set.size(); i++) {
            Field field = set.get(i);
            fields.set(field.name, field.bytes);
        }
        for (int i = 0; i < add.size(); i++) {
            Field field = add.get(i);
            fields.add(field.name, field.bytes);
        }
    }
}
