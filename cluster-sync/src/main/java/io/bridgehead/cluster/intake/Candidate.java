package io.bridgehead.cluster.intake;

import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import java.util.Optional;

/** A changeset on its way to become a head: it still has to win, or it is decided already. */
public sealed interface Candidate {
    /**
     * Everything on this node speaks for it.
     *
     * @param record what to commit
     * @param id its name
     * @param before the head that it follows, on this node
     */
    record Fit(EncodedRecord record, RevisionId id, Optional<Revision> before) implements Candidate {}

    /** There is nothing to compare any more. */
    record Decided(CommitResult result) implements Candidate {}
}
