package io.bridgehead.app.publish;

import io.bridgehead.cluster.api.ClusterState;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.control.Claims;
import io.bridgehead.control.Settlement;
import io.bridgehead.sync.ActiveDocuments;
import io.bridgehead.sync.Proposal;
import io.bridgehead.sync.SharedState;
import io.bridgehead.sync.UnheldException;
import io.bridgehead.upstream.FailoverContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way of a signed changeset to the head of its source, whether an operator or a folder of this node brings it: judged here first, then decided by the cluster. */
public final class Admission {
    private static final long CLUSTER_MILLIS_MAX = 15_000;
    private static final long WAIT_STEP_MILLIS = 20;
    private static final int TRIES_MAX = 4;
    /** No further try begins after so long; one may take ten seconds. */
    private static final long TRYING_MILLIS_MAX = 15_000;

    private final Parts parts;

    /**
     * What it works with.
     *
     * @param commit makes a proposal the head of its source
     * @param verifier says whose signature is good for what, on this node
     * @param context what documents are compiled for, now
     * @param blocking judges
     */
    public record Parts(
            SharedState state,
            Function<Proposal, CompletionStage<CommitResult>> commit,
            RecordVerifier verifier,
            Supplier<CompileContext> context,
            FailoverContext control,
            Executor blocking) {}

    public Admission(Parts parts) {
        this.parts = parts;
    }

    /** What became of a changeset. */
    public sealed interface Outcome {}

    /** The bytes are no changeset that could be taken. */
    public record Malformed(String reason) implements Outcome {}

    /** This node lacks part of what the changeset builds on. */
    public record Behind(String reason) implements Outcome {}

    /** It was planned against another head than the one that this node has. */
    public record Overtaken(String source, Optional<RevisionId> head) implements Outcome {}

    /** Some node of the fabric cannot read its form. */
    public record Unreadable(String reason) implements Outcome {}

    /** The signature, or the signer. */
    public record Untrusted(String reason) implements Outcome {}

    /** Documents have names that belong to other sources. */
    public record Claimed(List<String> problems) implements Outcome {}

    /** Documents have problems, alone or together with those of other sources. */
    public record Unfit(List<String> problems) implements Outcome {}

    /** The cluster was asked, and this is its answer. */
    public record Decided(Proposal proposal, CommitResult result) implements Outcome {}

    private sealed interface Judged {}

    private record Good(Proposal proposal) implements Judged {}

    private record Bad(Outcome outcome) implements Judged {}

    /** Judges every document in it, and makes it the head of its source everywhere when the head still is its parent. */
    public CompletionStage<Outcome> admit(byte[] record) {
        return CompletableFuture.supplyAsync(() -> judge(() -> parts.state().read(record)), parts.blocking())
                .thenCompose(judged -> switch (judged) {
                    case Bad bad -> CompletableFuture.completedStage(bad.outcome());
                    case Good good -> commit(good.proposal());
                });
    }

    /** Judges a stage of a changeset as {@link #admit} does, and tells all nodes of it when the head is what it follows. */
    public CompletionStage<Outcome> stage(byte[] record) {
        return CompletableFuture.supplyAsync(() -> judge(() -> parts.state().readStage(record)), parts.blocking())
                .thenCompose(judged -> switch (judged) {
                    case Bad bad -> CompletableFuture.completedStage(bad.outcome());
                    case Good good -> tell(good.proposal());
                });
    }

    private CompletionStage<Outcome> tell(Proposal proposal) {
        Optional<RevisionId> head = Optional.ofNullable(parts.state().history().head(proposal.source()))
                .map(Revision::id);
        if (!proposal.changeset().parent().equals(head)) {
            return CompletableFuture.completedStage(new Decided(proposal, new CommitResult.Conflict(head)));
        }
        return parts.state()
                .publish(proposal.record())
                .thenApply(receipt -> new Decided(proposal, told(proposal, receipt)));
    }

    private static CommitResult told(Proposal proposal, Receipt receipt) {
        return receipt instanceof Receipt.Rejected rejected
                ? new CommitResult.Refused(rejected.reason())
                : new CommitResult.Committed(proposal.changeset().id());
    }

    /** Ends the stage of a source everywhere: all nodes serve its head. Says why not, or nothing. */
    public CompletionStage<Optional<String>> endStage(byte[] record) {
        EncodedRecord end;
        try {
            end = parts.state().readEnd(record);
        } catch (MalformedException e) {
            return CompletableFuture.completedStage(Optional.of(String.valueOf(e.getMessage())));
        }
        return parts.state()
                .publish(end)
                .thenApply(receipt -> receipt instanceof Receipt.Rejected rejected
                        ? Optional.of(rejected.reason())
                        : Optional.empty());
    }

    /** Reads bytes as a proposal. */
    private interface Source {
        Proposal read() throws MalformedException, UnheldException;
    }

    private Judged judge(Source source) {
        Proposal proposal;
        try {
            proposal = source.read();
        } catch (MalformedException e) {
            return new Bad(new Malformed(String.valueOf(e.getMessage())));
        } catch (UnheldException e) {
            return new Bad(
                    e.overtaken() ? new Overtaken(e.source(), e.head()) : new Behind(String.valueOf(e.getMessage())));
        }
        Optional<String> unreadable = parts.state().unreadable(proposal);
        if (unreadable.isPresent()) {
            return new Bad(new Unreadable(unreadable.get()));
        }
        if (parts.verifier().verify(proposal.record()) instanceof RecordVerifier.Rejected rejected) {
            return new Bad(new Untrusted(rejected.reason()));
        }
        Optional<String> objection = parts.state().objection(proposal);
        if (objection.isPresent()) {
            return new Bad(new Untrusted(objection.get()));
        }
        ActiveDocuments active = parts.state().documents();
        List<Problem> claims = Claims.problems(active, proposal.source(), proposal.documents());
        if (!claims.isEmpty()) {
            return new Bad(new Claimed(texts(claims)));
        }
        CompileResult judged = Settlement.judge(
                active, parts.state().history(), parts.context().get(), proposal.source(), proposal.documents());
        return judged instanceof CompileResult.Refused refused
                ? new Bad(new Unfit(texts(refused.problems())))
                : new Good(proposal);
    }

    private static List<String> texts(List<Problem> problems) {
        return problems.stream().map(Object::toString).toList();
    }

    private CompletionStage<Outcome> commit(Proposal proposal) {
        return clusterDecided()
                .thenCompose(_ -> commitOrTryAgain(
                        proposal, TRIES_MAX, parts.control().nanoTime() + TRYING_MILLIS_MAX * 1_000_000))
                .thenApply(result -> new Decided(proposal, result));
    }

    /** While members join or leave the cluster may be too busy to decide; to commit the same record again is harmless. */
    private CompletionStage<CommitResult> commitOrTryAgain(Proposal proposal, int tries, long endNanos) {
        return parts.commit()
                .apply(proposal)
                .thenCompose(result -> result instanceof CommitResult.Unavailable
                                && tries > 1
                                && parts.control().nanoTime() - endNanos < 0
                        ? commitOrTryAgain(proposal, tries - 1, endNanos)
                        : CompletableFuture.completedStage(result));
    }

    /** A node that has just started serves at once, but commits only when it knows whether it is alone; that is worth some seconds. */
    private CompletionStage<@Nullable Void> clusterDecided() {
        CompletableFuture<@Nullable Void> decided = new CompletableFuture<>();
        long end = parts.control().nanoTime() + CLUSTER_MILLIS_MAX * 1_000_000;
        parts.control().execute(() -> awaitCluster(end, decided));
        return decided;
    }

    private void awaitCluster(long endNanos, CompletableFuture<@Nullable Void> decided) {
        boolean starting = parts.state().cluster().phase() == ClusterState.Phase.STARTING;
        if (!starting || parts.control().nanoTime() >= endNanos) {
            decided.complete(null);
        } else {
            parts.control().after(WAIT_STEP_MILLIS, () -> awaitCluster(endNanos, decided));
        }
    }
}
