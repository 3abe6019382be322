package io.bridgehead.cluster.api;

/**
 * A changeset that the store holds, with the record that brought it.
 *
 * @param id its name
 * @param changeset what it says
 * @param record the signed record and its bytes
 * @param complete whether every content that the manifest names is in the store; only then may it be active
 */
public record Revision(RevisionId id, Changeset changeset, EncodedRecord record, boolean complete) {
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
