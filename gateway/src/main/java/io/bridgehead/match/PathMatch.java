package io.bridgehead.match;

/**
 * How the path of a request is compared, without its query (Gateway API v1, HTTPPathMatch). Case matters. It is compared as the
 * guard leaves it, so escapes of unreserved characters in an exact path or a prefix are decoded here as there.
 */
public sealed interface PathMatch {
    /** Every path, and the requests that have none. */
    PathMatch ANY = new Prefix("/");

    /**
     * The whole path.
     *
     * @param path begins with {@code /}
     */
    record Exact(String path) implements PathMatch {
        /** @throws IllegalArgumentException if the path does not begin with '/' or has a query */
        public Exact {
            path = Paths.normal(path);
        }
    }

    /**
     * Whole elements from the beginning: {@code /foo} fits {@code /foo} and {@code /foo/bar}, never {@code /foobar}.
     *
     * @param path begins with {@code /}; one at its end is as if it were not there
     */
    record Prefix(String path) implements PathMatch {
        /** @throws IllegalArgumentException if the path does not begin with '/' or has a query */
        public Prefix {
            path = Paths.normal(path);
        }
    }

    /** An expression (RE2 syntax) for the whole path; its time grows with the path only. */
    record Regex(String expression) implements PathMatch {
        /** @throws IllegalArgumentException if it is no expression, or one too large; see {@link ValueMatch.Regex} */
        public Regex {
            Expression.of(expression);
        }
    }
}
