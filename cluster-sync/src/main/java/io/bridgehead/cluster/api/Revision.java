package io.bridgehead.cluster.api;

import java.util.Optional;
import java.util.SortedMap;

/**
 * A changeset that the store holds, with the record that brought it.
 *
 * @param id its name
 * @param changeset what it says
 * @param known which documents it means; nothing while it is a difference from what is not all in the store
 * @param record the signed record and its bytes
 * @param complete whether that is known, and every content is in the store; only then may it be active
 */
public record Revision(
        RevisionId id, Changeset changeset, Optional<Manifest> known, EncodedRecord record, boolean complete) {
    public Revision {
        if (complete && known.isEmpty()) {
            throw new IllegalArgumentException("revision " + id + " is complete without a manifest; expected one");
        }
    }

    /** The documents that it means: name to hash. Only for one whose documents are known, as a complete one's are. */
    public SortedMap<String, Sha256> documents() {
        return known.orElseThrow(() -> new IllegalStateException("revision " + id
                        + " differs from one that this store does not hold; expected a question for what is known"))
                .documents();
    }

    public String source() {
        return changeset.source();
    }

    public Stamp stamp() {
        return record.record().stamp();
    }

    public String origin() {
        return record.record().origin();
    }
}
