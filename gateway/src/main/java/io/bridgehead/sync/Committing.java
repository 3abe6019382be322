package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
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
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where a changeset is compared and set. Of clusters beside each other, as one for each site, the one decides that has the member whose name comes
 * first. A node that is in it asks it; one in another cluster has a member of it decide, which it reaches by a tunnel; without such a tunnel its own
 * cluster decides. A node that is alone, or has no cluster, has a node that it reaches by a tunnel decide: the first that is in a cluster if there is
 * one, else the one whose name comes first, so that lone
 * nodes with tunnels between them decide at one place. A node that none of the others can ask, because it only dials out, is not that place.
 * When the cluster gives no answer, because the way to the member that keeps the source is cut, other members are asked, who may have one.
 *
 * <p>A question is a byte that says who may decide, and the record, or one that asks whether a node is in a cluster with others; an answer is a byte that says what became of it, and a text. A
 * node that does not answer is passed over: to commit the same record in two places is harmless. When no further node is asked, because {@link
 * #ASKING_MILLIS_MAX} are over, this node decides as on its side of a cut. Threads: any.
 */
public final class Committing {
    /** From the first question on; the last one may take as long as its carrier lets it. */
    static final long ASKING_MILLIS_MAX = 6_000;
    /** How long a node that is asked may take: a cluster decides within 3 s, and the way there and back is short. */
    static final long ANSWER_MILLIS_MAX = 5_000;
    /** When one that is asked is done with asking others in turn, so that it has answered in time. */
    static final long ANSWERING_MILLIS_MAX = 1_500;

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
    private final Carrier carrier;
    private final LongSupplier nanoTime;
    private final ClustersAhead ahead;

    /**
     * @param beyond nodes with a tunnel that the cluster does not show
     * @param within nodes with a tunnel that the cluster shows
     * @param nanoTime a monotone clock
     */
    public Committing(
            NodeName self,
            SharedState state,
            Supplier<SortedSet<NodeName>> beyond,
            Supplier<SortedSet<NodeName>> within,
            Carrier carrier,
            LongSupplier nanoTime) {
        this.self = self;
        this.state = state;
        this.beyond = beyond;
        this.within = within;
        this.carrier = carrier;
        this.nanoTime = nanoTime;
        this.ahead = new ClustersAhead(carrier, nanoTime);
    }

    /** Brings a node a question, and what it answers. */
    @FunctionalInterface
    public interface Carrier {
        /** Completes within so many milliseconds, exceptionally when there is no answer. */
        CompletionStage<Bytes> ask(NodeName node, Bytes question, long millisMax);
    }

    /** What a node said to one question. */
    private sealed interface Told {}

    /** It is this node's to say, and it said so. */
    private record Decided(CommitResult result) implements Told {}

    /** It is not to decide; {@code seesUs} when it could ask this node in turn. */
    private record Declined(boolean seesUs) implements Told {}

    /** Nothing that could be read came in time. */
    private record Silent() implements Told {}

    /**
     * What is to be decided.
     *
     * @param here has this node's own cluster decide, or this node alone
     */
    private record Matter(EncodedRecord record, RevisionId id, Supplier<CompletionStage<CommitResult>> here) {}

    /** Makes a changeset the head of its source, if the head still is its parent. Completes within 15 s. */
    public CompletionStage<CommitResult> commit(Proposal proposal) {
        Round round = new Round(
                new Matter(proposal.record(), proposal.changeset().id(), () -> state.commit(proposal)),
                ASKING_MILLIS_MAX,
                false);
        if (state.cluster().phase() == Phase.JOINED) {
            return round.byFirstCluster(round::inCluster);
        }
        SortedSet<NodeName> others = beyond.get();
        return others.isEmpty() ? round.matter.here().get() : round.firstJoined(new ArrayDeque<>(others));
    }

    /** The member of this node's cluster whose name comes first. */
    private NodeName firstMember() {
        SortedSet<NodeName> members = new TreeSet<>(state.members());
        members.add(self);
        return members.first();
    }

    /** One changeset on its way to who decides; its steps follow each other. */
    private final class Round {
        private final Matter matter;
        private final long endNanos;
        private final boolean strict;
        /** Nodes that are in no cluster with others either, and whether they see this one. */
        private final SortedMap<NodeName, Boolean> alone = new TreeMap<>();

        private final List<Unavailable> busy = new ArrayList<>();

        /**
         * @param millis no question begins after these
         * @param strict whether none takes longer either
         */
        Round(Matter matter, long millis, boolean strict) {
            this.matter = matter;
            this.endNanos = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
            this.strict = strict;
        }

        /** As this node's own cluster has it; another of its members is asked when it does not answer here. */
        CompletionStage<CommitResult> inCluster() {
            return matter.here()
                    .get()
                    .thenCompose(result -> result instanceof Unavailable unavailable
                            ? byAnother(new ArrayDeque<>(within.get()), unavailable)
                            : CompletableFuture.completedStage(result));
        }

        /** A member that the cluster answers, if there is one in time; else what it told this node stands. */
        private CompletionStage<CommitResult> byAnother(Deque<NodeName> left, Unavailable here) {
            if (left.isEmpty() || isLate()) {
                return CompletableFuture.completedStage(here);
            }
            NodeName next = left.removeFirst();
            return askOne(next, IF_JOINED)
                    .thenCompose(
                            told -> told instanceof Decided(CommitResult result) && !(result instanceof Unavailable)
                                    ? taken(matter, next, result)
                                    : byAnother(left, here));
        }

        /** In the cluster of those beside each other that has the first name: one that is reached, else this node's own. */
        CompletionStage<CommitResult> byFirstCluster(Supplier<CompletionStage<CommitResult>> ownCluster) {
            SortedSet<NodeName> others = beyond.get();
            return others.isEmpty()
                    ? ownCluster.get()
                    : ahead.among(others, firstMember()).thenCompose(members -> byClusterAhead(members, ownCluster));
        }

        /**
         * A member of a cluster that comes before this node's own; else that one. Nobody when two members were reached that say that theirs is too busy; one
         * alone does not keep the others from deciding.
         */
        private CompletionStage<CommitResult> byClusterAhead(
                Deque<NodeName> left, Supplier<CompletionStage<CommitResult>> ownCluster) {
            if (left.isEmpty() || isLate()) {
                return busy.size() < 2 ? ownCluster.get() : CompletableFuture.completedStage(busy.getFirst());
            }
            NodeName next = left.removeFirst();
            long begun = nanoTime.getAsLong();
            return askOne(next, IF_JOINED).thenCompose(told -> switch (told) {
                case Decided(Unavailable unavailable) -> {
                    busy.add(unavailable);
                    yield byClusterAhead(left, ownCluster);
                }
                case Decided(CommitResult result) -> taken(matter, next, result);
                case Declined _ -> byClusterAhead(left, ownCluster);
                case Silent _ -> {
                    ahead.silent(next, begun, ANSWER_MILLIS_MAX);
                    yield byClusterAhead(left, ownCluster);
                }
            });
        }

        CompletionStage<CommitResult> firstJoined(Deque<NodeName> left) {
            if (left.isEmpty() || isLate()) {
                return busy.isEmpty() ? firstOf(candidates()) : CompletableFuture.completedStage(busy.getFirst());
            }
            NodeName next = left.removeFirst();
            return askOne(next, IF_JOINED).thenCompose(told -> switch (told) {
                case Decided(Unavailable unavailable) -> {
                    busy.add(unavailable);
                    yield firstJoined(left);
                }
                case Decided(CommitResult result) -> taken(matter, next, result);
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
                return matter.here().get();
            }
            return askOne(next, IN_ANY_CASE)
                    .thenCompose(told -> told instanceof Decided(CommitResult result)
                            ? taken(matter, next, result)
                            : firstOf(candidates));
        }

        private CompletionStage<Told> askOne(NodeName node, int mode) {
            Bytes question =
                    new BinaryWriter().u8(mode).blob(matter.record().bytes()).toBytes();
            long millis = strict ? Math.min(ANSWER_MILLIS_MAX, leftMillis()) : ANSWER_MILLIS_MAX;
            return carrier.ask(node, question, millis).handle((answer, problem) -> {
                if (answer == null || problem != null) {
                    return new Silent();
                }
                try {
                    return decode(answer, matter.id());
                } catch (MalformedException | IllegalArgumentException e) {
                    return new Silent();
                }
            });
        }

        private boolean isLate() {
            return leftMillis() <= 0;
        }

        private long leftMillis() {
            return TimeUnit.NANOSECONDS.toMillis(endNanos - nanoTime.getAsLong());
        }
    }

    /** What was decided elsewhere is kept here before it is acknowledged. */
    private CompletionStage<CommitResult> taken(Matter matter, NodeName by, CommitResult result) {
        if (!(result instanceof CommitResult.Committed)) {
            return CompletableFuture.completedStage(result);
        }
        return state.receive(matter.record().bytes(), by.value())
                .handle((receipt, problem) -> problem == null && !(receipt instanceof Receipt.Rejected)
                        ? result
                        : new Unavailable("node " + by + " has committed it, and this node does not keep it: "
                                + (receipt instanceof Receipt.Rejected rejected ? rejected.reason() : problem)));
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
            if (phase == Phase.JOINED && mode == ClustersAhead.QUESTION) {
                return CompletableFuture.completedStage(ClustersAhead.answer(firstMember()));
            }
            if (phase != Phase.JOINED && (mode != IN_ANY_CASE || phase != Phase.ALONE)) {
                boolean sees = beyond.get().contains(asker);
                return CompletableFuture.completedStage(encode(sees ? DECLINED : DECLINED_UNSEEN, ""));
            }
            return decide(EncodedRecord.decode(record)).thenApply(Committing::encode);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** For another node: in this node's cluster, or in one that comes before it. */
    private CompletionStage<CommitResult> decide(EncodedRecord record) throws MalformedException {
        Changeset changeset = SharedState.changeset(record);
        Matter matter = new Matter(record, changeset.id(), () -> state.commit(record, changeset));
        return state.cluster().phase() == Phase.JOINED
                ? new Round(matter, ANSWERING_MILLIS_MAX, true).byFirstCluster(matter.here())
                : matter.here().get();
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
