package io.bridgehead.load.chaos;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A changeset that a writer has signed.
 *
 * @param revision its name
 * @param parents what it continues
 * @param stamp what decides when two were made at once
 * @param hashes the whole source after it: document to hash
 */
record Change(String source, RevisionId revision, List<RevisionId> parents, Stamp stamp, SortedMap<String, String> hashes) {
    /** @param before the whole source before it: document to hash */
    static Change of(byte[] record, SortedMap<String, String> before) {
        try {
            EncodedRecord encoded = EncodedRecord.decode(Bytes.wrap(record));
            Changeset changeset = ChangesetCodec.decode(encoded.record().body());
            SortedMap<String, String> hashes = new TreeMap<>();
            SortedMap<String, Sha256> named =
                    switch (changeset.listing()) {
                        case Listing.Whole(Manifest manifest) -> manifest.documents();
                        case Listing.Difference difference -> {
                            hashes.putAll(before);
                            hashes.keySet().removeAll(changeset.removed());
                            yield difference.changed();
                        }
                    };
            named.forEach((name, hash) -> hashes.put(name, hash.value().toHex()));
            return new Change(
                    changeset.source(), changeset.id(), changeset.parents(), encoded.record().stamp(), hashes);
        } catch (MalformedException e) {
            throw new IllegalStateException("a record that was just signed cannot be read", e);
        }
    }
}
