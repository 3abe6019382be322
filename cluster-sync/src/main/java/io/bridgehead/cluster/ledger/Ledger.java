package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Everything a store holds at one moment. Immutable: {@link #with} gives the next picture.
 *
 * @param sources the histories by source
 * @param latest the newest record of each other kind, origin and subject
 * @param retention how much is kept
 */
record Ledger(
        SortedMap<String, SourceHistory> sources, SortedMap<LatestKey, EncodedRecord> latest, Retention retention) {

    /** Two records with one stamp are told apart by their names, so that every node keeps the same one. */
    private static final Comparator<EncodedRecord> NEWER = Comparator.comparing(
                    (EncodedRecord record) -> record.record().stamp())
            .thenComparing(EncodedRecord::id);

    /** @param refused is told of records that no store can hold, and why */
    static Ledger of(
            Collection<EncodedRecord> records, Retention retention, BiConsumer<EncodedRecord, String> refused) {
        Map<String, Reads> changesets = new TreeMap<>();
        SortedMap<LatestKey, EncodedRecord> latest = new TreeMap<>();
        for (EncodedRecord record : records) {
            try {
                requireStored(record);
                if (record.record().kind().equals(Kind.CHANGESET)) {
                    changesets
                            .computeIfAbsent(record.record().subject(), _ -> new Reads())
                            .add(Entry.read(record));
                } else {
                    Orders.require(record.record());
                    latest.merge(LatestKey.of(record), record, Ledger::newer);
                }
            } catch (IllegalArgumentException e) {
                refused.accept(record, String.valueOf(e.getMessage()));
            }
        }
        changesets.values().removeIf(reads -> reads.entries.isEmpty());
        SortedMap<String, SourceHistory> sources = new TreeMap<>();
        changesets.forEach((source, reads) ->
                sources.put(source, SourceHistory.of(List.copyOf(reads.entries.values()), reads.atHand(), retention)));
        return new Ledger(
                Collections.unmodifiableSortedMap(sources), Collections.unmodifiableSortedMap(latest), retention);
    }

    /** The changesets of a source while they are read; of manifests only the newest is likely to be wanted again. */
    private static final class Reads {
        private final Map<Sha256, Entry> entries = new LinkedHashMap<>();
        private final SortedMap<Stamp, Entry.Read> whole = new TreeMap<>();

        void add(Entry.Read read) {
            Entry entry = read.entry();
            entries.put(entry.record().id(), entry);
            if (entry.place().depth() == 0) {
                whole.put(entry.stamp(), read);
                if (whole.size() > 1) {
                    whole.remove(whole.firstKey());
                }
            }
        }

        Map<Sha256, Manifest> atHand() {
            Map<Sha256, Manifest> atHand = new HashMap<>();
            for (Entry.Read read : whole.values()) {
                if (read.changeset().listing() instanceof Listing.Whole(Manifest manifest)) {
                    atHand.put(read.entry().record().id(), manifest);
                }
            }
            return atHand;
        }
    }

    boolean knows(EncodedRecord record) {
        if (record.record().kind().equals(Kind.CHANGESET)) {
            SourceHistory history = sources.get(record.record().subject());
            return history != null && history.knows(record);
        }
        EncodedRecord held = latest.get(LatestKey.of(record));
        return held != null && newer(held, record).equals(held);
    }

    /**
     * The picture with this record in it. Throws IllegalArgumentException for one that does not fit its kind or a
     * bound.
     */
    Ledger with(EncodedRecord record) {
        requireStored(record);
        return record.record().kind().equals(Kind.CHANGESET) ? withChangeset(record) : withLatest(record);
    }

    private static void requireStored(EncodedRecord record) {
        if (record.record().kind().equals(Kind.HEALTH)) {
            throw new IllegalArgumentException("record's kind is health; expected one that is stored");
        }
    }

    private Ledger withChangeset(EncodedRecord record) {
        Entry.Read read = Entry.read(record);
        SortedMap<String, SourceHistory> more = new TreeMap<>(sources);
        more.compute(
                read.entry().summary().source(),
                (source, history) -> history == null
                        ? SourceHistory.of(List.of(read.entry()), Map.of(), retention)
                        : history.with(read, retention));
        return new Ledger(Collections.unmodifiableSortedMap(more), latest, retention);
    }

    private Ledger withLatest(EncodedRecord record) {
        Orders.require(record.record());
        LatestKey key = LatestKey.of(record);
        String origin = record.record().origin();
        if (!latest.containsKey(key) && count(key.kind(), origin) >= retention.latestMax()) {
            throw new IllegalArgumentException(origin + " has " + retention.latestMax() + " records of kind "
                    + key.kind() + "; expected no more subjects, so \"" + key.subject() + "\" is not taken");
        }
        SortedMap<LatestKey, EncodedRecord> more = new TreeMap<>(latest);
        more.merge(key, record, Ledger::newer);
        return new Ledger(sources, Collections.unmodifiableSortedMap(more), retention);
    }

    /** The picture without what ended longer ago than tombstones are kept. */
    Ledger withoutExpired(Instant now) {
        long before = now.minus(retention.tombstones()).toEpochMilli();
        SortedMap<String, SourceHistory> keptSources = new TreeMap<>(sources);
        keptSources
                .values()
                .removeIf(history -> history.head().changeset().isEnd()
                        && history.head().stamp().millis() < before);
        SortedMap<LatestKey, EncodedRecord> keptLatest = new TreeMap<>(latest);
        keptLatest.values().removeIf(record -> Orders.overSince(record) < before);
        return new Ledger(
                Collections.unmodifiableSortedMap(keptSources),
                Collections.unmodifiableSortedMap(keptLatest),
                retention);
    }

    Stream<EncodedRecord> live() {
        return Stream.concat(
                sources.values().stream().flatMap(history -> history.live().stream()), latest.values().stream());
    }

    Stream<EncodedRecord> all() {
        return Stream.concat(
                sources.values().stream().flatMap(history -> history.records().stream()), latest.values().stream());
    }

    Optional<Stamp> newestStamp() {
        return Stream.concat(
                        sources.values().stream().map(history -> history.head().stamp()),
                        latest.values().stream().map(record -> record.record().stamp()))
                .max(Stamp::compareTo);
    }

    private long count(Kind kind, String origin) {
        return latest.values().stream()
                .filter(record -> record.record().kind().equals(kind)
                        && record.record().origin().equals(origin))
                .count();
    }

    private static EncodedRecord newer(EncodedRecord a, EncodedRecord b) {
        return NEWER.compare(a, b) >= 0 ? a : b;
    }
}
