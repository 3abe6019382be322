package io.bridgehead.cluster.api;

import java.util.Optional;

/** What became of a {@linkplain Fabric#commit commit}. */
public sealed interface CommitResult {
    /** It is the head, durable on this node, and on its way to the others. */
    record Committed(RevisionId head) implements CommitResult {}

    /** Another changeset came first. Plan again against {@code head}, which this node holds when it is present. */
    record Conflict(Optional<RevisionId> head) implements CommitResult {}

    /**
     * No decision within the time limit. The changeset may still come through: look at the head before trying again; to
     * commit the same record again is harmless.
     */
    record Unavailable(String reason) implements CommitResult {}

    /** The record can never be committed as it is: a signature, a bound, or a form that is wrong. */
    record Refused(String reason) implements CommitResult {}
}
