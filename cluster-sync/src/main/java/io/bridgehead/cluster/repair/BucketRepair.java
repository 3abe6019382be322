package io.bridgehead.cluster.repair;

import io.bridgehead.cluster.api.AntiEntropy;
import io.bridgehead.cluster.api.BinaryWriter;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Store;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Anti-entropy over the live records of a store. What it pulls goes through the fabric's intake. Threads: any. */
public final class BucketRepair implements AntiEntropy {
    static final int NAMES_MAX = 200_000;
    private static final int ANSWER_BYTES_AIM = 1 << 20;

    private final Store store;
    private final Fabric fabric;
    private final InstantSource clock;
    /** By peer: no more than there are nodes. */
    private final ConcurrentMap<String, Offers> offers = new ConcurrentHashMap<>();

    public BucketRepair(Store store, Fabric fabric, InstantSource clock) {
        this.store = store;
        this.fabric = fabric;
        this.clock = clock;
    }

    @Override
    public Bytes answer(Bytes request) throws MalformedException {
        Map<Sha256, EncodedRecord> live = store.live();
        return switch (Question.decode(request)) {
            case Question.ForDigest() -> Digest.of(live.keySet()).encode();
            case Question.ForNames(BitSet buckets) -> names(live, buckets);
            case Question.ForRecords(List<Sha256> wanted) -> records(live, wanted);
        };
    }

    @Override
    public CompletionStage<Repair> repair(Transport peer) {
        Offers made = offers.computeIfAbsent(peer.peer(), _ -> new Offers(clock));
        return new Round(store, fabric, peer, made).run();
    }

    private static Bytes names(Map<Sha256, EncodedRecord> live, BitSet buckets) {
        List<Sha256> names = live.keySet().stream()
                .filter(name -> buckets.get(Digest.bucket(name)))
                .limit(NAMES_MAX)
                .toList();
        BinaryWriter out = new BinaryWriter().i32(names.size());
        names.forEach(name -> out.raw(name.value()));
        return out.toBytes();
    }

    /** As many as fit an answer, but at least one, so that every round gets on. */
    private static Bytes records(Map<Sha256, EncodedRecord> live, List<Sha256> wanted) {
        BinaryWriter out = new BinaryWriter();
        int dealtWith = 0;
        long bytes = 0;
        for (Sha256 name : wanted) {
            EncodedRecord record = live.get(name);
            int size = record == null ? 0 : record.bytes().size();
            if (bytes > 0 && bytes + size > ANSWER_BYTES_AIM) {
                break;
            }
            out.blob(record == null ? Bytes.EMPTY : record.bytes());
            bytes += size;
            dealtWith++;
        }
        return new BinaryWriter().i32(dealtWith).raw(out.toBytes()).toBytes();
    }
}
