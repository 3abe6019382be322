package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.ClusterState.Phase;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.model.NodeName;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Where a changeset is compared and set. A node that is in a cluster with others asks that. One that is alone, or has no cluster, has
 * a node that it reaches by a tunnel decide: one that is in a cluster if there is one, else the one whose name comes first, so that lone
 * nodes with tunnels between them decide at one place.
 *
 * <p>A question is a byte that says who may decide, and the record; an answer is a byte that says what became of it, and a text.
 * Threads: any.
 */
public final class Committing {
    private static final int TEXT_CHARACTERS_MAX = Limits.MESSAGE_BYTES_MAX / 4;
    private static final int IF_JOINED = 1;
    private static final int IN_ANY_CASE = 2;

    private final SharedState state;
    private final Supplier<SortedSet<NodeName>> beyond;
    private final BiFunction<NodeName, Bytes, CompletionStage<Bytes>> ask;
    private final NodeName self;

    /**
     * @param beyond nodes with a tunnel that the cluster does not show
     * @param ask carries a question to one of them and brings the answer
     */
    public Committing(
            NodeName self,
            SharedState state,
            Supplier<SortedSet<NodeName>> beyond,
            BiFunction<NodeName, Bytes, CompletionStage<Bytes>> ask) {
        this.self = self;
        this.state = state;
        this.beyond = beyond;
        this.ask = ask;
    }

    /** The outcome of one question; nothing when that node is not to decide. */
    private record Told(NodeName by, Optional<CommitResult> result) {}

    /** Makes a changeset the head of its source, if the head still is its parent. */
    public CompletionStage<CommitResult> commit(Proposal proposal) {
        SortedSet<NodeName> others = state.cluster().phase() == Phase.JOINED ? new TreeSet<>() : beyond.get();
        if (others.isEmpty()) {
            return state.commit(proposal);
        }
        return firstJoined(proposal, new TreeSet<>(others), new TreeSet<>());
    }

    private CompletionStage<CommitResult> firstJoined(
            Proposal proposal, SortedSet<NodeName> left, SortedSet<NodeName> alone) {
        if (left.isEmpty()) {
            return atFirst(proposal, alone);
        }
        NodeName next = left.removeFirst();
        return askOne(next, IF_JOINED, proposal).thenCompose(told -> {
            if (told.result().isPresent()) {
                return taken(proposal, told.by(), told.result().get());
            }
            alone.add(next);
            return firstJoined(proposal, left, alone);
        });
    }

    /** Nobody is in a cluster with others. */
    private CompletionStage<CommitResult> atFirst(Proposal proposal, SortedSet<NodeName> alone) {
        boolean runs = state.cluster().phase() == Phase.ALONE;
        if (alone.isEmpty() || (runs && self.compareTo(alone.first()) < 0)) {
            return state.commit(proposal);
        }
        NodeName first = alone.first();
        return askOne(first, IN_ANY_CASE, proposal)
                .thenCompose(told -> told.result().isPresent()
                        ? taken(proposal, first, told.result().get())
                        : state.commit(proposal));
    }

    /** What was decided elsewhere is kept here before it is acknowledged. */
    private CompletionStage<CommitResult> taken(Proposal proposal, NodeName by, CommitResult result) {
        if (!(result instanceof CommitResult.Committed)) {
            return CompletableFuture.completedStage(result);
        }
        return state.receive(proposal.record().bytes(), by.value()).thenApply(receipt -> result);
    }

    /** A node that does not answer has decided nothing that is known; to commit the same record elsewhere is harmless. */
    private CompletionStage<Told> askOne(NodeName node, int mode, Proposal proposal) {
        Bytes question =
                new BinaryWriter().u8(mode).blob(proposal.record().bytes()).toBytes();
        return ask.apply(node, question).handle((answer, problem) -> {
            if (answer == null || problem != null) {
                return new Told(node, Optional.empty());
            }
            try {
                return new Told(node, decode(answer));
            } catch (MalformedException | IllegalArgumentException e) {
                return new Told(
                        node,
                        Optional.of(new CommitResult.Unavailable(
                                "node " + node + " answered what cannot be read: " + e.getMessage())));
            }
        });
    }

    /** Answers another node that has this one decide. */
    CompletionStage<Bytes> answer(Bytes question) {
        try {
            BinaryReader in = new BinaryReader(question, "commit question");
            int mode = in.u8();
            Bytes record = in.blob("record", Limits.RECORD_BYTES_MAX);
            in.end();
            Phase phase = state.cluster().phase();
            if (phase != Phase.JOINED && (mode != IN_ANY_CASE || phase != Phase.ALONE)) {
                return CompletableFuture.completedStage(encode(0, ""));
            }
            return state.commit(EncodedRecord.decode(record)).thenApply(Committing::encode);
        } catch (MalformedException e) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(e));
        }
    }

    private static Bytes encode(CommitResult result) {
        return switch (result) {
            case CommitResult.Committed committed -> encode(1, committed.head().toString());
            case CommitResult.Conflict conflict ->
                encode(2, conflict.head().map(RevisionId::toString).orElse(""));
            case CommitResult.Unavailable unavailable -> encode(3, unavailable.reason());
            case CommitResult.Refused refused -> encode(4, refused.reason());
        };
    }

    private static Bytes encode(int what, String text) {
        String bounded = text.substring(0, Math.min(text.length(), TEXT_CHARACTERS_MAX));
        return new BinaryWriter().u8(what).blob(Bytes.utf8(bounded)).toBytes();
    }

    private static Optional<CommitResult> decode(Bytes answer) throws MalformedException {
        BinaryReader in = new BinaryReader(answer, "commit answer");
        int what = in.u8();
        String text = in.blob("text", Limits.MESSAGE_BYTES_MAX).toUtf8();
        in.end();
        return switch (what) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(new CommitResult.Committed(RevisionId.parse(text)));
            case 2 ->
                Optional.of(new CommitResult.Conflict(
                        text.isEmpty() ? Optional.empty() : Optional.of(RevisionId.parse(text))));
            case 3 -> Optional.of(new CommitResult.Unavailable(text));
            case 4 -> Optional.of(new CommitResult.Refused(text));
            default -> throw in.bad("says " + what + "; expected 0 to 4");
        };
    }
}
