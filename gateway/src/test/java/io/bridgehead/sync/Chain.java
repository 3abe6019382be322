package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Changesets as the command line makes them, put into a store without a signature that anybody checks. */
record Chain(Store store, String source) {
    private static final String OPERATOR = "spiffe://td.test/operator/ann";

    /** The source says this from now on. */
    RevisionId then(long millis, String message, Map<String, String> texts) throws IOException {
        return after(Optional.ofNullable(store.heads().get(source)), millis, message, texts);
    }

    /** A changeset that was planned against a revision that need not be the head. */
    RevisionId after(Optional<Revision> parent, long millis, String message, Map<String, String> texts)
            throws IOException {
        SortedMap<String, Sha256> before = new TreeMap<>();
        parent.ifPresent(revision -> before.putAll(revision.documents()));
        SortedMap<String, Sha256> manifest = new TreeMap<>();
        SortedMap<String, Bytes> carried = new TreeMap<>();
        texts.forEach((name, text) -> {
            Sha256 hash = Sha256.of(Bytes.utf8(text));
            manifest.put(name, hash);
            if (!Objects.equals(before.get(name), hash)) {
                carried.put(name, Bytes.utf8(text));
            }
        });
        TreeSet<String> removed = new TreeSet<>(before.keySet());
        removed.removeAll(texts.keySet());
        Changeset changeset = new Changeset(
                source,
                parent.map(revision -> revision.id().number()).orElse(0L) + 1,
                parent.map(Revision::id).stream().toList(),
                "ann",
                Instant.ofEpochMilli(millis),
                message,
                manifest,
                carried,
                removed);
        Stamp stamp = new Stamp(millis, 0, OPERATOR);
        store.append(EncodedRecord.of(
                changeset.toRecord(OPERATOR, stamp).signed(Bytes.utf8("any"), List.of(Bytes.utf8("certificate")))));
        return changeset.id();
    }
}
