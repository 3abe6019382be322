package io.bridgehead.cluster.chaos;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.testing.Records;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Knows everything that was written and acknowledged, and says what of it does not hold.
 *
 * <p>While it runs: a node never serves an older revision of a source than before, nor other documents than were
 * written. At the end: every store holds the same; every acknowledged changeset is an ancestor of its source's head or
 * of what is shown as lost; what is served is what the head says, so nothing that was removed is back; of each order
 * the newest counts. Threads: any.
 */
final class HistoryChecker {
    private final Map<Named, Edit> written = new ConcurrentHashMap<>();
    private final Set<Named> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, EncodedRecord> orders = new ConcurrentHashMap<>();
    private final Map<String, Stamp> served = new ConcurrentHashMap<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();

    /** A revision of a source. */
    private record Named(String source, RevisionId id) {}

    /** To be told before the edit is committed. */
    void wrote(Edit edit) {
        written.put(new Named(edit.source(), edit.changeset().id()), edit);
    }

    void acknowledged(Edit edit) {
        acknowledged.add(new Named(edit.source(), edit.changeset().id()));
    }

    int acknowledged() {
        return acknowledged.size();
    }

    void ordered(EncodedRecord order) {
        orders.merge(order.record().subject(), order, HistoryChecker::newer);
    }

    /** Follows what a node serves; again after it was started anew on what it kept. */
    void watch(String node, Store store) {
        store.active().values().forEach(revision -> serves(node, revision, store));
        store.onSwap(revision -> serves(node, revision, store));
    }

    /** Where the stores differ; nothing when they hold the same. */
    static List<String> differences(Map<String, Store> stores) {
        List<String> differences = new ArrayList<>();
        String first = stores.keySet().iterator().next();
        Map<String, Object> expected = picture(Objects.requireNonNull(stores.get(first)));
        stores.forEach((node, store) -> picture(store).forEach((what, value) -> {
            if (!value.equals(expected.get(what))) {
                differences.add(node + " has " + what + " " + value + "; " + first + " has " + expected.get(what));
            }
        }));
        return differences;
    }

    /** Everything that does not hold, once the stores had their time. */
    List<String> problems(Map<String, Store> stores) {
        List<String> found = new ArrayList<>(problems);
        found.addAll(differences(stores));
        stores.forEach((node, store) -> {
            lost(store).forEach(id -> found.add(node + " lost " + id + ", which was acknowledged"));
            store.heads()
                    .forEach((source, head) ->
                            misserved(store, head).forEach(problem -> found.add(node + " " + problem)));
            orders.forEach((target, order) -> {
                if (store.latest(Kind.ORDER).stream()
                        .noneMatch(held -> held.id().equals(order.id()))) {
                    found.add(node + " lacks the newest order for " + target);
                }
            });
        });
        return found;
    }

    private void serves(String node, Revision revision, Store store) {
        String key = node + " " + revision.source();
        Stamp before = served.put(key, revision.stamp());
        if (before != null && before.isAfter(revision.stamp())) {
            problems.add(node + " went back to " + revision.id() + " of " + revision.source());
        }
        Edit edit = written.get(new Named(revision.source(), revision.id()));
        if (edit == null) {
            problems.add(node + " serves " + revision.id() + " of " + revision.source() + ", which nobody wrote");
            return;
        }
        store.documents(revision).ifPresent(contents -> {
            Map<String, String> documents = new TreeMap<>();
            contents.forEach((name, content) -> documents.put(name, content.toUtf8()));
            if (!documents.equals(edit.documents())) {
                problems.add(node + " serves " + documents + " as " + revision.id() + " of " + revision.source()
                        + ", which was written as " + edit.documents());
            }
        });
    }

    private List<RevisionId> lost(Store store) {
        List<RevisionId> lost = new ArrayList<>();
        for (Named named : acknowledged) {
            Revision head = store.heads().get(named.source());
            Deque<RevisionId> tips = new ArrayDeque<>();
            if (head != null) {
                tips.add(head.id());
            }
            store.conflicts(named.source()).stream().map(RevisionSummary::id).forEach(tips::add);
            if (!ancestors(named.source(), tips).contains(named.id())) {
                lost.add(named.id());
            }
        }
        return lost;
    }

    private Set<RevisionId> ancestors(String source, Deque<RevisionId> tips) {
        Set<RevisionId> ancestors = new HashSet<>();
        while (!tips.isEmpty()) {
            RevisionId id = tips.remove();
            Edit edit = written.get(new Named(source, id));
            if (edit != null && ancestors.add(id)) {
                tips.addAll(edit.changeset().parents());
            }
        }
        return ancestors;
    }

    private List<String> misserved(Store store, Revision head) {
        Edit edit = written.get(new Named(head.source(), head.id()));
        Map<String, String> documents = Records.active(store, head.source());
        if (edit == null || !edit.documents().equals(documents)) {
            return List.of("serves " + documents + " of " + head.source() + "; expected "
                    + (edit == null ? "nothing" : edit.documents()) + " of " + head.id());
        }
        return List.of();
    }

    private static Map<String, Object> picture(Store store) {
        SortedMap<String, Object> picture = new TreeMap<>();
        picture.put("live records", names(store));
        picture.put(
                "orders",
                store.latest(Kind.ORDER).stream().map(EncodedRecord::id).toList());
        picture.put("sources", store.heads().keySet());
        store.heads().forEach((source, head) -> {
            picture.put("head of " + source, head.id());
            picture.put(
                    "conflicts of " + source,
                    store.conflicts(source).stream().map(RevisionSummary::id).toList());
        });
        return picture;
    }

    private static Set<String> names(Store store) {
        Set<String> names = new HashSet<>();
        for (Sha256 id : store.live().keySet()) {
            names.add(id.hash8());
        }
        return names;
    }

    private static EncodedRecord newer(EncodedRecord a, EncodedRecord b) {
        int order = a.record().stamp().compareTo(b.record().stamp());
        return (order == 0 ? a.id().compareTo(b.id()) : order) > 0 ? a : b;
    }
}
