package io.bridgehead.cluster.hazelcast;

import com.hazelcast.core.HazelcastException;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.ClusterState;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.CommitResult.Unavailable;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MemberTls;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Subscription;
import io.bridgehead.cluster.hazelcast.tls.LinkPolicy;
import io.bridgehead.cluster.hazelcast.tls.OpenLinks;
import io.bridgehead.cluster.intake.Candidate;
import io.bridgehead.cluster.intake.LocalSide;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The fabric over an embedded Hazelcast member with TLS on every link.
 *
 * <p>A caller never waits: its work goes to one of the fabric's own threads, and what Hazelcast does not answer within
 * {@link #COMMIT_MILLIS_MAX} is unavailable. What could not be spread now is spread by the next comparison.
 *
 * <p>Threads: any.
 */
public final class HazelcastFabric implements Fabric {
    /** How long a commit may take; Hazelcast itself may go on waiting, on a thread that is made for that. */
    static final long COMMIT_MILLIS_MAX = 3_000;

    private final FabricParts parts;
    private final FabricThreads threads;
    private final LocalSide side;
    private final ClusterView view;
    private final Membership membership;
    private final AtomicReference<@Nullable EncodedRecord> lastHealth = new AtomicReference<>();
    private final Subscription appends;

    private HazelcastFabric(
            HazelcastSettings settings,
            FabricParts parts,
            MemberTls tls,
            RandomGenerator random,
            FabricThreads threads) {
        this.parts = parts;
        this.threads = threads;
        this.side = new LocalSide(parts);
        this.view = new ClusterView(parts.time());
        LinkPolicy policy = new LinkPolicy(
                tls,
                threads.tls(),
                threads.timer(),
                LinkPolicy.HANDSHAKE_MAX,
                parts.observer(),
                ConcurrentHashMap.newKeySet(),
                new OpenLinks());
        this.membership = new Membership(
                new Membership.Parts(settings, parts, policy, threads, side, view, random), this::lastHealth);
        this.appends = parts.store().onAppend(this::spread);
    }

    /**
     * A fabric that is not started yet.
     *
     * @param random spreads the comparisons of many nodes over time
     */
    public static HazelcastFabric create(
            HazelcastSettings settings, FabricParts parts, MemberTls tls, RandomGenerator random) {
        return new HazelcastFabric(
                settings, parts, tls, random, FabricThreads.create(parts.self().id()));
    }

    @Override
    public void start() {
        membership.start();
    }

    @Override
    public CompletionStage<CommitResult> commit(
            String source, Optional<RevisionId> expectedHead, SignedRecord changeset) {
        return later(threads.commits(), () -> decide(source, expectedHead, changeset), Unavailable::new)
                .completeOnTimeout(
                        new Unavailable("the cluster did not decide within " + COMMIT_MILLIS_MAX
                                + " ms; look at the head before you try again"),
                        COMMIT_MILLIS_MAX,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletionStage<Receipt> publish(SignedRecord record) {
        return later(
                threads.intake(),
                () -> side.receive(EncodedRecord.of(record), parts.self().id()),
                Receipt.Rejected::forNow);
    }

    @Override
    public CompletionStage<Receipt> receive(Bytes record, String carrier) {
        return later(threads.intake(), () -> takeAndTell(record, carrier), Receipt.Rejected::forNow);
    }

    @Override
    public void publishHealth(SignedRecord health) {
        lastHealth.set(EncodedRecord.of(health));
        membership.tellHealth();
    }

    @Override
    public void tell(SignedRecord health) {
        EncodedRecord record = EncodedRecord.of(health);
        membership
                .joined()
                .ifPresent(joined -> membership.attempt(() -> joined.health().publish(record)));
    }

    @Override
    public Subscription onHealth(Consumer<SignedRecord> listener) {
        return side.onHealth(listener);
    }

    @Override
    public Subscription onChangeset(Consumer<Revision> listener) {
        return side.onChangeset(listener);
    }

    @Override
    public void recheckPeers() {
        var _ = later(threads.commits(), this::recheck, _ -> false);
    }

    @Override
    public void trustChanged() {
        var _ = later(threads.tls(), this::judgeAnew, _ -> false);
    }

    @Override
    public ClusterState state() {
        return view.state();
    }

    @Override
    public Subscription onState(Consumer<ClusterState> listener) {
        return view.subscribe(listener);
    }

    @Override
    public void close() {
        appends.close();
        membership.close();
        view.stopped();
        threads.close();
    }

    private boolean recheck() {
        membership.recheck();
        return true;
    }

    private boolean judgeAnew() {
        membership.trustChanged();
        return true;
    }

    /** Health that came by a tunnel is told to the members as well; each takes a message once. */
    private Receipt takeAndTell(Bytes record, String carrier) {
        Receipt receipt = side.receive(record, carrier);
        if (receipt instanceof Receipt.Accepted(EncodedRecord accepted)
                && accepted.record().kind().equals(Kind.HEALTH)) {
            membership
                    .joined()
                    .ifPresent(
                            joined -> membership.attempt(() -> joined.health().publish(accepted)));
        }
        return receipt;
    }

    private CommitResult decide(String source, Optional<RevisionId> expectedHead, SignedRecord changeset) {
        Optional<Joined> joined = membership.joined();
        if (joined.isEmpty()) {
            return new Unavailable("this node's member of the cluster is not running: "
                    + view.state().problem().orElse("it is starting"));
        }
        try {
            return switch (side.examine(source, expectedHead, changeset)) {
                case Candidate.Decided(CommitResult result) -> result;
                case Candidate.Fit fit -> joined.get().heads().decide(source, fit);
            };
        } catch (HazelcastException | IllegalStateException e) {
            return new Unavailable("the cluster did not decide: " + e);
        }
    }

    /** Leaves what is live and new to this node on the blackboard; contents that a rollback names again come along. */
    private void spread(EncodedRecord record) {
        membership
                .joined()
                .ifPresent(joined -> threads.spread()
                        .execute(() -> parts.store().live().values().stream()
                                .filter(live -> live.record()
                                        .subject()
                                        .equals(record.record().subject()))
                                .forEach(live ->
                                        membership.attempt(() -> joined.board().put(live)))));
    }

    private Optional<EncodedRecord> lastHealth() {
        return Optional.ofNullable(lastHealth.get());
    }

    private static <T> CompletableFuture<T> later(Executor executor, Supplier<T> work, FromReason<T> ifFull) {
        try {
            return CompletableFuture.supplyAsync(work, executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(
                    ifFull.result("this node has too much to do for the cluster, or is stopping; try again"));
        }
    }

    /** The answer when there is no room for a piece of work. */
    private interface FromReason<T> {
        T result(String reason);
    }
}
