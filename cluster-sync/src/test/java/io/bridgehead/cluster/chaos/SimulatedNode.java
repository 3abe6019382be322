package io.bridgehead.cluster.chaos;

import io.bridgehead.cluster.api.AntiEntropy;
import io.bridgehead.cluster.api.Bounds;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.ledger.Journal;
import io.bridgehead.cluster.ledger.LedgerStore;
import io.bridgehead.cluster.memory.MemoryFabric;
import io.bridgehead.cluster.memory.MemoryHub;
import io.bridgehead.cluster.repair.BucketRepair;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.Told;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A node in virtual time, with a disk that outlives its process. */
final class SimulatedNode {
    private static final long OFFER_MILLIS_MAX = 10_000;

    private final NodeInfo info;
    private final VirtualTime time;
    private final List<EncodedRecord> disk = new ArrayList<>();
    private final HistoryChecker checker;
    private Running process;

    /** What a kill takes away: the process. */
    private record Running(Store store, MemoryFabric fabric, AntiEntropy repair) {}

    SimulatedNode(String site, VirtualTime time, MemoryHub hub, HistoryChecker checker) {
        this.info = Records.node(site, "n1");
        this.time = time;
        this.checker = checker;
        this.process = boot(hub);
    }

    String id() {
        return info.id();
    }

    Store store() {
        return process.store;
    }

    MemoryFabric fabric() {
        return process.fabric;
    }

    void kill() {
        process.fabric.close();
    }

    void start(MemoryHub hub) {
        process = boot(hub);
    }

    /** Pulls what the other has and offers what it lacks, over paths as they are. */
    void repairWith(SimulatedNode peer, SimulatedPaths paths) {
        var _ = process.repair.repair(new AntiEntropy.Transport() {
            @Override
            public String peer() {
                return peer.id();
            }

            @Override
            public CompletionStage<Bytes> exchange(Bytes request) {
                CompletableFuture<Bytes> answer = new CompletableFuture<>();
                paths.carry(id(), peer.id(), () -> {
                    Bytes found = peer.answer(request);
                    paths.carry(peer.id(), id(), () -> answer.complete(found));
                });
                return answer;
            }

            @Override
            public CompletionStage<AntiEntropy.Offered> offer(Bytes record) {
                CompletableFuture<AntiEntropy.Offered> offered = new CompletableFuture<>();
                paths.carry(id(), peer.id(), () -> {
                    var _ = peer.process.fabric.receive(record, id()).thenAccept(receipt -> {
                        AntiEntropy.Offered became = AntiEntropy.Offered.of(receipt);
                        paths.carry(peer.id(), id(), () -> offered.complete(became));
                    });
                });
                time.after(OFFER_MILLIS_MAX, () -> offered.completeExceptionally(new IOException("no answer")));
                return offered;
            }
        });
    }

    private Bytes answer(Bytes request) {
        try {
            return process.repair.answer(request);
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Running boot(MemoryHub hub) {
        Store store = new LedgerStore(new Disk(disk), List.copyOf(disk), Retention.STANDARD, time);
        checker.watch(id(), store);
        MemoryFabric fabric = hub.node(new FabricParts(
                info, store, Records.VERIFIER, new HybridClock(time, id()), Bounds.STANDARD, new Told(), time));
        fabric.start();
        return new Running(store, fabric, new BucketRepair(store, fabric, time));
    }

    /** Keeps every record at once. */
    private record Disk(List<EncodedRecord> records) implements Journal {
        @Override
        public void append(EncodedRecord record) {
            records.add(record);
        }

        @Override
        public void close() {}
    }
}
