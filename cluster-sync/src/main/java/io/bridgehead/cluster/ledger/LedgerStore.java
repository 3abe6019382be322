package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.Resolution;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.Subscription;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A store that reads from a picture in memory and writes through a {@link Journal}.
 *
 * <p>Threads: any. Readers take the picture, once per call. Writers hold a lock over journal and swap, never while they
 * tell listeners.
 */
public final class LedgerStore implements Store {
    private final Journal journal;
    private final InstantSource clock;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Current<Ledger> ledger;
    private final Bulletin<Revision> swaps = new Bulletin<>();
    private final Bulletin<EncodedRecord> appends = new Bulletin<>();
    private final Bulletin<Contradiction> contradictions = new Bulletin<>();

    public LedgerStore(Journal journal, Collection<EncodedRecord> held, Retention retention, InstantSource clock) {
        this(journal, held, retention, clock, (_, _) -> {});
    }

    /** @param refused is told of records in {@code held} that no store can hold, and why */
    public LedgerStore(
            Journal journal,
            Collection<EncodedRecord> held,
            Retention retention,
            InstantSource clock,
            BiConsumer<EncodedRecord, String> refused) {
        this.journal = journal;
        this.clock = clock;
        this.ledger = new Current<>(Ledger.of(held, retention, refused));
    }

    @Override
    public boolean append(EncodedRecord verified) throws IOException {
        Ledger before;
        Ledger after;
        writing.lock();
        try {
            before = picture();
            if (before.knows(verified)) {
                return false;
            }
            after = before.with(verified);
            journal.append(verified);
            ledger.set(after);
        } finally {
            writing.unlock();
        }
        tell(verified, before, after);
        compactIfLong();
        return true;
    }

    /** After what is new was told: to write all anew takes longer than anything else here. */
    private void compactIfLong() {
        writing.lock();
        try {
            if (closed.get()) {
                return;
            }
            journal.compactIfLong(this::everythingThatLasts);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public boolean knows(EncodedRecord record) {
        return picture().knows(record);
    }

    @Override
    public SortedMap<String, Revision> heads() {
        return revisions(history -> Optional.of(history.head()));
    }

    @Override
    public SortedMap<String, Revision> active() {
        return revisions(SourceHistory::active);
    }

    @Override
    public Optional<SortedMap<String, Bytes>> documents(Revision revision) {
        return history(revision.source(), history -> history.documents(revision));
    }

    @Override
    public Optional<Bytes> content(String source, Sha256 hash) {
        return history(source, history -> history.contents().content(hash));
    }

    @Override
    public List<RevisionSummary> history(String source) {
        return history(source, history -> Optional.of(history.summaries())).orElse(List.of());
    }

    @Override
    public Optional<Revision> revision(String source, RevisionId id) {
        return history(source, history -> history.revision(id));
    }

    @Override
    public Resolution resolve(Changeset changeset) {
        SourceHistory history = picture().sources().get(changeset.source());
        if (history != null) {
            return history.resolve(changeset);
        }
        return new Chains(List.of(), Map.of()).resolve(changeset);
    }

    @Override
    public List<RevisionSummary> conflicts(String source) {
        return history(source, history -> Optional.of(history.conflicts())).orElse(List.of());
    }

    @Override
    public List<EncodedRecord> latest(Kind kind) {
        return picture().latest().values().stream()
                .filter(record -> record.record().kind().equals(kind))
                .toList();
    }

    @Override
    public Map<Sha256, EncodedRecord> live() {
        Map<Sha256, EncodedRecord> live = new LinkedHashMap<>();
        picture().live().forEach(record -> live.put(record.id(), record));
        return Collections.unmodifiableMap(live);
    }

    @Override
    public Optional<Stamp> newestStamp() {
        return picture().newestStamp();
    }

    @Override
    public Subscription onSwap(Consumer<Revision> listener) {
        return swaps.subscribe(listener);
    }

    @Override
    public Subscription onAppend(Consumer<EncodedRecord> listener) {
        return appends.subscribe(listener);
    }

    @Override
    public Subscription onContradiction(Consumer<Contradiction> listener) {
        return contradictions.subscribe(listener);
    }

    @Override
    public void close() {
        writing.lock();
        try {
            closed.set(true);
            journal.close();
        } finally {
            writing.unlock();
        }
    }

    private List<EncodedRecord> everythingThatLasts() {
        return ledger.update(held -> held.withoutExpired(clock.instant())).all().toList();
    }

    private void tell(EncodedRecord appended, Ledger before, Ledger after) {
        appends.post(appended);
        String source = appended.record().subject();
        if (!appended.record().kind().equals(Kind.CHANGESET)) {
            return;
        }
        Optional.ofNullable(after.sources().get(source))
                .ifPresent(history -> history.contradictions().forEach(contradictions::post));
        Optional<Revision> now = active(after, source);
        if (!now.map(Revision::id).equals(active(before, source).map(Revision::id))) {
            now.ifPresent(swaps::post);
        }
    }

    private SortedMap<String, Revision> revisions(Function<SourceHistory, Optional<Revision>> which) {
        SortedMap<String, Revision> revisions = new TreeMap<>();
        picture()
                .sources()
                .forEach((source, history) ->
                        which.apply(history).ifPresent(revision -> revisions.put(source, revision)));
        return Collections.unmodifiableSortedMap(revisions);
    }

    private <T> Optional<T> history(String source, Function<SourceHistory, Optional<T>> question) {
        return Optional.ofNullable(picture().sources().get(source)).flatMap(question);
    }

    private static Optional<Revision> active(Ledger ledger, String source) {
        return Optional.ofNullable(ledger.sources().get(source)).flatMap(SourceHistory::active);
    }

    private Ledger picture() {
        return ledger.get();
    }
}
