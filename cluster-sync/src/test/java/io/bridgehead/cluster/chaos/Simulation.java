package io.bridgehead.cluster.chaos;

import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryHub;
import io.bridgehead.cluster.testing.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A fabric in virtual time: everything that happens in it follows from one seed. */
final class Simulation {
    private static final List<String> SOURCES = List.of("team-a", "team-b", "team-c");

    private final RandomGenerator random;
    private final VirtualTime time = new VirtualTime();
    private final SimulatedPaths paths;
    private final MemoryHub hub;
    private final HistoryChecker checker = new HistoryChecker();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final Writer writer;
    private boolean writing = true;

    Simulation(long seed, int count) {
        this.random = new Random(seed);
        this.paths = new SimulatedPaths(time, random);
        this.hub = new MemoryHub(Runnable::run, paths);
        this.writer = new Writer(random);
        for (int i = 0; i < count; i++) {
            nodes.add(new SimulatedNode("site-" + (char) ('a' + i), time, hub, checker));
        }
        nodes.forEach(this::compareLater);
    }

    /** Disturbs and writes for a while, mends everything, and gives the time that is promised. */
    List<String> chaos(Duration disturbed, Duration promised) {
        time.after(0, this::writeLater);
        time.after(0, this::disturbLater);
        time.run(disturbed);
        writing = false;
        mendAll();
        time.run(promised);
        return problems();
    }

    void cut(int from, int to) {
        paths.cut(nodes.get(from).id(), nodes.get(to).id());
        hub.pathsChanged();
    }

    void heal(int from, int to) {
        paths.heal(nodes.get(from).id(), nodes.get(to).id());
        hub.pathsChanged();
    }

    void run(Duration length) {
        time.run(length);
    }

    Store store(int node) {
        return nodes.get(node).store();
    }

    int acknowledged() {
        return checker.acknowledged();
    }

    /** Writes at one node; true when it was acknowledged. */
    boolean write(int node, String source) {
        if (Records.head(store(node), source)
                .filter(head -> head.known().isEmpty())
                .isPresent()) {
            return false;
        }
        Edit edit = writer.edit(store(node), source, time.millis() + random.nextLong(-5_000, 5_000));
        checker.wrote(edit);
        boolean committed = nodes.get(node)
                        .fabric()
                        .commit(source, edit.expected(), edit.record())
                        .toCompletableFuture()
                        .join()
                instanceof CommitResult.Committed;
        if (committed) {
            checker.acknowledged(edit);
        }
        return committed;
    }

    List<String> problems() {
        Map<String, Store> stores = new TreeMap<>();
        nodes.forEach(node -> stores.put(node.id(), node.store()));
        return checker.problems(stores);
    }

    private void writeLater() {
        if (writing) {
            int node = random.nextInt(nodes.size());
            if (!paths.isFit(nodes.get(node).id())) {
                time.after(10, this::writeLater);
                return;
            }
            if (random.nextInt(6) == 0) {
                order(node);
            } else {
                write(node, SOURCES.get(random.nextInt(SOURCES.size())));
            }
            time.after(random.nextLong(3_000), this::writeLater);
        }
    }

    private void order(int node) {
        String target = SOURCES.get(random.nextInt(SOURCES.size()));
        Stamp stamp = new Stamp(time.millis() + random.nextLong(-5_000, 5_000), 0, "operator");
        SignedRecord order = random.nextBoolean()
                ? Records.order(target, stamp, "drain " + random.nextInt())
                : Records.orderEnd(target, stamp);
        Receipt receipt =
                nodes.get(node).fabric().publish(order).toCompletableFuture().join();
        if (receipt instanceof Receipt.Accepted(EncodedRecord accepted)) {
            checker.ordered(accepted);
        }
    }

    private void disturbLater() {
        if (writing) {
            disturb();
            time.after(random.nextLong(6_000), this::disturbLater);
        }
    }

    private void disturb() {
        SimulatedNode a = nodes.get(random.nextInt(nodes.size()));
        SimulatedNode b = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(10)) {
            case 0 -> split();
            case 1 -> paths.cut(a.id(), b.id());
            case 2 -> cutBoth(a, b);
            case 3, 4, 5 -> nodes.forEach(from -> nodes.forEach(to -> paths.heal(from.id(), to.id())));
            case 6 -> paths.slow(a.id(), b.id(), random.nextLong(1_000));
            case 7 -> stop(a, random.nextLong(20_000));
            case 8 -> kill(a, random.nextLong(20_000));
            default -> flap(a, b);
        }
        hub.pathsChanged();
    }

    private void split() {
        for (SimulatedNode a : nodes) {
            for (SimulatedNode b : nodes) {
                if (nodes.indexOf(a) % 2 != nodes.indexOf(b) % 2) {
                    paths.cut(a.id(), b.id());
                }
            }
        }
    }

    private void cutBoth(SimulatedNode a, SimulatedNode b) {
        paths.cut(a.id(), b.id());
        paths.cut(b.id(), a.id());
    }

    private void flap(SimulatedNode a, SimulatedNode b) {
        for (int i = 0; i < 10; i++) {
            time.after(i * 200L, () -> {
                cutBoth(a, b);
                hub.pathsChanged();
            });
            time.after(i * 200L + 100, () -> {
                paths.heal(a.id(), b.id());
                paths.heal(b.id(), a.id());
                hub.pathsChanged();
            });
        }
    }

    private void stop(SimulatedNode node, long millis) {
        if (paths.isFit(node.id())) {
            paths.stop(node.id());
            time.after(millis, () -> {
                paths.goOn(node.id());
                hub.pathsChanged();
            });
        }
    }

    private void kill(SimulatedNode node, long millis) {
        if (paths.isFit(node.id())) {
            paths.killed(node.id());
            node.kill();
            time.after(millis, () -> {
                paths.started(node.id());
                node.start(hub);
            });
        }
    }

    /** Everything disturbed ends within 20 s by itself; the ways are open and quick from now on. */
    private void mendAll() {
        time.run(Duration.ofSeconds(20));
        for (SimulatedNode a : nodes) {
            for (SimulatedNode b : nodes) {
                paths.heal(a.id(), b.id());
                paths.slow(a.id(), b.id(), 40);
            }
        }
        hub.pathsChanged();
    }

    /** As each node does every 2 to 5 s with the blackboard. */
    private void compareLater(SimulatedNode node) {
        time.after(random.nextLong(2_000, 5_000), () -> {
            SimulatedNode peer = nodes.get(random.nextInt(nodes.size()));
            if (!peer.equals(node) && paths.isFit(node.id())) {
                node.repairWith(peer, paths);
            }
            compareLater(node);
        });
    }
}
