package io.bridgehead.cluster.ledger;

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
 * <p>A node that joined late holds only parts of a history. A revision is called a conflict only where the line of
 * first parents from the head is unbroken down to its number, and within the last {@link #WINDOW} numbers; there
 * every node that holds the live records comes to the same answer.
 */
final class Lineage {
    static final int WINDOW = 64;

    private final RevisionSummary head;
    private final Map<RevisionId, RevisionSummary> known = new HashMap<>();
    private final Set<RevisionId> succeeded = new HashSet<>();
    private final Set<RevisionId> ancestors = new HashSet<>();

    Lineage(RevisionSummary head, List<RevisionSummary> held) {
        this.head = head;
        for (RevisionSummary summary : held) {
            known.put(summary.id(), summary);
            succeeded.addAll(summary.parents());
        }
        collectAncestors();
    }

    List<RevisionSummary> conflicts() {
        long from = Math.max(unbrokenDownTo(), head.id().number() - WINDOW);
        return known.values().stream()
                .filter(lost -> !succeeded.contains(lost.id()) && !ancestors.contains(lost.id()))
                .filter(lost -> lost.id().number() >= from)
                .sorted((a, b) -> b.stamp().compareTo(a.stamp()))
                .toList();
    }

    /** What another node must hold to see these conflicts: they themselves, and the head's line down to the oldest. */
    Set<RevisionId> evidence(List<RevisionSummary> conflicts) {
        Set<RevisionId> evidence = new HashSet<>();
        conflicts.forEach(lost -> evidence.add(lost.id()));
        long oldest =
                conflicts.stream().mapToLong(lost -> lost.id().number()).min().orElse(Long.MAX_VALUE);
        ancestors.stream().filter(id -> id.number() >= oldest).forEach(evidence::add);
        return evidence;
    }

    private void collectAncestors() {
        Deque<RevisionId> next = new ArrayDeque<>(List.of(head.id()));
        while (!next.isEmpty()) {
            RevisionId id = next.remove();
            RevisionSummary summary = known.get(id);
            if (summary != null && ancestors.add(id)) {
                next.addAll(summary.parents());
            }
        }
    }

    private long unbrokenDownTo() {
        RevisionSummary reached = head;
        while (!reached.parents().isEmpty()) {
            RevisionSummary parent = known.get(reached.parents().getFirst());
            if (parent == null) {
                break;
            }
            reached = parent;
        }
        return reached.id().number();
    }
}
