package io.bridgehead.match;

/** How the path of a request is compared, without its query (Gateway API v1, HTTPPathMatch). Case matters. */
public sealed interface PathMatch {
    /** Every path. */
    PathMatch ANY = new Prefix("/");

    /** The whole path. */
    record Exact(String path) implements PathMatch {}

    /**
     * Whole elements from the beginning: {@code /foo} fits {@code /foo} and {@code /foo/bar}, never {@code /foobar}.
     *
     * @param path begins with {@code /}; one at its end is as if it were not there
     */
    record Prefix(String path) implements PathMatch {}

    /** An expression (RE2 syntax) for the whole path; its time grows with the path only. */
    record Regex(String expression) implements PathMatch {}
}
