package io.bridgehead.cluster.api;

/** Which documents a changeset means, as far as a store can tell. */
public sealed interface Resolution {
    /** These. */
    record Resolved(Manifest manifest) implements Resolution {}

    /** Nobody knows yet: the changeset is a difference, and what it builds on is not all here. */
    record Unresolved(RevisionId missing) implements Resolution {}

    /** None: what it builds on is here, and is something else. Such a changeset is worth nothing. */
    record Contradicted(String reason) implements Resolution {}
}
