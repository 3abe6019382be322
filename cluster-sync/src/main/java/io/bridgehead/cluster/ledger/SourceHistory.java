package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The held changesets of one source, and what follows from them. Immutable; built anew for each change.
 *
 * <p>The head is the changeset with the newest stamp, which is the same on every node that holds the same records. The
 * active revision is the newest complete one, and never older than it was before.
 *
 * @param newestFirst what is held
 * @param ids the records held, by hash
 * @param contents what they carry
 * @param head the newest, complete or not
 * @param active the newest complete one
 * @param conflicts what lost against the head
 * @param live what another node needs for this source
 * @param horizon the newest stamp that was dropped for age; what is older and brings nothing is not taken again
 */
record SourceHistory(
        List<Entry> newestFirst,
        Set<Sha256> ids,
        Contents contents,
        Revision head,
        Optional<Revision> active,
        List<RevisionSummary> conflicts,
        List<EncodedRecord> live,
        Optional<Stamp> horizon) {

    /** One operator may sign twice in one millisecond on two sides of a cut: then the record's name decides. */
    static final Comparator<Entry> NEWEST_FIRST = Comparator.comparing(Entry::stamp)
            .thenComparing(entry -> entry.record().id())
            .reversed();

    static SourceHistory of(List<Entry> entries, Retention retention) {
        return build(entries, Entry::changeset, Optional.empty(), Optional.empty(), retention);
    }

    SourceHistory with(Entry.Read read, Retention retention) {
        List<Entry> more = new ArrayList<>(newestFirst);
        more.add(read.entry());
        return build(
                more,
                entry -> entry.record().id().equals(read.entry().record().id()) ? read.changeset() : entry.changeset(),
                active.map(Revision::stamp),
                horizon,
                retention);
    }

    /** Held, or so old that its place in the history was given up. */
    boolean knows(EncodedRecord record) {
        if (ids.contains(record.id())) {
            return true;
        }
        boolean dropped = horizon.isPresent() && !record.record().stamp().isAfter(horizon.get());
        return dropped
                && (head.complete()
                        || Entry.of(record).carried().keySet().stream().allMatch(contents::has));
    }

    List<RevisionSummary> summaries() {
        return newestFirst.stream().map(Entry::summary).toList();
    }

    List<EncodedRecord> records() {
        return newestFirst.stream().map(Entry::record).toList();
    }

    Optional<Revision> revision(RevisionId id) {
        if (head.id().equals(id)) {
            return Optional.of(head);
        }
        return newestFirst.stream()
                .filter(entry -> entry.summary().id().equals(id))
                .findFirst()
                .map(contents::revision);
    }

    Optional<SortedMap<String, Bytes>> documents(Revision revision) {
        return contents.documents(revision.changeset());
    }

    private static SourceHistory build(
            List<Entry> entries,
            Function<Entry, Changeset> changesets,
            Optional<Stamp> activeBefore,
            Optional<Stamp> horizonBefore,
            Retention retention) {
        List<Entry> sorted = entries.stream().sorted(NEWEST_FIRST).toList();
        Contents contents = Contents.of(sorted);
        Revision head = contents.revision(sorted.getFirst(), changesets.apply(sorted.getFirst()));
        Optional<Revision> active = head.complete() ? Optional.of(head) : complete(sorted, contents, activeBefore);
        Lineage lineage = new Lineage(head, sorted);
        List<RevisionSummary> conflicts = lineage.conflicts();
        Set<Sha256> needed = carriersOf(contents, head, active);
        Set<RevisionId> evidence = lineage.evidence(conflicts);
        List<Entry> live = sorted.stream()
                .filter(entry -> needed.contains(entry.record().id())
                        || evidence.contains(entry.summary().id()))
                .toList();
        List<Entry> kept = trim(sorted, Set.copyOf(ids(live)), retention);
        return new SourceHistory(
                kept,
                Set.copyOf(ids(kept)),
                kept.size() == sorted.size() ? contents : Contents.of(kept),
                head,
                active,
                conflicts,
                live.stream().map(Entry::record).toList(),
                newestDropped(sorted, kept).or(() -> horizonBefore));
    }

    private static Optional<Revision> complete(List<Entry> sorted, Contents contents, Optional<Stamp> notBefore) {
        return sorted.stream()
                .takeWhile(entry -> notBefore.isEmpty() || !notBefore.get().isAfter(entry.stamp()))
                .map(contents::revision)
                .filter(Revision::complete)
                .findFirst();
    }

    private static Set<Sha256> carriersOf(Contents contents, Revision head, Optional<Revision> active) {
        Set<Sha256> needed = new HashSet<>();
        Stream.concat(Stream.of(head), active.stream()).forEach(revision -> {
            needed.add(revision.record().id());
            for (Sha256 hash : revision.changeset().manifest().values()) {
                contents.carrier(hash)
                        .ifPresent(entry -> needed.add(entry.record().id()));
            }
        });
        return needed;
    }

    private static List<Entry> trim(List<Entry> sorted, Set<Sha256> needed, Retention retention) {
        List<Entry> kept = new ArrayList<>();
        long bytes = 0;
        for (Entry entry : sorted) {
            bytes += entry.record().bytes().size();
            boolean fits = kept.size() < retention.historyMax() && bytes <= retention.historyBytesMax();
            if (fits || needed.contains(entry.record().id())) {
                kept.add(entry);
            }
        }
        return kept;
    }

    private static Optional<Stamp> newestDropped(List<Entry> sorted, List<Entry> kept) {
        Set<Sha256> keptIds = Set.copyOf(ids(kept));
        return sorted.stream()
                .filter(entry -> !keptIds.contains(entry.record().id()))
                .findFirst()
                .map(Entry::stamp);
    }

    private static List<Sha256> ids(List<Entry> entries) {
        return entries.stream().map(entry -> entry.record().id()).toList();
    }
}
