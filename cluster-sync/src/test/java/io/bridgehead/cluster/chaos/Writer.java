package io.bridgehead.cluster.chaos;

import io.bridgehead.cluster.api.Ancestry;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.testing.Records;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Plans a change of one source at random, against what a node holds: new and changed documents, removed ones, the end
 * of the source, contents of old, and the answer to what lost in a cut; mostly as a difference from the head. It
 * stamps as the command line does: with the name of the operator, who may have started two at once, and later than
 * the head.
 */
final class Writer {
    private static final int NAMES = 8;

    private final RandomGenerator random;

    Writer(RandomGenerator random) {
        this.random = random;
    }

    Edit edit(Store store, String source, long nowMillis) {
        Optional<Revision> head = Records.head(store, source);
        SortedMap<String, String> documents = plan(store, source, head);
        List<RevisionId> parents =
                new ArrayList<>(head.map(Revision::id).map(List::of).orElse(List.of()));
        List<RevisionSummary> conflicts = store.conflicts(source);
        if (!conflicts.isEmpty() && random.nextInt(3) == 0) {
            parents.add(conflicts.getFirst().id());
        }
        Set<RevisionId> theirs = new TreeSet<>();
        parents.forEach(parent -> store.revision(source, parent)
                .ifPresent(revision -> theirs.addAll(Ancestry.named(revision.changeset()))));
        Changeset whole =
                changeset(store, source, head, parents, documents).descendingFrom(Ancestry.of(parents, theirs));
        Changeset changeset = head.filter(Revision::complete)
                .filter(_ -> random.nextInt(4) > 0)
                .map(parent -> Records.shorter(whole, parent))
                .orElse(whole);
        long millis =
                Math.max(nowMillis, head.map(Revision::stamp).map(Stamp::millis).orElse(0L) + 1);
        SignedRecord record = Records.signed(changeset, new Stamp(millis, 0, "operator"));
        return new Edit(head.map(Revision::id), changeset, record, documents);
    }

    private SortedMap<String, String> plan(Store store, String source, Optional<Revision> head) {
        SortedMap<String, String> documents = head.filter(Revision::complete)
                .flatMap(store::documents)
                .map(Writer::texts)
                .orElseGet(TreeMap::new);
        int choice = random.nextInt(100);
        if (choice < 7) {
            documents.clear();
        } else if (choice < 22 && !documents.isEmpty()) {
            documents.remove(pick(List.copyOf(documents.keySet())));
        } else if (choice < 34 && !store.history(source).isEmpty()) {
            RevisionId old = pick(store.history(source)).id();
            store.revision(source, old)
                    .flatMap(store::documents)
                    .map(Writer::texts)
                    .ifPresent(found -> {
                        documents.clear();
                        documents.putAll(found);
                    });
        } else {
            documents.put("d" + random.nextInt(NAMES), "text " + random.nextInt(50));
        }
        return documents;
    }

    /** Carries what changed; of what the node holds anyway only sometimes. */
    private Changeset changeset(
            Store store,
            String source,
            Optional<Revision> head,
            List<RevisionId> parents,
            SortedMap<String, String> documents) {
        SortedMap<String, Sha256> manifest = new TreeMap<>();
        documents.forEach((name, text) -> manifest.put(name, Sha256.of(Bytes.utf8(text))));
        boolean spare = random.nextBoolean();
        SortedMap<String, Bytes> contents = new TreeMap<>();
        documents.forEach((name, text) -> {
            Sha256 hash = Sha256.of(Bytes.utf8(text));
            boolean held = store.content(source, hash).isPresent();
            boolean same = head.map(revision -> hash.equals(revision.documents().get(name)))
                    .orElse(false);
            if (!held || !(same || spare)) {
                contents.put(name, Bytes.utf8(text));
            }
        });
        TreeSet<String> removed = new TreeSet<>();
        head.ifPresent(revision -> removed.addAll(revision.documents().keySet()));
        removed.removeAll(manifest.keySet());
        return new Changeset(
                source,
                parents.stream().mapToLong(RevisionId::number).max().orElse(0) + 1,
                parents,
                "writer " + random.nextInt(1 << 30),
                Instant.EPOCH,
                "",
                manifest,
                contents,
                removed);
    }

    private <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private static SortedMap<String, String> texts(SortedMap<String, Bytes> contents) {
        SortedMap<String, String> texts = new TreeMap<>();
        contents.forEach((name, content) -> texts.put(name, content.toUtf8()));
        return texts;
    }
}
