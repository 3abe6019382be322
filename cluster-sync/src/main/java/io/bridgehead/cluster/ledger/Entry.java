package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A held changeset, without its manifest: of a thousand manifests only the newest are needed in memory.
 *
 * @param record the record, whose bytes the carried contents share
 * @param summary what its history shows
 * @param carried the contents it brought, by hash
 */
record Entry(EncodedRecord record, RevisionSummary summary, Map<Sha256, Bytes> carried) {

    /**
     * A changeset that was just read, with all of it.
     *
     * @param entry what is kept
     * @param changeset with its manifest
     */
    record Read(Entry entry, Changeset changeset) {}

    static Entry of(EncodedRecord record) {
        return read(record).entry();
    }

    /** Reads the changeset in a record; refuses one that does not belong to the record's subject. */
    static Read read(EncodedRecord record) {
        Changeset changeset = decode(record);
        String subject = record.record().subject();
        if (!changeset.source().equals(subject)) {
            throw new IllegalArgumentException("changeset's source is \"" + changeset.source()
                    + "\"; expected the record's subject \"" + subject + "\"");
        }
        Map<Sha256, Bytes> carried = new TreeMap<>();
        changeset.contents().forEach((name, content) -> carried.put(hash(changeset, name), content));
        // A changeset has one form, so its name is that of the bytes which it was read from.
        RevisionId id = RevisionId.of(changeset.number(), record.record().body());
        RevisionSummary summary = RevisionSummary.of(new Revision(id, changeset, record, false));
        return new Read(new Entry(record, summary, carried), changeset);
    }

    Stamp stamp() {
        return summary.stamp();
    }

    Changeset changeset() {
        return decode(record);
    }

    private static Sha256 hash(Changeset changeset, String name) {
        return Objects.requireNonNull(changeset.manifest().get(name), "the manifest names what is carried");
    }

    private static Changeset decode(EncodedRecord record) {
        try {
            return ChangesetCodec.decode(record.record().body());
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
