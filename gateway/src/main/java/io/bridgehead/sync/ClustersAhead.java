package io.bridgehead.sync;

import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which nodes beyond this node's cluster are in one that comes before it: one that has a member whose name comes before those of all members of this
 * one. All nodes beyond are asked at once, for {@value #ASKING_MILLIS} ms. Who is in no cluster with others, or in one behind, is asked
 * again after {@value #PASSED_MILLIS} ms, so that nodes that stand alone for long, as those that only dial out, cost a change a round trip now and then; who let all of its time
 * pass without an answer after {@value #SILENT_MILLIS} ms.
 *
 * <p>The question is a byte and an empty record; the answer a byte, and the first name of the node's cluster.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ClustersAhead {
    static final int QUESTION = 3;
    static final int JOINED = 6;
    static final long PASSED_MILLIS = 10_000;
    static final long SILENT_MILLIS = 2_000;
    static final long ASKING_MILLIS = 1_000;

    private static final Bytes WHERE =
            new BinaryWriter().u8(QUESTION).blob(Bytes.EMPTY).toBytes();

    private final Committing.Carrier carrier;
    private final LongSupplier nanoTime;
    /** Until when these are not asked. */
    private final Map<NodeName, Long> passed = new ConcurrentHashMap<>();

    ClustersAhead(Committing.Carrier carrier, LongSupplier nanoTime) {
        this.carrier = carrier;
        this.nanoTime = nanoTime;
    }

    /** What a node of a cluster with others answers. */
    static Bytes answer(NodeName first) {
        return new BinaryWriter().u8(JOINED).blob(Bytes.utf8(first.value())).toBytes();
    }

    /**
     * The nodes in clusters ahead, those of the first cluster first.
     *
     * @param own the first name of this node's cluster
     */
    CompletionStage<Deque<NodeName>> among(Collection<NodeName> beyond, NodeName own) {
        long now = nanoTime.getAsLong();
        passed.values().removeIf(until -> now - until >= 0);
        List<NodeName> asked =
                beyond.stream().filter(node -> !passed.containsKey(node)).toList();
        Map<NodeName, CompletableFuture<Optional<NodeName>>> answers = new TreeMap<>();
        asked.forEach(node -> answers.put(node, first(node).toCompletableFuture()));
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> ahead(answers, own));
    }

    private void pass(NodeName node, long millis) {
        passed.put(node, nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** A question that was asked then had no answer. When all of its time is over, so that the way did not just break, the node is not asked for a while. */
    void silent(NodeName node, long begunNanos, long millisMax) {
        if (nanoTime.getAsLong() - begunNanos >= TimeUnit.MILLISECONDS.toNanos(millisMax)) {
            pass(node, SILENT_MILLIS);
        }
    }

    private Deque<NodeName> ahead(Map<NodeName, CompletableFuture<Optional<NodeName>>> answers, NodeName own) {
        Map<NodeName, NodeName> firsts = new TreeMap<>();
        answers.forEach((node, answer) -> answer.join().ifPresent(first -> {
            if (first.compareTo(own) < 0) {
                firsts.put(node, first);
            } else {
                pass(node, PASSED_MILLIS);
            }
        }));
        return firsts.entrySet().stream()
                .sorted(Map.Entry.<NodeName, NodeName>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .collect(ArrayDeque::new, ArrayDeque::add, ArrayDeque::addAll);
    }

    /** The first name of the node's cluster; nothing when it stands alone, or says nothing that can be read. */
    private CompletionStage<Optional<NodeName>> first(NodeName node) {
        long begun = nanoTime.getAsLong();
        return carrier.ask(node, WHERE, ASKING_MILLIS).handle((answer, problem) -> {
            if (answer == null || problem != null) {
                silent(node, begun, ASKING_MILLIS);
                return Optional.empty();
            }
            try {
                BinaryReader in = new BinaryReader(answer, "answer of a cluster");
                int what = in.u8();
                String text = in.blob("name", Limits.MESSAGE_BYTES_MAX).toUtf8();
                if (what == JOINED) {
                    return Optional.of(new NodeName(text));
                }
                pass(node, PASSED_MILLIS);
                return Optional.empty();
            } catch (MalformedException | IllegalArgumentException e) {
                return Optional.empty();
            }
        });
    }
}
