package io.bridgehead.sync;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Which of the nodes whose names come before those of this node's cluster are in a cluster with others. All are asked at once; who said no is
 * asked again after {@value #DECLINED_MILLIS} ms, so that nodes that stand alone for long, as those that only dial out, cost a change a round trip now and
 * then.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ClustersAhead {
    static final long DECLINED_MILLIS = 10_000;
    /** As many are asked; a fabric has fewer nodes that stand in no cluster of this one's. */
    static final int ASKED_MAX = 64;

    private final Function<NodeName, CompletionStage<Boolean>> isInCluster;
    private final LongSupplier nanoTime;
    private final Map<NodeName, Long> declined = new ConcurrentHashMap<>();

    /** @param isInCluster asks a node; false as well when it does not answer */
    ClustersAhead(Function<NodeName, CompletionStage<Boolean>> isInCluster, LongSupplier nanoTime) {
        this.isInCluster = isInCluster;
        this.nanoTime = nanoTime;
    }

    /** Those of the nodes that are in a cluster with others, by name. */
    CompletionStage<Deque<NodeName>> among(Collection<NodeName> nodes) {
        long now = nanoTime.getAsLong();
        declined.values().removeIf(since -> now - since >= TimeUnit.MILLISECONDS.toNanos(DECLINED_MILLIS));
        List<NodeName> unknown = nodes.stream()
                .filter(node -> !declined.containsKey(node))
                .sorted()
                .limit(ASKED_MAX)
                .toList();
        Map<NodeName, CompletableFuture<Boolean>> answers = new TreeMap<>();
        unknown.forEach(node -> answers.put(node, isInCluster.apply(node).toCompletableFuture()));
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> joined(answers));
    }

    private Deque<NodeName> joined(Map<NodeName, CompletableFuture<Boolean>> answers) {
        Deque<NodeName> joined = new ArrayDeque<>();
        answers.forEach((node, answer) -> {
            if (answer.join()) {
                joined.add(node);
            } else {
                declined.put(node, nanoTime.getAsLong());
            }
        });
        return joined;
    }
}
