package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.Resolution;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.sync.RevisionHistory.Said;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The changesets that are tried on some nodes now. Reads the local store; threads: any that may compute. */
public final class Stages {
    private static final Comparator<EncodedRecord> NEWEST = Comparator.comparing(
                    (EncodedRecord record) -> record.record().stamp())
            .thenComparing(EncodedRecord::id);

    private final Store store;
    private final SpiffeId self;
    private final RevisionTrust trusted;

    /**
     * @param self this node
     * @param trusted whether this node lets the signer of a revision publish it
     */
    Stages(Store store, SpiffeId self, RevisionTrust trusted) {
        this.store = store;
        this.self = self;
        this.trusted = trusted;
    }

    /**
     * A stage in force.
     *
     * @param stage what is tried, and where
     * @param signedBy who said so
     * @param stampMillis when, by the signer's clock
     * @param here whether this node is to serve it
     */
    public record InForce(Stage stage, String signedBy, long stampMillis, boolean here) {}

    /** By source. Of what several operators say of one source the newest counts. */
    public SortedMap<String, InForce> all() {
        Map<String, EncodedRecord> newest = new HashMap<>();
        for (EncodedRecord record : store.latest(Kind.STAGE)) {
            if (!trusted.test(revision(record))) {
                continue;
            }
            newest.merge(record.record().subject(), record, (a, b) -> NEWEST.compare(a, b) >= 0 ? a : b);
        }
        SortedMap<String, InForce> all = new TreeMap<>();
        newest.forEach((source, record) -> inForce(source, record).ifPresent(stage -> all.put(source, stage)));
        return all;
    }

    /** A stage as the revision that it would become, for the question who signed it; an end, and what is not understood, names no documents. */
    private static Revision revision(EncodedRecord record) {
        Changeset changeset;
        try {
            changeset = Stage.decode(record.record().body()).changeset();
        } catch (MalformedException e) {
            changeset = new Changeset(
                    record.record().subject(),
                    1,
                    List.of(),
                    "",
                    Instant.EPOCH,
                    "",
                    new TreeMap<>(),
                    new TreeMap<>(),
                    new TreeSet<>());
        }
        return new Revision(changeset.id(), changeset, Optional.empty(), record, false);
    }

    /** What this node is to serve of a source in place of its head, when it holds all of it. */
    SortedMap<String, Said> here() {
        SortedMap<String, Said> said = new TreeMap<>();
        all().forEach((source, staged) -> {
            if (staged.here()) {
                documents(staged.stage().changeset(), store)
                        .map(texts -> trusted.allowed(staged.signedBy(), source, texts))
                        .ifPresent(texts ->
                                said.put(source, new Said(staged.stage().revision(), texts)));
            }
        });
        return said;
    }

    private Optional<InForce> inForce(String source, EncodedRecord record) {
        if (record.record().body().isEmpty()) {
            return Optional.empty();
        }
        try {
            Stage stage = Stage.decode(record.record().body());
            Revision head = store.heads().get(source);
            boolean follows = stage.changeset().source().equals(source)
                    && stage.changeset()
                            .parent()
                            .equals(Optional.ofNullable(head).map(Revision::id));
            return follows
                    ? Optional.of(new InForce(
                            stage,
                            record.record().origin(),
                            record.record().stamp().millis(),
                            stage.reaches(self)))
                    : Optional.empty();
        } catch (MalformedException e) {
            // A newer tool wrote it: this node serves the head.
            return Optional.empty();
        }
    }

    /** The whole source after a changeset, name to text, when the changeset and the store have all of it. */
    private static Optional<SortedMap<String, String>> documents(Changeset changeset, Store store) {
        if (!(store.resolve(changeset) instanceof Resolution.Resolved(Manifest manifest))) {
            return Optional.empty();
        }
        SortedMap<String, String> documents = new TreeMap<>();
        for (Map.Entry<String, Sha256> named : manifest.documents().entrySet()) {
            Optional<Bytes> content = Optional.ofNullable(changeset.contents().get(named.getKey()))
                    .or(() -> store.content(changeset.source(), named.getValue()));
            if (content.isEmpty()) {
                return Optional.empty();
            }
            documents.put(named.getKey(), content.get().toUtf8());
        }
        return Optional.of(documents);
    }
}
