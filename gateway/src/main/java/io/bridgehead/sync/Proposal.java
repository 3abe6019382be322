package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.Resolution;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Store;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A signed changeset that is not committed yet.
 *
 * @param record the record
 * @param changeset what it says
 * @param documents the whole source after it: name to text
 */
public record Proposal(EncodedRecord record, Changeset changeset, SortedMap<String, String> documents) {
    /** Whether some nodes are to try it before it is committed. */
    public boolean isStage() {
        return record.record().kind().equals(Kind.STAGE);
    }

    /** The source it changes. */
    public String source() {
        return changeset.source();
    }

    /**
     * Reads a record.
     *
     * @throws MalformedException saying what is wrong with it
     * @throws UnheldException when this node lacks what the changeset builds on
     */
    static Proposal of(EncodedRecord record, Store store, Texts texts) throws MalformedException, UnheldException {
        Bytes body = record.record().body();
        Changeset changeset = record.record().kind().equals(Kind.STAGE)
                ? Stage.decode(body).changeset()
                : ChangesetCodec.decode(body);
        Manifest manifest = manifest(changeset, store);
        Map<Sha256, Bytes> carried = new HashMap<>();
        changeset
                .contents()
                .forEach((name, content) -> carried.put(manifest.documents().get(name), content));
        Texts.Found found = texts.of(
                changeset.source(),
                manifest.documents(),
                hash -> Optional.ofNullable(carried.get(hash)).or(() -> store.content(changeset.source(), hash)));
        if (found.missing() != null) {
            throw missing(changeset, found.missing(), store);
        }
        return new Proposal(record, changeset, found.texts());
    }

    private static Manifest manifest(Changeset changeset, Store store) throws MalformedException, UnheldException {
        return switch (store.resolve(changeset)) {
            case Resolution.Resolved(Manifest manifest) -> manifest;
            case Resolution.Contradicted(String reason) -> throw new MalformedException(reason);
            case Resolution.Unresolved(RevisionId base) ->
                throw new UnheldException(
                        changeset,
                        head(changeset, store),
                        "revision " + base + " of source '" + changeset.source()
                                + "' is not here, and the changeset says only what differs since; try again in a moment, or at another node");
        };
    }

    private static Optional<Revision> head(Changeset changeset, Store store) {
        return Optional.ofNullable(store.heads().get(changeset.source()));
    }

    /** Whoever leaves out what the head has cannot know that this node lacks it. */
    private static UnheldException missing(Changeset changeset, String document, Store store)
            throws MalformedException {
        Optional<Revision> head = head(changeset, store);
        boolean followsHead = head.map(Revision::id).equals(changeset.parent());
        if (followsHead && head.map(Revision::complete).orElse(true)) {
            throw new MalformedException("document '" + document
                    + "' is neither carried by the changeset nor known to this node; expected one or the other: "
                    + "apply again against this node's head");
        }
        return new UnheldException(
                changeset,
                head,
                "document '" + document + "' of source '" + changeset.source()
                        + "' is not here yet, and the changeset does not carry it; try again in a moment, or at another node");
    }
}
