package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.Ancestry;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the held revisions of a source descend from each other, seen from its head.
 *
 * <p>A node that joined late holds only parts of a history. The head {@linkplain Ancestry names} its ancestors of the
 * last {@link #WINDOW} numbers, so there every node that holds the live records comes to the same answer. Below a head
 * that does not, a revision is called a conflict only where the line of first parents is held unbroken to its number.
 */
final class Lineage {
    static final int WINDOW = Ancestry.WINDOW;

    private final RevisionSummary head;
    private final long namedFrom;
    private final Map<RevisionId, Entry> entries = new HashMap<>();
    private final Set<RevisionId> succeeded = new HashSet<>();
    private final Set<RevisionId> ancestors = new HashSet<>();

    Lineage(Revision newest, List<Entry> held) {
        this.head = RevisionSummary.of(newest);
        this.namedFrom = Ancestry.namedFrom(newest.changeset());
        for (Entry entry : held) {
            RevisionSummary summary = entry.summary();
            entries.put(summary.id(), entry);
            succeeded.addAll(summary.parents());
        }
        collectAncestors();
        ancestors.addAll(Ancestry.named(newest.changeset()));
    }

    List<RevisionSummary> conflicts() {
        long from = Math.max(Math.min(namedFrom, unbrokenDownTo()), head.id().number() - WINDOW);
        List<Entry> ends = entries.values().stream()
                .filter(lost -> !succeeded.contains(id(lost)) && !ancestors.contains(id(lost)))
                .filter(lost -> id(lost).number() >= from)
                .toList();
        Set<RevisionId> passed = new HashSet<>();
        if (ends.size() > 1) {
            ends.forEach(lost -> passed.addAll(Ancestry.named(lost.changeset())));
        }
        return ends.stream()
                .filter(lost -> !passed.contains(id(lost)))
                .sorted(SourceHistory.NEWEST_FIRST)
                .map(Entry::summary)
                .toList();
    }

    /**
     * What another node must hold to see these conflicts: they themselves, and below a head that does not name its
     * ancestors its line down to the oldest.
     */
    Set<RevisionId> evidence(List<RevisionSummary> conflicts) {
        Set<RevisionId> evidence = new HashSet<>();
        conflicts.forEach(lost -> evidence.add(lost.id()));
        long oldest =
                conflicts.stream().mapToLong(lost -> lost.id().number()).min().orElse(Long.MAX_VALUE);
        if (oldest < namedFrom) {
            ancestors.stream().filter(id -> id.number() >= oldest).forEach(evidence::add);
        }
        return evidence;
    }

    private static RevisionId id(Entry entry) {
        return entry.summary().id();
    }

    private void collectAncestors() {
        Deque<RevisionId> next = new ArrayDeque<>(List.of(head.id()));
        while (!next.isEmpty()) {
            RevisionId id = next.remove();
            Entry entry = entries.get(id);
            if (entry != null && ancestors.add(id)) {
                next.addAll(entry.summary().parents());
            }
        }
    }

    private long unbrokenDownTo() {
        RevisionSummary reached = head;
        while (!reached.parents().isEmpty()) {
            Entry parent = entries.get(reached.parents().getFirst());
            if (parent == null) {
                break;
            }
            reached = parent.summary();
        }
        return reached.id().number();
    }
}
