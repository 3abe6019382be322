package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
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

    static Proposal of(EncodedRecord record, Store store, Texts texts) throws MalformedException {
        Bytes body = record.record().body();
        Changeset changeset = record.record().kind().equals(Kind.STAGE)
                ? Stage.decode(body).changeset()
                : ChangesetCodec.decode(body);
        Map<Sha256, Bytes> carried = new HashMap<>();
        changeset
                .contents()
                .forEach((name, content) -> carried.put(changeset.manifest().get(name), content));
        Texts.Found found = texts.of(
                changeset.source(),
                changeset.manifest(),
                hash -> Optional.ofNullable(carried.get(hash)).or(() -> store.content(changeset.source(), hash)));
        if (found.missing() != null) {
            throw new MalformedException("document '" + found.missing()
                    + "' is neither carried by the changeset nor known to this node; expected one or the other: "
                    + "apply again against this node's head");
        }
        return new Proposal(record, changeset, found.texts());
    }
}
