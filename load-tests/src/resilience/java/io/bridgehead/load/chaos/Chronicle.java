package io.bridgehead.load.chaos;

import io.bridgehead.cluster.api.Ancestry;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.Stamp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Knows everything that was written and acknowledged, and says what of it does not hold.
 *
 * <p>While all goes on: a node never serves an older revision of a source than before, nor one that nobody wrote. At the
 * end: every acknowledged changeset is an ancestor of its source's head or of what is shown as lost; what is served is
 * what the head says, so nothing that was removed is back; of each order the newest counts. Threads: any.
 */
final class Chronicle {
    private final Map<Named, Change> written = new ConcurrentHashMap<>();
    private final Set<Named> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<Named> shownAsLost = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> orders = new ConcurrentHashMap<>();
    private final Map<String, Stamp> served = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
    private final AtomicLong looks = new AtomicLong();

    /** A revision of a source. */
    private record Named(String source, RevisionId revision) {
        static Named of(Change change) {
            return new Named(change.source(), change.revision());
        }
    }

    /** To be told before the change is sent. */
    void wrote(Change change) {
        written.put(Named.of(change), change);
    }

    void acknowledged(Change change) {
        acknowledged.add(Named.of(change));
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /** How often somebody looked at what a node serves. */
    long looks() {
        return looks.get();
    }

    void problem(String text) {
        problems.add(text);
    }

    /** An order that a node has taken. */
    void ordered(String subject, long stampMillis) {
        orders.merge(subject, stampMillis, Math::max);
    }

    int ordered() {
        return orders.size();
    }

    Optional<Change> change(String source, RevisionId revision) {
        return Optional.ofNullable(written.get(new Named(source, revision)));
    }

    /** What a node serves at this moment: revisions by source. */
    void serves(String node, Map<String, RevisionId> revisions) {
        looks.incrementAndGet();
        revisions.forEach((source, revision) -> {
            Change change = written.get(new Named(source, revision));
            if (change == null) {
                problems.add(node + " serves " + revision + " of " + source + ", which nobody wrote");
                return;
            }
            Stamp before = served.put(node + " " + source, change.stamp());
            if (before != null && before.isAfter(change.stamp())) {
                problems.add(node + " went back to " + revision + " of " + source + " from what was stamped " + before);
            }
        });
    }

    /** Whether a change was made knowing of another one. */
    boolean descends(Change later, Change earlier) {
        return ancestors(later.source(), new ArrayDeque<>(List.of(later.revision())))
                .contains(earlier.revision());
    }

    /** Revisions that some node shows as lost. */
    void lost(String source, Collection<RevisionId> revisions) {
        revisions.forEach(revision -> shownAsLost.add(new Named(source, revision)));
    }

    /** What does not hold of a picture that all nodes share; and everything that did not hold meanwhile. */
    List<String> problems(String node, Picture picture) {
        List<String> found = new ArrayList<>(problems);
        missing(picture).forEach(named -> found.add(node + " lost " + named + ", which was acknowledged"));
        picture.heads().forEach((source, head) -> {
            Change change = written.get(new Named(source, head));
            if (change == null || !change.hashes().equals(picture.documents().get(source))) {
                found.add(node + " has of " + source + " at " + head + " "
                        + picture.documents().get(source) + "; expected " + change);
            }
        });
        orders.forEach((subject, stamp) -> {
            Long held = picture.orders().get(subject);
            if (held == null || held < stamp) {
                found.add(node + " has the order '" + subject + "' of " + held + "; expected that of " + stamp);
            }
        });
        return found;
    }

    private List<Named> missing(Picture picture) {
        List<Named> missing = new ArrayList<>();
        picture.heads().forEach((source, head) -> {
            Set<RevisionId> covered = covered(source, head, picture);
            acknowledged.stream()
                    .filter(named -> named.source().equals(source) && !covered.contains(named.revision()))
                    .forEach(missing::add);
        });
        acknowledged.stream()
                .filter(named -> !picture.heads().containsKey(named.source()))
                .forEach(missing::add);
        return missing;
    }

    /** What descends to the head or to what lost; what lost is shown as long as it is near the head. */
    private Set<RevisionId> covered(String source, RevisionId head, Picture picture) {
        Deque<RevisionId> tips = new ArrayDeque<>(Objects.requireNonNull(picture.lost().get(source)));
        tips.add(head);
        shownAsLost.stream()
                .filter(lost -> lost.source().equals(source)
                        && lost.revision().number() < head.number() - Ancestry.WINDOW)
                .forEach(lost -> tips.add(lost.revision()));
        return ancestors(source, tips);
    }

    /** These, and what they continue. */
    private Set<RevisionId> ancestors(String source, Deque<RevisionId> tips) {
        Set<RevisionId> covered = new HashSet<>();
        while (!tips.isEmpty()) {
            RevisionId tip = tips.remove();
            Change change = written.get(new Named(source, tip));
            if (change != null && covered.add(tip)) {
                tips.addAll(change.parents());
            }
        }
        return covered;
    }
}
