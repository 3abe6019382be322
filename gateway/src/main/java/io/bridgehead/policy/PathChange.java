package io.bridgehead.policy;

/** Another path for a request (Gateway API v1, HTTPPathModifier); its query stays. */
public sealed interface PathChange {
    /**
     * The path of a request after this change.
     *
     * @param path origin-form with query, as the guard leaves it; what does not begin with {@code /} stays as it is
     * @return never an empty path
     */
    String apply(String path);

    /**
     * The whole path is replaced.
     *
     * @param path a {@code /} is put before it when it does not begin with one
     */
    record Full(String path) implements PathChange {
        /** @throws IllegalArgumentException if it holds a query, dot segments, or what a path cannot hold */
        public Full {
            path = checked(path.startsWith("/") ? path : "/" + path);
        }

        @Override
        public String apply(String requested) {
            if (!requested.startsWith("/")) {
                return requested;
            }
            int query = requested.indexOf('?');
            return query < 0 ? path : path + requested.substring(query);
        }
    }

    /**
     * The elements that a prefix match fitted are replaced: with {@code /foo} matched, {@code /xyz} makes {@code /xyz/bar} of
     * {@code /foo/bar}, and {@code /} makes {@code /bar}.
     *
     * @param matched the prefix of the match; one {@code /} at its end is as if it were not there
     * @param replacement the same; may be empty
     */
    record Prefix(String matched, String replacement) implements PathChange {
        /** @throws IllegalArgumentException if one holds a query, dot segments, or what a path cannot hold */
        public Prefix {
            matched = withoutSlash(checked(matched));
            replacement = replacement.isEmpty()
                    ? ""
                    : withoutSlash(checked(replacement.startsWith("/") ? replacement : "/" + replacement));
        }

        @Override
        public String apply(String requested) {
            if (!requested.startsWith("/") || !requested.startsWith(matched)) {
                return requested;
            }
            String rest = requested.substring(matched.length());
            if (rest.isEmpty() || rest.charAt(0) == '?') {
                return replacement.isEmpty() ? "/" + rest : replacement + rest;
            }
            return rest.charAt(0) == '/' ? replacement + rest : requested;
        }
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String checked(String path) {
        if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || "?#\\".indexOf(c) >= 0)) {
            throw new IllegalArgumentException("path '" + path
                    + "': expected to begin with '/' and to hold no query, fragment, space, or character that must be"
                    + " percent-encoded");
        }
        for (String element : path.split("/", -1)) {
            if (element.equals(".") || element.equals("..")) {
                throw new IllegalArgumentException("path '" + path + "': expected no '.' or '..' as an element");
            }
        }
        return path;
    }
}
