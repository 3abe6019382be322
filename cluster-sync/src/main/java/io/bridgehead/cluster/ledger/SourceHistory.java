package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.Resolution;
import io.bridgehead.cluster.api.Resolution.Contradicted;
import io.bridgehead.cluster.api.Resolution.Resolved;
import io.bridgehead.cluster.api.Resolution.Unresolved;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store.Contradiction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The held changesets of one source, and what follows from them. Immutable; built anew for each change.
 *
 * <p>The head is the changeset with the newest stamp, which is the same on every node that holds the same records. The
 * active revision is the newest complete one, and never older than it was before. A changeset that turns out to be no
 * difference from what it names is given up when it would be the head.
 *
 * @param newestFirst what is held
 * @param ids the records held, by hash
 * @param contents what they carry
 * @param chains how those that are differences build on each other
 * @param head the newest, complete or not
 * @param active the newest complete one
 * @param conflicts what lost against the head
 * @param live what another node needs for this source
 * @param horizon the newest stamp that was dropped for age; what is older and brings nothing is not taken again
 * @param contradictions what was given up when this was built
 */
record SourceHistory(
        List<Entry> newestFirst,
        Set<Sha256> ids,
        Contents contents,
        Chains chains,
        Revision head,
        Optional<Revision> active,
        List<RevisionSummary> conflicts,
        List<EncodedRecord> live,
        Optional<Stamp> horizon,
        List<Contradiction> contradictions) {

    /** One operator may sign twice in one millisecond on two sides of a cut: then the record's name decides. */
    static final Comparator<Entry> NEWEST_FIRST = Comparator.comparing(Entry::stamp)
            .thenComparing(entry -> entry.record().id())
            .reversed();

    /** @param atHand manifests that are known already, by the names of their records */
    static SourceHistory of(List<Entry> entries, Map<Sha256, Manifest> atHand, Retention retention) {
        Picture picture = new Picture(entries, atHand, Entry::changeset, Optional.empty());
        return build(picture, Optional.empty(), Optional.empty(), retention);
    }

    /** The history with one more. Throws IllegalArgumentException for one that is no difference from what it names. */
    SourceHistory with(Entry.Read read, Retention retention) {
        Map<Sha256, Manifest> atHand = manifests(head, active);
        switch (chains.resolve(read.changeset())) {
            case Contradicted(String reason) -> throw new IllegalArgumentException(reason);
            case Resolved(Manifest manifest) -> atHand.put(read.entry().record().id(), manifest);
            case Unresolved _ -> {}
        }
        List<Entry> more = new ArrayList<>(newestFirst);
        more.add(read.entry());
        Picture picture = new Picture(
                more,
                atHand,
                entry -> entry.record().id().equals(read.entry().record().id()) ? read.changeset() : entry.changeset(),
                Optional.of(contents));
        return build(picture, active.map(Revision::stamp), horizon, retention);
    }

    /** Held, or so old that its place in the history was given up. */
    boolean knows(EncodedRecord record) {
        if (ids.contains(record.id())) {
            return true;
        }
        boolean dropped = horizon.isPresent() && !record.record().stamp().isAfter(horizon.get());
        return dropped && (head.complete() || !helps(Entry.of(record)));
    }

    /** Whether the head wants it: for what it carries, or to tell which documents the head means. */
    private boolean helps(Entry entry) {
        boolean missing = chains.resolve(head.changeset()) instanceof Unresolved(RevisionId wanted)
                && wanted.equals(entry.summary().id());
        return missing || !entry.carried().keySet().stream().allMatch(contents::has);
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
                .map(entry -> revision(entry, chains, contents));
    }

    Optional<SortedMap<String, Bytes>> documents(Revision revision) {
        return revision.known().flatMap(contents::documents);
    }

    Resolution resolve(Changeset changeset) {
        return chains.resolve(changeset);
    }

    private static Revision revision(Entry entry, Chains chains, Contents contents) {
        return revision(entry, entry.changeset(), chains.resolve(entry), contents);
    }

    private static Revision revision(Entry entry, Changeset changeset, Resolution resolution, Contents contents) {
        Optional<Manifest> known =
                resolution instanceof Resolved(Manifest manifest) ? Optional.of(manifest) : Optional.empty();
        boolean complete = known.isPresent() && contents.haveAll(known.get());
        return new Revision(entry.summary().id(), changeset, known, entry.record(), complete);
    }

    /**
     * What a history is built from: the entries, manifests that were put together before, what entries say, and what
     * all but the last of them carry.
     */
    private record Picture(
            List<Entry> entries,
            Map<Sha256, Manifest> atHand,
            Function<Entry, Changeset> changesets,
            Optional<Contents> before) {
        Contents contents(List<Entry> sorted) {
            boolean oneMore =
                    sorted.size() == entries.size() && sorted.getFirst().equals(entries.getLast());
            return before.filter(_ -> oneMore)
                    .map(known -> known.withNewest(sorted.getFirst()))
                    .orElseGet(() -> Contents.of(sorted));
        }

        /** Those whose newest is no contradiction, and what was. */
        Sound sound() {
            List<Entry> sorted =
                    new ArrayList<>(entries.stream().sorted(NEWEST_FIRST).toList());
            List<Contradiction> contradictions = new ArrayList<>();
            while (true) {
                Chains chains = new Chains(sorted, atHand);
                Resolution head = chains.resolve(sorted.getFirst());
                if (!(head instanceof Contradicted(String reason))) {
                    return new Sound(List.copyOf(sorted), chains, head, List.copyOf(contradictions));
                }
                contradictions.add(new Contradiction(sorted.removeFirst().record(), reason));
            }
        }
    }

    /** Entries, the newest first, with what their head resolves to. */
    private record Sound(List<Entry> sorted, Chains chains, Resolution head, List<Contradiction> contradictions) {}

    private static SourceHistory build(
            Picture picture, Optional<Stamp> activeBefore, Optional<Stamp> horizonBefore, Retention retention) {
        Sound sound = picture.sound();
        List<Entry> sorted = sound.sorted();
        Contents contents = picture.contents(sorted);
        Revision head =
                revision(sorted.getFirst(), picture.changesets().apply(sorted.getFirst()), sound.head(), contents);
        Optional<Revision> active =
                head.complete() ? Optional.of(head) : complete(sorted, sound.chains(), contents, activeBefore);
        Lineage lineage = new Lineage(head, sorted);
        List<RevisionSummary> conflicts = lineage.conflicts();
        Set<Sha256> needed = needed(sorted, sound.chains(), contents, head, active);
        Set<RevisionId> evidence = lineage.evidence(conflicts);
        List<Entry> live = sorted.stream()
                .filter(entry -> needed.contains(entry.record().id())
                        || evidence.contains(entry.summary().id()))
                .toList();
        List<Entry> kept = trim(sorted, Set.copyOf(ids(live)), retention);
        boolean all = kept.size() == sorted.size();
        return new SourceHistory(
                kept,
                Set.copyOf(ids(kept)),
                all ? contents : Contents.of(kept),
                new Chains(kept, manifests(head, active)),
                head,
                active,
                conflicts,
                live.stream().map(Entry::record).toList(),
                newestDropped(sorted, kept).or(() -> horizonBefore),
                sound.contradictions());
    }

    private static Map<Sha256, Manifest> manifests(Revision head, Optional<Revision> active) {
        Map<Sha256, Manifest> manifests = new HashMap<>();
        Stream.concat(Stream.of(head), active.stream())
                .forEach(revision -> revision.known()
                        .ifPresent(manifest -> manifests.put(revision.record().id(), manifest)));
        return manifests;
    }

    private static Optional<Revision> complete(
            List<Entry> sorted, Chains chains, Contents contents, Optional<Stamp> notBefore) {
        return sorted.stream()
                .takeWhile(entry -> notBefore.isEmpty() || !notBefore.get().isAfter(entry.stamp()))
                .map(entry -> revision(entry, chains, contents))
                .filter(Revision::complete)
                .findFirst();
    }

    /** What head and active revision are told by, and what carries their documents. */
    private static Set<Sha256> needed(
            List<Entry> sorted, Chains chains, Contents contents, Revision head, Optional<Revision> active) {
        Set<Sha256> records = new HashSet<>();
        Set<Sha256> needed = new HashSet<>();
        Stream.concat(Stream.of(head), active.stream()).forEach(revision -> {
            if (!records.add(revision.record().id())) {
                return;
            }
            revision.known()
                    .ifPresent(manifest -> contents.carriers(manifest)
                            .forEach(entry -> needed.add(entry.record().id())));
        });
        sorted.stream()
                .filter(entry -> records.contains(entry.record().id()))
                .forEach(entry -> chains.under(entry)
                        .forEach(below -> needed.add(below.record().id())));
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
