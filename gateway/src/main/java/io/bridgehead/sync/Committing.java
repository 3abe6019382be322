package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.ClusterState.Phase;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.CommitResult.Unavailable;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.model.NodeName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where a changeset is compared and set. A node that is in a cluster with others asks that. One that is alone, or has no cluster, has
 * a node that it reaches by a tunnel decide: one that is in a cluster if there is one, else the one whose name comes first, so that lone
 * nodes with tunnels between them decide at one place. A node that none of the others can ask, because it only dials out, is not that place.
 * When the cluster gives no answer, because the way to the member that keeps the source is cut, other members are asked, who may have one.
 *
 * <p>A question is a byte that says who may decide, and the record; an answer is a byte that says what became of it, and a text. A
 * node that does not answer is passed over: to commit the same record in two places is harmless. When no further node is asked, because {@link
 * #ASKING_MILLIS_MAX} are over, this node decides as on its side of a cut. Threads: any.
 */
public final class Committing {
    /** From the first question on; the last one may take as long as its carrier lets it. */
    static final long ASKING_MILLIS_MAX = 6_000;

    private static final int TEXT_CHARACTERS_MAX = Limits.MESSAGE_BYTES_MAX / 4;
    private static final int IF_JOINED = 1;
    private static final int IN_ANY_CASE = 2;

    private static final int DECLINED = 0;
    private static final int COMMITTED = 1;
    private static final int CONFLICT = 2;
    private static final int UNAVAILABLE = 3;
    private static final int REFUSED = 4;
    private static final int DECLINED_UNSEEN = 5;

    private final NodeName self;
    private final SharedState state;
    private final Supplier<SortedSet<NodeName>> beyond;
    private final Supplier<SortedSet<NodeName>> within;
    private final BiFunction<NodeName, Bytes, CompletionStage<Bytes>> ask;
    private final LongSupplier nanoTime;

    /**
     * @param beyond nodes with a tunnel that the cluster does not show
     * @param within nodes with a tunnel that the cluster shows
     * @param ask carries a question to one of them and brings the answer; ends within a bound
     * @param nanoTime a monotone clock
     */
    public Committing(
            NodeName self,
            SharedState state,
            Supplier<SortedSet<NodeName>> beyond,
            Supplier<SortedSet<NodeName>> within,
            BiFunction<NodeName, Bytes, CompletionStage<Bytes>> ask,
            LongSupplier nanoTime) {
        this.self = self;
        this.state = state;
        this.beyond = beyond;
        this.within = within;
        this.ask = ask;
        this.nanoTime = nanoTime;
    }

    /** What a node said to one question. */
    private sealed interface Told {}

    /** It is this node's to say, and it said so. */
    private record Decided(CommitResult result) implements Told {}

    /** It is not to decide; {@code seesUs} when it could ask this node in turn. */
    private record Declined(boolean seesUs) implements Told {}

    /** Nothing that could be read came in time. */
    private record Silent() implements Told {}

    /** Makes a changeset the head of its source, if the head still is its parent. Completes within 15 s. */
    public CompletionStage<CommitResult> commit(Proposal proposal) {
        if (state.cluster().phase() == Phase.JOINED) {
            return state.commit(proposal)
                    .thenCompose(result -> result instanceof Unavailable unavailable
                            ? round(proposal).byAnother(new ArrayDeque<>(within.get()), unavailable)
                            : CompletableFuture.completedStage(result));
        }
        SortedSet<NodeName> others = beyond.get();
        return others.isEmpty() ? state.commit(proposal) : round(proposal).firstJoined(new ArrayDeque<>(others));
    }

    private Round round(Proposal proposal) {
        return new Round(proposal, nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(ASKING_MILLIS_MAX));
    }

    /** One changeset on its way to who decides; its steps follow each other. */
    private final class Round {
        private final Proposal proposal;
        private final long endNanos;
        /** Nodes that are in no cluster with others either, and whether they see this one. */
        private final SortedMap<NodeName, Boolean> alone = new TreeMap<>();

        private final List<Unavailable> busy = new ArrayList<>();

        Round(Proposal proposal, long endNanos) {
            this.proposal = proposal;
            this.endNanos = endNanos;
        }

        /** A member that the cluster answers, if there is one in time; else what it told this node stands. */
        CompletionStage<CommitResult> byAnother(Deque<NodeName> left, Unavailable here) {
            if (left.isEmpty() || isLate()) {
                return CompletableFuture.completedStage(here);
            }
            NodeName next = left.removeFirst();
            return askOne(next, IF_JOINED, proposal)
                    .thenCompose(
                            told -> told instanceof Decided(CommitResult result) && !(result instanceof Unavailable)
                                    ? taken(proposal, next, result)
                                    : byAnother(left, here));
        }

        CompletionStage<CommitResult> firstJoined(Deque<NodeName> left) {
            if (left.isEmpty() || isLate()) {
                return busy.isEmpty() ? firstOf(candidates()) : CompletableFuture.completedStage(busy.getFirst());
            }
            NodeName next = left.removeFirst();
            return askOne(next, IF_JOINED, proposal).thenCompose(told -> switch (told) {
                case Decided(Unavailable unavailable) -> {
                    busy.add(unavailable);
                    yield firstJoined(left);
                }
                case Decided(CommitResult result) -> taken(proposal, next, result);
                case Declined(boolean seesUs) -> {
                    alone.put(next, seesUs);
                    yield firstJoined(left);
                }
                case Silent() -> firstJoined(left);
            });
        }

        /** Who may decide when nobody is in a cluster with others; this node itself in its place, or when all others fail. */
        private Deque<NodeName> candidates() {
            boolean runs = state.cluster().phase() == Phase.ALONE;
            List<NodeName> names = new ArrayList<>(alone.keySet());
            names.add(self);
            if (runs && alone.containsValue(true)) {
                Collections.sort(names);
            }
            return new ArrayDeque<>(names);
        }

        private CompletionStage<CommitResult> firstOf(Deque<NodeName> candidates) {
            NodeName next = candidates.removeFirst();
            if (next.equals(self) || isLate()) {
                return state.commit(proposal);
            }
            return askOne(next, IN_ANY_CASE, proposal)
                    .thenCompose(told -> told instanceof Decided(CommitResult result)
                            ? taken(proposal, next, result)
                            : firstOf(candidates));
        }

        private boolean isLate() {
            return nanoTime.getAsLong() - endNanos >= 0;
        }
    }

    /** What was decided elsewhere is kept here before it is acknowledged. */
    private CompletionStage<CommitResult> taken(Proposal proposal, NodeName by, CommitResult result) {
        if (!(result instanceof CommitResult.Committed)) {
            return CompletableFuture.completedStage(result);
        }
        return state.receive(proposal.record().bytes(), by.value())
                .handle((receipt, problem) -> problem == null && !(receipt instanceof Receipt.Rejected)
                        ? result
                        : new Unavailable("node " + by + " has committed it, and this node does not keep it: "
                                + (receipt instanceof Receipt.Rejected rejected ? rejected.reason() : problem)));
    }

    private CompletionStage<Told> askOne(NodeName node, int mode, Proposal proposal) {
        Bytes question =
                new BinaryWriter().u8(mode).blob(proposal.record().bytes()).toBytes();
        return ask.apply(node, question).handle((answer, problem) -> {
            if (answer == null || problem != null) {
                return new Silent();
            }
            try {
                return decode(answer, proposal.changeset().id());
            } catch (MalformedException | IllegalArgumentException e) {
                return new Silent();
            }
        });
    }

    /**
     * Answers another node that has this one decide.
     *
     * @throws IllegalArgumentException for bytes that are no question
     */
    CompletionStage<Bytes> answer(NodeName asker, Bytes question) {
        try {
            BinaryReader in = new BinaryReader(question, "commit question");
            int mode = in.u8();
            Bytes record = in.blob("record", Limits.RECORD_BYTES_MAX);
            in.end();
            Phase phase = state.cluster().phase();
            if (phase != Phase.JOINED && (mode != IN_ANY_CASE || phase != Phase.ALONE)) {
                boolean sees = beyond.get().contains(asker);
                return CompletableFuture.completedStage(encode(sees ? DECLINED : DECLINED_UNSEEN, ""));
            }
            return state.commit(EncodedRecord.decode(record)).thenApply(Committing::encode);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Bytes encode(CommitResult result) {
        return switch (result) {
            case CommitResult.Committed committed ->
                encode(COMMITTED, committed.head().toString());
            case CommitResult.Conflict conflict ->
                encode(CONFLICT, conflict.head().map(RevisionId::toString).orElse(""));
            case Unavailable unavailable -> encode(UNAVAILABLE, unavailable.reason());
            case CommitResult.Refused refused -> encode(REFUSED, refused.reason());
        };
    }

    private static Bytes encode(int what, String text) {
        String bounded = text.substring(0, Math.min(text.length(), TEXT_CHARACTERS_MAX));
        return new BinaryWriter().u8(what).blob(Bytes.utf8(bounded)).toBytes();
    }

    /** @param proposed what was asked about: who says that something else was committed says nothing */
    private static Told decode(Bytes answer, RevisionId proposed) throws MalformedException {
        BinaryReader in = new BinaryReader(answer, "commit answer");
        int what = in.u8();
        String text = in.blob("text", Limits.MESSAGE_BYTES_MAX).toUtf8();
        in.end();
        return switch (what) {
            case DECLINED -> new Declined(true);
            case DECLINED_UNSEEN -> new Declined(false);
            case COMMITTED -> {
                if (!RevisionId.parse(text).equals(proposed)) {
                    throw in.bad("says that " + text + " was committed; expected " + proposed);
                }
                yield new Decided(new CommitResult.Committed(proposed));
            }
            case CONFLICT ->
                new Decided(new CommitResult.Conflict(
                        text.isEmpty() ? Optional.empty() : Optional.of(RevisionId.parse(text))));
            case UNAVAILABLE -> new Decided(new Unavailable(text));
            case REFUSED -> new Decided(new CommitResult.Refused(text));
            default -> throw in.bad("says " + what + "; expected 0 to 5");
        };
    }
}
