package io.bridgehead.load.chaos;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.RevisionId;
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
    static Change of(byte[] record) {
        try {
            EncodedRecord encoded = EncodedRecord.decode(Bytes.wrap(record));
            Changeset changeset = ChangesetCodec.decode(encoded.record().body());
            SortedMap<String, String> hashes = new TreeMap<>();
            changeset.manifest().forEach((name, hash) -> hashes.put(name, hash.value().toHex()));
            return new Change(
                    changeset.source(), changeset.id(), changeset.parents(), encoded.record().stamp(), hashes);
        } catch (MalformedException e) {
            throw new IllegalStateException("a record that was just signed cannot be read", e);
        }
    }
}
