package io.bridgehead.sync;

import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import java.io.Serial;
import java.util.Optional;

/** This node lacks part of what a changeset builds on, so it cannot judge it; its head may be another one since, or only be on its way. */
public final class UnheldException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String source;
    private final transient Optional<RevisionId> head;
    private final boolean overtaken;

    UnheldException(Changeset changeset, Optional<Revision> head, String message) {
        super(message);
        this.source = changeset.source();
        this.head = head.map(Revision::id);
        this.overtaken = head.map(revision -> revision.id().number() >= changeset.number())
                .orElse(false);
    }

    /** Whether the head of this node is as far as the changeset would come, so that it was planned against another. */
    public boolean overtaken() {
        return overtaken;
    }

    /** The source that the changeset is for. */
    public String source() {
        return source;
    }

    /** The head of that source on this node. */
    public Optional<RevisionId> head() {
        return head;
    }
}
