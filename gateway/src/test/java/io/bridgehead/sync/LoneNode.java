package io.bridgehead.sync;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.ChangesetCodec;
import io.bridgehead.cluster.api.ClusterState;
import io.bridgehead.cluster.api.ClusterState.Phase;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Member;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.Subscription;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.model.NodeName;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.TestAuthority;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A node that decides on commits, with whatever stands between it and a cluster: its fabric says what the test wants, and keeps the head of each source. */
final class LoneNode implements Fabric {
    private static final KeyMaterial MATERIAL =
            TestAuthority.root("lone").material(TestAuthority.gateway("aws", "any"));

    final NodeName name;
    final ClockWatch clocks = new ClockWatch(TestAuthority.CLOCK, () -> 0);
    final SharedState state;
    /** Nodes that it has a tunnel to. */
    final SortedSet<NodeName> reaches = new TreeSet<>();
    /** Nodes that it has a tunnel to and that its cluster shows. */
    final SortedSet<NodeName> members = new TreeSet<>();
    /** The nodes that it asked, in order. */
    final List<String> asked = new ArrayList<>();
    /** What it was asked to decide, in its own place. */
    final List<String> decided = new ArrayList<>();
    /** What it took because another node had decided it. */
    final List<String> kept = new ArrayList<>();

    private final List<Consumer<SignedRecord>> listeners = new ArrayList<>();
    private final Map<String, Optional<RevisionId>> heads = new HashMap<>();
    Phase phase = Phase.ALONE;
    Optional<CommitResult> says = Optional.empty();
    Receipt receipt = new Receipt.Known();
    /** What its cluster shows. */
    List<Member> shown = List.of();

    LoneNode(String name) {
        this(name, MemoryStore.create(TestAuthority.CLOCK), _ -> true);
    }

    LoneNode(String name, Store store, RevisionTrust trust) {
        this.name = new NodeName(name);
        this.state = new SharedState(new SharedState.Parts(
                store,
                this,
                new LiveTls(MATERIAL, TestAuthority.CLOCK),
                new HybridClock(TestAuthority.CLOCK, name),
                1,
                new SyncObserver() {},
                clocks,
                trust));
    }

    /** Nodes of one net: a question goes straight to the other, or nowhere. */
    static final class Net {
        private final Map<NodeName, LoneNode> nodes = new HashMap<>();
        private final Map<NodeName, Committing> committing = new HashMap<>();
        final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
        /** What a question to these costs; they never answer. */
        final Map<NodeName, Long> silent = new HashMap<>();
        /** These say where they are, and nothing to any other question until its time is over. */
        final Set<NodeName> mute = new HashSet<>();
        /** These answer so, whatever the question. */
        final Map<NodeName, Bytes> garbled = new HashMap<>();

        LoneNode node(String name) {
            LoneNode node = new LoneNode(name);
            nodes.put(node.name, node);
            committing.put(
                    node.name,
                    new Committing(
                            node.name,
                            node.state,
                            () -> new TreeSet<>(node.reaches),
                            () -> new TreeSet<>(node.members),
                            (to, question, millisMax) -> ask(node, to, question, millisMax),
                            nanos::get));
            return node;
        }

        /** Tunnels both ways between all of these. */
        void connect(LoneNode... all) {
            for (LoneNode from : all) {
                for (LoneNode to : all) {
                    if (from != to) {
                        from.reaches.add(to.name);
                    }
                }
            }
        }

        CommitResult commit(LoneNode at, Proposal proposal) {
            return committing(at).commit(proposal).toCompletableFuture().join();
        }

        Committing committing(LoneNode of) {
            return Objects.requireNonNull(committing.get(of.name));
        }

        private CompletionStage<Bytes> ask(LoneNode from, NodeName to, Bytes question, long millisMax) {
            from.asked.add(to.value());
            long limit = TimeUnit.MILLISECONDS.toNanos(millisMax);
            boolean where = question.toArray()[0] == ClustersAhead.QUESTION;
            Long cost = mute.contains(to) && !where ? Long.valueOf(limit) : silent.get(to);
            if (cost != null) {
                nanos.addAndGet(Math.min(cost, limit));
                return CompletableFuture.failedFuture(new IOException("no answer"));
            }
            Bytes answer = garbled.get(to);
            return answer != null
                    ? CompletableFuture.completedStage(answer)
                    : Objects.requireNonNull(committing.get(to)).answer(from.name, question);
        }
    }

    /** A changeset of a source that has no head yet; two that differ in time are two. */
    static Proposal proposal(LoneNode at, String source, int second) {
        Instant time = TestAuthority.NOW.minusSeconds(second);
        return proposal(
                at,
                EncodedRecord.of(Reader.signed(
                        MATERIAL, Reader.unsigned(source, MATERIAL.id().toString(), time))));
    }

    private static Proposal proposal(LoneNode at, EncodedRecord record) {
        try {
            return at.state.read(record.bytes().toArray());
        } catch (MalformedException | UnheldException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public CompletionStage<CommitResult> commit(
            String source, Optional<RevisionId> expectedHead, SignedRecord changeset) {
        RevisionId id = id(changeset);
        decided.add(source);
        if (says.isPresent()) {
            return CompletableFuture.completedStage(says.get());
        }
        Optional<RevisionId> head = heads.getOrDefault(source, Optional.empty());
        if (!head.equals(expectedHead) && !head.equals(Optional.of(id))) {
            return CompletableFuture.completedStage(new CommitResult.Conflict(head));
        }
        heads.put(source, Optional.of(id));
        return CompletableFuture.completedStage(new CommitResult.Committed(id));
    }

    private static RevisionId id(SignedRecord record) {
        try {
            Changeset changeset = ChangesetCodec.decode(record.body());
            return changeset.id();
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public CompletionStage<Receipt> receive(Bytes record, String carrier) {
        kept.add(carrier);
        return CompletableFuture.completedStage(receipt);
    }

    @Override
    public ClusterState state() {
        return new ClusterState(phase, shown, 0, TestAuthority.NOW, Optional.empty());
    }

    @Override
    public CompletionStage<Receipt> publish(SignedRecord record) {
        throw new AssertionError("nothing is published");
    }

    @Override
    public void start() {}

    @Override
    public void publishHealth(SignedRecord health) {}

    @Override
    public void tell(SignedRecord health) {
        // nobody hears it
    }

    @Override
    public Subscription onHealth(Consumer<SignedRecord> listener) {
        listeners.add(listener);
        return () -> {};
    }

    /** A node's report comes. */
    void hear(NodeReport report) {
        String origin = "spiffe://acme.example/site/" + report.report().site() + "/gateway/"
                + report.report().node();
        SignedRecord health = new HealthMessage(1, 1, NodeReportCodec.encode(report))
                .toRecord(report.report().node().value(), origin, ahead(0))
                .signed(Bytes.utf8("any"), List.of(Bytes.utf8("certificate")));
        listeners.forEach(listener -> listener.accept(health));
    }

    @Override
    public Subscription onChangeset(Consumer<Revision> listener) {
        return () -> {};
    }

    @Override
    public void recheckPeers() {}

    @Override
    public void trustChanged() {}

    @Override
    public Subscription onState(Consumer<ClusterState> listener) {
        return () -> {};
    }

    @Override
    public void close() {}

    /** A stamp this far ahead of the nodes' clocks. */
    static Stamp ahead(long millis) {
        return new Stamp(TestAuthority.NOW.toEpochMilli() + millis, 0, "n");
    }
}
