package io.bridgehead.cluster.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What this node sees of the cluster: a picture, replaced whole.
 *
 * @param phase where the node stands
 * @param members the oldest first; this node included once it started
 * @param merges how often this node has merged into another part since it started
 * @param since when {@code phase} began
 * @param problem why there is no cluster, for people; present when the phase is {@link Phase#FAILED}
 */
public record ClusterState(Phase phase, List<Member> members, long merges, Instant since, Optional<String> problem) {
    public ClusterState {
        members = List.copyOf(members);
    }

    /** Where a node stands towards its cluster. */
    public enum Phase {
        /** Not started, or still starting. */
        STARTING,
        /** Started, and no other member is in sight. */
        ALONE,
        /** Started, with other members. */
        JOINED,
        /** Could not start, or the member stopped by itself; it is tried again. */
        FAILED,
        /** Closed. */
        STOPPED
    }
}
