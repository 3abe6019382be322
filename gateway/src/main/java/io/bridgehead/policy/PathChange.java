package io.bridgehead.policy;

/** Another path for a request (Gateway API v1, HTTPPathModifier); its query stays. */
public sealed interface PathChange {
    /** The whole path is replaced. */
    record Full(String path) implements PathChange {}

    /**
     * The elements that a prefix match fitted are replaced: with {@code /foo} matched, {@code /xyz} makes {@code /xyz/bar} of
     * {@code /foo/bar}, and {@code /} makes {@code /bar}.
     *
     * @param matched the prefix of the match
     */
    record Prefix(String matched, String replacement) implements PathChange {}
}
