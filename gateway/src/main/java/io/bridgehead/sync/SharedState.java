package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.ClusterState;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.RecordSigner;
import java.security.SignatureException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * This node's part in shared state, in the gateway's words.
 *
 * <p><b>Threads</b>: any. Listeners are called on threads of the store or the fabric and must only hand over.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class SharedState {
    private final Store store;
    private final Fabric fabric;
    private final LiveTls tls;
    private final HybridClock clock;
    private final long incarnation;
    private final SyncObserver observer;
    private final ClockWatch clocks;
    private final RevisionTrust trusted;
    private final ServiceDigests digests;
    private final RateTalk rates;
    private final Texts texts = new Texts();
    private final Readers readers = new Readers();
    private final ConcurrentMap<String, Based> bases = new ConcurrentHashMap<>();
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicReference<@Nullable EncodedRecord> lastHealth = new AtomicReference<>();

    /** What shared state is made of; {@code incarnation} grows with each start of the node, {@code trusted} says whether the signer of a
     * revision may publish it here. */
    public record Parts(
            Store store,
            Fabric fabric,
            LiveTls tls,
            HybridClock clock,
            long incarnation,
            SyncObserver observer,
            ClockWatch clocks,
            RevisionTrust trusted) {}

    public SharedState(Parts parts) {
        this.store = parts.store();
        this.fabric = parts.fabric();
        this.tls = parts.tls();
        this.clock = parts.clock();
        this.incarnation = parts.incarnation();
        this.observer = parts.observer();
        this.clocks = parts.clocks();
        this.trusted = parts.trusted();
        this.digests = new ServiceDigests(store);
        this.rates = new RateTalk(fabric, tls, clock, incarnation, observer);
    }

    /** What is in force now; read from the local store, never waits. */
    public ActiveDocuments documents() {
        return ActiveDocuments.of(store, texts, trusted, stages().here());
    }

    /**
     * Sources, and documents of those it serves, that this node holds and does not serve, because its {@code trust} or a quarantine does not let their
     * signer publish them; a sentence each.
     */
    public List<String> leftOut() {
        List<String> all = new ArrayList<>(leftOutSources());
        store.active().values().stream()
                .filter(trusted)
                .flatMap(revision -> ungranted(
                                revision.record().record().origin(),
                                revision.source(),
                                revision.documents().keySet())
                        .map(name -> notGranted(revision.record(), name) + "; it is not served here"))
                .forEach(all::add);
        return all;
    }

    /** Why this node does not take a proposal whose signer it knows: what is wrong with the first such document; nothing when it may be published. */
    public Optional<String> objection(Proposal proposal) {
        EncodedRecord record = proposal.record();
        return ungranted(
                        record.record().origin(),
                        proposal.source(),
                        proposal.documents().keySet())
                .findFirst()
                .map(name -> notGranted(record, name) + "; keep what others publish in sources of their own");
    }

    /**
     * What this node would not serve of documents, for who signs them; a sentence each.
     *
     * @param signer empty when that is not known
     * @throws IllegalArgumentException if the signer is no SPIFFE ID
     */
    public List<String> refusals(String signer, String source, Set<String> documents) {
        if (signer.isEmpty()) {
            return List.of();
        }
        if (!trusted.allowsSource(signer, source)) {
            return List.of("source '" + source + "' as a whole: trust.publishers does not let " + signer
                    + " publish it, or it is quarantined");
        }
        return ungranted(signer, source, documents)
                .map(name ->
                        name + ": trust.publishers does not let " + signer + " publish it in source '" + source + "'")
                .toList();
    }

    private Stream<String> ungranted(String signer, String source, Set<String> documents) {
        if (!trusted.bindsDocuments()) {
            return Stream.empty();
        }
        return documents.stream().filter(name -> !trusted.allowsDocument(signer, source, name));
    }

    private static String notGranted(EncodedRecord record, String document) {
        return "source '" + record.record().subject() + "': " + document + ", signed by "
                + record.record().origin()
                + ", is none of the documents that trust.publishers of this node lets it publish";
    }

    private List<String> leftOutSources() {
        return store.active().values().stream()
                .filter(trusted.negate())
                .map(
                        revision -> "source '" + revision.source() + "': revision " + revision.id() + " is signed by "
                                + revision.record().record().origin()
                                + ", whom trust.publishers of this node does not let publish it, or who is quarantined; none of its documents is served here")
                .toList();
    }

    /** The revisions that this node keeps. */
    public RevisionHistory history() {
        return new RevisionHistory(store, trusted, () -> stages().here());
    }

    /** The changesets that are tried on some nodes now. */
    public Stages stages() {
        return new Stages(store, tls.current().material().id(), trusted);
    }

    /** What the next changeset of a source continues; nothing while this node lacks what its head is a difference from. */
    public Optional<Changesets.Base> base(String source) {
        Revision head = store.heads().get(source);
        if (head == null) {
            return Optional.of(new Changesets.Base(null, 0, new TreeMap<>(), Changesets.Ancestors.NONE, 0));
        }
        if (head.known().isEmpty()) {
            return Optional.empty();
        }
        Changesets.Base base = olderReaders().isPresent() ? base(head).whole() : base(head);
        return Optional.of(base.besides(store.conflicts(source).stream()
                .flatMap(lost -> store.revision(source, lost.id()).stream())
                .toList()));
    }

    /** The hashes of ten thousand documents as texts are made once for each head: folders ask twice a second. */
    private Changesets.Base base(Revision head) {
        if (!head.complete()) {
            return Changesets.Base.of(head);
        }
        Based made = bases.get(head.source());
        if (made == null || !made.record.equals(head.record().id())) {
            made = new Based(head.record().id(), Changesets.Base.of(head));
            bases.put(head.source(), made);
        }
        return made.base;
    }

    /** What follows the head that came in a record. */
    private record Based(Sha256 record, Changesets.Base base) {}

    /**
     * Reads a signed changeset that somebody wants to commit.
     *
     * @throws MalformedException saying what is wrong with the bytes
     * @throws UnheldException when this node lacks what it builds on
     */
    public Proposal read(byte[] record) throws MalformedException, UnheldException {
        EncodedRecord encoded = EncodedRecord.decode(Bytes.wrap(record));
        return read(encoded, Kind.CHANGESET);
    }

    /**
     * Reads a signed stage of a changeset.
     *
     * @throws MalformedException saying what is wrong with the bytes
     * @throws UnheldException when this node lacks what it builds on
     */
    public Proposal readStage(byte[] record) throws MalformedException, UnheldException {
        return read(EncodedRecord.decode(Bytes.wrap(record)), Kind.STAGE);
    }

    private Proposal read(EncodedRecord encoded, Kind kind) throws MalformedException, UnheldException {
        if (!encoded.record().kind().equals(kind)) {
            throw new MalformedException("record of kind " + encoded.record().kind() + "; expected a " + kind);
        }
        return Proposal.of(encoded, store, texts);
    }

    /**
     * Reads the signed end of a stage: a record without a body.
     *
     * @throws MalformedException saying what is wrong with the bytes
     */
    public EncodedRecord readEnd(byte[] record) throws MalformedException {
        EncodedRecord encoded = EncodedRecord.decode(Bytes.wrap(record));
        if (!encoded.record().kind().equals(Kind.STAGE)
                || !encoded.record().body().isEmpty()) {
            throw new MalformedException(
                    "record of kind " + encoded.record().kind() + "; expected a stage without a body");
        }
        return encoded;
    }

    /** Keeps a record that needs no comparison, and spreads it to all nodes. */
    public CompletionStage<Receipt> publish(EncodedRecord record) {
        return fabric.publish(record.record());
    }

    /**
     * Makes a changeset the head of its source everywhere, if the head still is its parent.
     *
     * @return completes within 4 s
     */
    public CompletionStage<CommitResult> commit(Proposal proposal) {
        return commit(proposal.record(), proposal.changeset());
    }

    /** The changeset of a record that another node has judged. */
    static Changeset changeset(EncodedRecord record) throws MalformedException {
        if (!record.record().kind().equals(Kind.CHANGESET)) {
            throw new MalformedException("record of kind " + record.record().kind() + "; expected a changeset");
        }
        return ChangesetCodec.decode(record.record().body());
    }

    /** As {@link #commit(Proposal)}. */
    CompletionStage<CommitResult> commit(EncodedRecord record, Changeset changeset) {
        Optional<String> objection = clocks.objection(record.record().stamp());
        return objection.isPresent()
                ? CompletableFuture.completedStage(new CommitResult.Refused(objection.get()))
                : fabric.commit(changeset.source(), changeset.parent(), record.record());
    }

    /** Tells all nodes of this one's health. Called whenever it changes and every few seconds; never waits for the network. */
    public void publish(NodeReport report) {
        long number = sequence.incrementAndGet();
        HealthMessage message = new HealthMessage(incarnation, number, NodeReportCodec.encode(report));
        RecordSigner signer = new RecordSigner(tls.current().material());
        try {
            EncodedRecord signed = Changesets.sign(
                    message.toRecord(report.report().node().value(), signer.id().toString(), clock.next()), signer);
            lastHealth.set(signed);
            fabric.publishHealth(signed.record());
        } catch (SignatureException e) {
            observer.healthNotSigned(String.valueOf(e.getMessage()));
        }
    }

    /** The signed bytes of the last report, for nodes that the cluster does not reach; null before the first. */
    public byte @Nullable [] lastHealth() {
        EncodedRecord last = lastHealth.get();
        return last == null ? null : last.bytes().toArray();
    }

    /** What nodes want of rate limits of the fabric. */
    public RateTalk rates() {
        return rates;
    }

    /** A record came over a tunnel. */
    public CompletionStage<Receipt> receive(Bytes record, String carrier) {
        try {
            return fabric.receive(record, carrier);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Reports of other nodes, in order for each. */
    public void onReport(Consumer<NodeReport> listener) {
        fabric.onHealth(record -> {
            NodeReport report = RateTalk.isOne(record) ? null : reportOf(record);
            if (report != null) {
                readers.heard(report);
                listener.accept(report);
            }
        });
    }

    /** Signed health of other nodes as it came, each message once. */
    public void onHealthRecord(Consumer<byte[]> listener) {
        fabric.onHealth(
                record -> listener.accept(EncodedRecord.of(record).bytes().toArray()));
    }

    /** What is in force has changed. */
    public void onDocuments(Runnable listener) {
        store.onSwap(revision -> listener.run());
        store.onAppend(record -> {
            if (record.record().kind().equals(Kind.STAGE)) {
                listener.run();
            }
        });
    }

    /** A record that is kept is news here, whether it was made here or came from elsewhere. */
    public void onRecord(Consumer<byte[]> listener) {
        store.onAppend(record -> listener.accept(record.bytes().toArray()));
    }

    /** When and where a record was stamped that is kept and is news here. */
    public void onStamp(Consumer<Stamp> listener) {
        store.onAppend(record -> listener.accept(record.record().stamp()));
    }

    /** How this node's clock compares with those of the others. */
    public ClockWatch.Lead clockLead() {
        return clocks.lead();
    }

    /** What is wrong with clocks, here or in what was kept from a time when they were wrong; a sentence each. */
    public List<String> clockProblems() {
        List<String> problems = new ArrayList<>();
        clocks.problem().ifPresent(problems::add);
        store.heads().forEach((source, head) -> {
            if (clock.isTooFarAhead(head.stamp())) {
                problems.add(
                        "source '" + source + "' stands at revision " + head.id() + ", which is stamped "
                                + Instant.ofEpochMilli(head.stamp().millis())
                                + ", ahead of this node's clock, and which other nodes do not take: set the clock, or stop this node, empty its state.directory and start it again");
            }
        });
        return problems;
    }

    /** The head of each source, as people name it. */
    public SortedMap<String, String> heads() {
        SortedMap<String, String> heads = new TreeMap<>();
        store.heads().forEach((source, head) -> heads.put(source, head.id().toString()));
        return heads;
    }

    /** The revisions that lost against heads and were not answered, by source. */
    public SortedMap<String, List<String>> conflicts() {
        SortedMap<String, List<String>> conflicts = new TreeMap<>();
        store.heads().keySet().forEach(source -> {
            List<String> lost = store.conflicts(source).stream()
                    .map(summary -> summary.id().toString())
                    .toList();
            if (!lost.isEmpty()) {
                conflicts.put(source, lost);
            }
        });
        return conflicts;
    }

    /** An order of an operator is news here. */
    public void onOrder(Runnable listener) {
        store.onAppend(record -> {
            if (record.record().kind().equals(Kind.ORDER)) {
                listener.run();
            }
        });
    }

    /** Keeps an operator's order and spreads it; durable on this node when it is accepted. */
    public CompletionStage<Receipt> order(OrderRecords.Given given) {
        return fabric.publish(given.record().record());
    }

    /** Closes links of the cluster to whoever may not be there any more, as after a quarantine. */
    public void recheckPeers() {
        fabric.recheckPeers();
    }

    /** Which nodes read no changesets that are differences, in a sentence; nothing when all do. */
    public Optional<String> olderReaders() {
        return readers.sentence(fabric.state().members());
    }

    /** Why a changeset would not be understood on some node; nothing when all nodes that are known can read it. */
    public Optional<String> unreadable(Proposal proposal) {
        return proposal.changeset().listing() instanceof Listing.Difference ? olderReaders() : Optional.empty();
    }

    /** A node is not part of the fabric any more. */
    public void forget(NodeName node) {
        readers.forget(node);
    }

    /** Where this node stands towards its cluster. */
    public ClusterState cluster() {
        return fabric.state();
    }

    /** Who makes up the cluster, and through how many merges: another value than before means that something has happened to it. */
    public Object composition() {
        return List.of(members(), fabric.state().merges());
    }

    /** The nodes that the cluster shows now, this one included. */
    public Set<NodeName> members() {
        Set<NodeName> members = new TreeSet<>();
        fabric.state()
                .members()
                .forEach(member -> members.add(new NodeName(member.info().node())));
        return members;
    }

    /** Begins to look for the cluster; the node serves meanwhile. */
    public void start() {
        fabric.start();
    }

    /** Leaves the cluster and closes the store. */
    public void close() {
        fabric.close();
        store.close();
    }

    private @Nullable NodeReport reportOf(SignedRecord record) {
        try {
            NodeReport report = NodeReportCodec.decode(HealthMessage.decode(record.body()), digests::names);
            SpiffeId origin = SpiffeId.parse(record.origin());
            NodeName node = origin.gatewayNode();
            if (!report.report().node().equals(node) || !report.report().site().equals(origin.site())) {
                observer.reportRefused(
                        record.origin(),
                        "it speaks for node " + report.report().node() + " of site "
                                + report.report().site());
                return null;
            }
            return report;
        } catch (MalformedException | IllegalArgumentException e) {
            observer.reportRefused(record.origin(), String.valueOf(e.getMessage()));
            return null;
        }
    }
}
