package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A held changeset, without its manifest: of a thousand manifests only the newest are needed in memory.
 *
 * @param record the record, whose bytes the carried contents share
 * @param summary what its history shows
 * @param carried the contents it brought, by hash
 * @param place where it says that it stands among those that build on each other
 */
record Entry(EncodedRecord record, RevisionSummary summary, Map<Sha256, Bytes> carried, Place place) {

    /**
     * What a changeset says of its manifest; nobody need believe it before that is put together.
     *
     * @param base the hash of the manifest that it is a difference from; nothing when it lists all
     * @param hash the hash of its own
     * @param depth how many differences lie between it and one that lists all
     */
    record Place(Optional<Sha256> base, Sha256 hash, int depth) {
        static Place of(Listing listing) {
            Optional<Sha256> base = listing instanceof Listing.Difference difference
                    ? Optional.of(difference.base())
                    : Optional.empty();
            return new Place(base, listing.hash(), listing.depth());
        }
    }

    /**
     * A changeset that was just read, with all of it.
     *
     * @param entry what is kept
     * @param changeset all that it says
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
        RevisionSummary summary = RevisionSummary.of(id, changeset, record);
        return new Read(new Entry(record, summary, carried, Place.of(changeset.listing())), changeset);
    }

    Stamp stamp() {
        return summary.stamp();
    }

    Changeset changeset() {
        return decode(record);
    }

    private static Sha256 hash(Changeset changeset, String name) {
        return Objects.requireNonNull(changeset.listing().named(name), "the listing names what is carried");
    }

    private static Changeset decode(EncodedRecord record) {
        try {
            return ChangesetCodec.decode(record.record().body());
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
