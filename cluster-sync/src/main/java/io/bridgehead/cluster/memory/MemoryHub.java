package io.bridgehead.cluster.memory;

import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.Member;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.ledger.Current;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A cluster of several nodes in one JVM, without a network: the fake for tests, and what a single node uses.
 *
 * <p>A {@linkplain #split split} makes two clusters of it until it is {@linkplain #heal healed}. Threads: any; work
 * of a node runs on the executor given, which may run it at once. What lies between the nodes can be given as well.
 */
public final class MemoryHub {
    private final Executor executor;
    private final Paths paths;
    private final ReentrantLock deciding = new ReentrantLock();
    private final Current<Picture> picture = new Current<>(new Picture(List.of(), Set.of()));

    public MemoryHub(Executor executor) {
        this(executor, Paths.whole(executor));
    }

    public MemoryHub(Executor executor, Paths paths) {
        this.executor = executor;
        this.paths = paths;
    }

    /** A node of this cluster; it joins when it is started. */
    public MemoryFabric node(FabricParts parts) {
        return new MemoryFabric(parts, this, executor);
    }

    /** Cuts the nodes with these ids ({@code <site>/<node>}) off from all others; they still see each other. */
    public void split(Set<String> ids) {
        picture.update(before -> new Picture(before.nodes, Set.copyOf(ids)));
        everyone().forEach(MemoryFabric::membersChanged);
    }

    /** Joins both parts again; each takes what it lacks. */
    public void heal() {
        Picture before = picture.get();
        picture.update(split -> new Picture(split.nodes, Set.of()));
        before.nodes.forEach(node -> node.healed(before.cutOff(node)));
    }

    /** Another way is open or closed: the nodes look at their members anew, and those that got more exchange all. */
    public void pathsChanged() {
        everyone().forEach(MemoryFabric::membersChanged);
    }

    void join(MemoryFabric node) {
        picture.update(before -> {
            List<MemoryFabric> nodes = new ArrayList<>(before.nodes);
            nodes.add(node);
            return new Picture(List.copyOf(nodes), before.apart);
        });
        everyone().forEach(MemoryFabric::membersChanged);
    }

    void leave(MemoryFabric node) {
        picture.update(before -> new Picture(
                before.nodes.stream().filter(other -> !other.equals(node)).toList(), before.apart));
        everyone().forEach(MemoryFabric::membersChanged);
    }

    /** The nodes that {@code node} can reach, without itself. */
    List<MemoryFabric> peersOf(MemoryFabric node) {
        return picture.get().sideOf(node).stream()
                .filter(other -> !other.equals(node) && open(node, other))
                .toList();
    }

    void carry(MemoryFabric from, MemoryFabric to, Runnable delivery) {
        paths.carry(from.info().id(), to.info().id(), delivery);
    }

    List<Member> membersSeenBy(MemoryFabric node) {
        return bothWays(node)
                .map(other -> new Member(other.info(), "memory:" + other.info().id(), other.equals(node)))
                .toList();
    }

    /** Runs {@code then} if the newest head on this side of a split is still {@code expected}; nothing otherwise. */
    <T> Optional<T> ifHead(MemoryFabric node, String source, Optional<RevisionId> expected, Supplier<T> then) {
        deciding.lock();
        try {
            Optional<RevisionId> head = bothWays(node)
                    .flatMap(other -> Optional.ofNullable(other.store().heads().get(source)).stream())
                    .max(Comparator.comparing(Revision::stamp))
                    .map(Revision::id);
            return head.equals(expected) ? Optional.of(then.get()) : Optional.empty();
        } finally {
            deciding.unlock();
        }
    }

    private Stream<MemoryFabric> bothWays(MemoryFabric node) {
        return picture.get().sideOf(node).stream()
                .filter(other -> other.equals(node) || (open(node, other) && open(other, node)));
    }

    private boolean open(MemoryFabric from, MemoryFabric to) {
        return paths.open(from.info().id(), to.info().id());
    }

    private List<MemoryFabric> everyone() {
        return picture.get().nodes;
    }

    /** Who is there, oldest first, and who of them is cut off. */
    private record Picture(List<MemoryFabric> nodes, Set<String> apart) {
        boolean cutOff(MemoryFabric node) {
            return apart.contains(node.info().id());
        }

        List<MemoryFabric> sideOf(MemoryFabric node) {
            return nodes.stream().filter(other -> cutOff(other) == cutOff(node)).toList();
        }
    }
}
