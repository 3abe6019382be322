package io.bridgehead.cluster.chaos;

import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.SignedRecord;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a writer asks for.
 *
 * @param expected the head that it was planned against
 * @param changeset the change
 * @param record the change, signed
 * @param documents the whole source after it
 */
record Edit(
        Optional<RevisionId> expected, Changeset changeset, SignedRecord record, SortedMap<String, String> documents) {
    String source() {
        return changeset.source();
    }
}
