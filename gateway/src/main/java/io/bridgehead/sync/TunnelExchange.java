package io.bridgehead.sync;

import io.bridgehead.cluster.api.AntiEntropy;
import io.bridgehead.cluster.api.AntiEntropy.Offered;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tunnel.ControlHandler;
import io.bridgehead.wire.StreamOpener;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * State over tunnels: what the cluster does not carry to a node travels on the control connection to it. Records and health are pushed at
 * once to peers that the cluster does not show; with one random peer after another the whole is compared and repaired, on both sides.
 *
 * <p>Records that arrive are verified like any other; whoever gets news passes it on, and what is known stops the flood.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class TunnelExchange {
    /** Where a peer's digest and pull requests arrive. */
    public static final String REPAIR_PATH = "/.bridgehead/repair";
    /** Where a peer's pushed records arrive. */
    public static final String RECORD_PATH = "/.bridgehead/record";

    /** Where a peer has this node decide. */
    public static final String COMMIT_PATH = "/.bridgehead/commit";

    /** Where a peer opens the stream on which it gets what is news here. */
    public static final String WATCH_PATH = "/.bridgehead/watch";

    private final Parts parts;
    private final QuestionBudget questions = new QuestionBudget();
    private final Watchers watchers = new Watchers();
    private final Set<NodeName> watched = ConcurrentHashMap.newKeySet();

    /**
     * What an exchange works with.
     *
     * @param home the loop that owns the control connections
     * @param control the control connection to a node, or null when there is none now; asked on the home loop
     * @param tasks runs what reads the store
     */
    public record Parts(
            SharedState state,
            AntiEntropy antiEntropy,
            Loop home,
            Function<NodeName, @Nullable StreamOpener> control,
            Executor tasks,
            RandomGenerator random,
            SyncObserver observer) {}

    public TunnelExchange(Parts parts) {
        this.parts = parts;
    }

    /** Answers peers' repair requests. */
    public ControlHandler repairHandler() {
        return answering(this::answer);
    }

    /** Takes what peers push. */
    public ControlHandler recordHandler() {
        return handler((peer, record) -> parts.state()
                .receive(record, peer.node().value())
                .thenApply(receipt -> Bytes.utf8(text(Offered.of(receipt)))));
    }

    /** Answers questions of one path by a function that may compute and read the store. */
    public ControlHandler answering(UnaryOperator<Bytes> answer) {
        return handler((peer, question) -> CompletableFuture.supplyAsync(() -> answer.apply(question), parts.tasks()));
    }

    /** Has peers watch this node. */
    public ControlHandler watchHandler() {
        return watchers.handler();
    }

    /** Tells peers that watch this node and are meant. */
    public void tellWatchers(byte[] record, Predicate<NodeName> meant) {
        watchers.tell(record, meant);
    }

    /** Ends what peers watch: this node is about to stop. Any thread. */
    public void endWatches() {
        watchers.end();
    }

    /**
     * Watches these nodes as well; those that are watched already stay so until the stream ends.
     *
     * @return those that are watched from now on: what they had to tell before is to be pulled
     */
    public Set<NodeName> watch(Set<NodeName> nodes) {
        Set<NodeName> begun = new TreeSet<>();
        for (NodeName node : nodes) {
            if (watched.add(node)) {
                begun.add(node);
                parts.home().execute(() -> watchNow(node));
            }
        }
        return begun;
    }

    private void watchNow(NodeName node) {
        StreamOpener control = parts.control().apply(node);
        if (control == null) {
            watched.remove(node);
            return;
        }
        TunnelWatch.open(
                parts.home(),
                control,
                WATCH_PATH,
                record -> parts.state().receive(record, node.value()),
                () -> watched.remove(node));
    }

    /** Decides for peers that are in no cluster with others. */
    public ControlHandler commitHandler(Committing committing) {
        return handler((peer, question) -> CompletableFuture.completedFuture(question)
                .thenComposeAsync(bytes -> committing.answer(peer.node(), bytes), parts.tasks()));
    }

    /** Has a node decide. */
    public CompletionStage<Bytes> askToCommit(NodeName node, Bytes question, long millisMax) {
        return ask(node, COMMIT_PATH, question, millisMax);
    }

    private ControlHandler handler(TunnelAnswer.Responder responder) {
        return (loop, peer, stream, head, end) -> TunnelAnswer.begin(
                loop,
                peer,
                stream,
                end,
                responder,
                questions,
                reason -> parts.observer().questionRefused(peer.node().value(), head.path(), reason));
    }

    private Bytes answer(Bytes question) {
        try {
            return parts.antiEntropy().answer(question);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Compares with one of these nodes, chosen by chance, pulls what this node lacks, and offers what that one lacks. */
    public void repairWithOne(List<NodeName> nodes) {
        if (nodes.isEmpty()) {
            return;
        }
        NodeName node = nodes.get(parts.random().nextInt(nodes.size()));
        parts.antiEntropy().repair(new Way(node)).whenComplete((repair, problem) -> {
            if (problem != null) {
                parts.observer().exchangeFailed(node.value(), String.valueOf(problem.getMessage()));
            } else {
                parts.observer().repaired(node.value(), repair.taken(), repair.rejected(), repair.given());
            }
        });
    }

    /** Pushes a record to these nodes; a failure is left to the next repair. */
    public void push(byte[] record, Set<NodeName> nodes) {
        for (NodeName node : nodes) {
            ask(node, RECORD_PATH, Bytes.wrap(record)).whenComplete((answer, problem) -> {
                if (problem != null) {
                    parts.observer().exchangeFailed(node.value(), String.valueOf(problem.getMessage()));
                }
            });
        }
    }

    /** Asks a node over its control connection; completes within ten seconds. */
    CompletionStage<Bytes> ask(NodeName node, String path, Bytes question) {
        return ask(node, path, question, TunnelCall.MILLIS_MAX);
    }

    /** Asks a node over its control connection; completes within so many milliseconds. */
    public CompletionStage<Bytes> ask(NodeName node, String path, Bytes question, long millisMax) {
        CompletableFuture<Bytes> answer = new CompletableFuture<>();
        parts.home().execute(() -> {
            StreamOpener control = parts.control().apply(node);
            if (control == null) {
                answer.completeExceptionally(new IOException("no control connection to " + node));
                return;
            }
            TunnelCall.ask(parts.home(), control, path, question, millisMax).whenComplete((bytes, problem) -> {
                if (problem != null) {
                    answer.completeExceptionally(problem);
                } else {
                    answer.complete(bytes);
                }
            });
        });
        return answer;
    }

    private final class Way implements AntiEntropy.Transport {
        private final NodeName node;

        Way(NodeName node) {
            this.node = node;
        }

        @Override
        public String peer() {
            return node.value();
        }

        @Override
        public CompletionStage<Bytes> exchange(Bytes request) {
            return ask(node, REPAIR_PATH, request);
        }

        @Override
        public CompletionStage<Offered> offer(Bytes record) {
            return ask(node, RECORD_PATH, record).handle((answer, problem) -> offered(answer, problem));
        }
    }

    private static Offered offered(@Nullable Bytes answer, @Nullable Throwable problem) {
        if (answer != null) {
            return Stream.of(Offered.values())
                    .filter(offered -> Bytes.utf8(text(offered)).equals(answer))
                    .findFirst()
                    .orElse(Offered.REFUSED);
        }
        if (problem instanceof TunnelCall.Refusal refusal && refusal.isOfTheQuestion()) {
            return Offered.REFUSED;
        }
        throw new CompletionException(problem);
    }

    /** How it is said to the peer that pushed the record. */
    private static String text(Offered offered) {
        return switch (offered) {
            case TAKEN -> "Accepted";
            case KNOWN -> "Known";
            case REFUSED -> "Rejected";
        };
    }

    /** Which peers a push has to reach: those with a tunnel that the cluster does not show. */
    public static SortedSet<NodeName> beyondCluster(Set<NodeName> tunnels, Set<NodeName> members) {
        SortedSet<NodeName> beyond = new TreeSet<>(tunnels);
        beyond.removeAll(members);
        return beyond;
    }
}
