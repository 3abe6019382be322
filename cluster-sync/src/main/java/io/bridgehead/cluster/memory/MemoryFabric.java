package io.bridgehead.cluster.memory;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.ClusterState;
import io.bridgehead.cluster.api.ClusterState.Phase;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.Member;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.Subscription;
import io.bridgehead.cluster.intake.Candidate;
import io.bridgehead.cluster.intake.LocalSide;
import io.bridgehead.cluster.ledger.Bulletin;
import io.bridgehead.cluster.ledger.Current;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node of a {@link MemoryHub}. Threads: any. */
public final class MemoryFabric implements Fabric {
    private final FabricParts parts;
    private final MemoryHub hub;
    private final Executor executor;
    private final LocalSide side;
    private final Current<ClusterState> state;
    private final AtomicReference<@Nullable EncodedRecord> lastHealth = new AtomicReference<>();
    private final Bulletin<ClusterState> states = new Bulletin<>();

    MemoryFabric(FabricParts parts, MemoryHub hub, Executor executor) {
        this.parts = parts;
        this.hub = hub;
        this.executor = executor;
        this.side = new LocalSide(parts);
        this.state = new Current<>(
                new ClusterState(Phase.STARTING, List.of(), 0, parts.time().instant(), Optional.empty()));
    }

    @Override
    public void start() {
        executor.execute(() -> {
            hub.join(this);
            exchangeWithPeers();
        });
    }

    @Override
    public CompletionStage<CommitResult> commit(
            String source, Optional<RevisionId> expectedHead, SignedRecord changeset) {
        return CompletableFuture.supplyAsync(() -> decide(source, expectedHead, changeset), executor);
    }

    @Override
    public CompletionStage<Receipt> publish(SignedRecord record) {
        return CompletableFuture.supplyAsync(() -> takeAndSpread(EncodedRecord.of(record), info().id()), executor);
    }

    @Override
    public CompletionStage<Receipt> receive(Bytes record, String carrier) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Receipt receipt = side.receive(record, carrier);
                    if (receipt instanceof Receipt.Accepted(EncodedRecord accepted)) {
                        spread(accepted);
                    }
                    return receipt;
                },
                executor);
    }

    @Override
    public void publishHealth(SignedRecord health) {
        EncodedRecord record = EncodedRecord.of(health);
        lastHealth.set(record);
        spread(record);
    }

    @Override
    public void tell(SignedRecord health) {
        spread(EncodedRecord.of(health));
    }

    @Override
    public Subscription onHealth(Consumer<SignedRecord> listener) {
        return side.onHealth(listener);
    }

    @Override
    public Subscription onChangeset(Consumer<Revision> listener) {
        return side.onChangeset(listener);
    }

    /** Nodes of one process have no links. */
    @Override
    public void recheckPeers() {}

    @Override
    public void trustChanged() {}

    @Override
    public ClusterState state() {
        return state.get();
    }

    @Override
    public Subscription onState(Consumer<ClusterState> listener) {
        return states.subscribe(listener, this::state);
    }

    @Override
    public void close() {
        hub.leave(this);
        move(Phase.STOPPED, List.of(), 0);
    }

    NodeInfo info() {
        return parts.self();
    }

    Store store() {
        return parts.store();
    }

    void membersChanged() {
        List<Member> before = state().members();
        List<Member> members = hub.membersSeenBy(this);
        move(members.size() > 1 ? Phase.JOINED : Phase.ALONE, members, 0);
        if (!before.isEmpty() && !before.containsAll(members)) {
            executor.execute(this::exchangeWithPeers);
        }
    }

    /** The hub is whole again; the part that was cut off is the one that merged. */
    void healed(boolean merged) {
        List<Member> members = hub.membersSeenBy(this);
        move(members.size() > 1 ? Phase.JOINED : Phase.ALONE, members, merged ? 1 : 0);
        executor.execute(this::exchangeWithPeers);
    }

    private CommitResult decide(String source, Optional<RevisionId> expectedHead, SignedRecord changeset) {
        if (state().members().isEmpty()) {
            return new CommitResult.Unavailable("the node has not joined its cluster; start it first");
        }
        return switch (side.examine(source, expectedHead, changeset)) {
            case Candidate.Decided(CommitResult result) -> result;
            case Candidate.Fit fit -> {
                Optional<CommitResult> won = hub.ifHead(this, source, expectedHead, () -> side.won(fit));
                if (won.isPresent()) {
                    parts.store().live().values().stream()
                            .filter(live -> live.record().subject().equals(source))
                            .forEach(this::spread);
                }
                yield won.orElseGet(() -> side.lost(source));
            }
        };
    }

    private Receipt takeAndSpread(EncodedRecord record, String carrier) {
        Receipt receipt = side.receive(record, carrier);
        if (receipt instanceof Receipt.Accepted) {
            spread(record);
        }
        return receipt;
    }

    private void spread(EncodedRecord record) {
        hub.peersOf(this).forEach(peer -> give(record, peer));
    }

    /** The peer passes on what is news to it, so that it also reaches who is cut off from this node alone. */
    private void give(EncodedRecord record, MemoryFabric peer) {
        hub.carry(this, peer, () -> peer.executor.execute(() -> peer.takeAndSpread(record, info().id())));
    }

    /** Both ways: everything that lives, and the last word on health. */
    private void exchangeWithPeers() {
        for (MemoryFabric peer : hub.peersOf(this)) {
            peer.giveAll(this);
            giveAll(peer);
        }
    }

    private void giveAll(MemoryFabric peer) {
        parts.store().live().values().forEach(record -> give(record, peer));
        EncodedRecord health = lastHealth.get();
        if (health != null) {
            give(health, peer);
        }
    }

    private void move(Phase phase, List<Member> members, int merged) {
        ClusterState now = state.update(before -> new ClusterState(
                phase,
                members,
                before.merges() + merged,
                before.phase() == phase ? before.since() : parts.time().instant(),
                Optional.empty()));
        states.post(now);
    }
}
