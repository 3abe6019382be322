package io.bridgehead.cluster.repair;

import io.bridgehead.cluster.api.AntiEntropy.Repair;
import io.bridgehead.cluster.api.AntiEntropy.Transport;
import io.bridgehead.cluster.api.BinaryReader;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Store;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * One round of repair with one peer: digest, names of the buckets that differ, records that are missing here, then
 * those that are missing there.
 */
final class Round {
    private static final Repair NOTHING = new Repair(0, 0, 0, 0);

    private final Store store;
    private final Fabric fabric;
    private final Transport peer;
    private final Offers offers;

    Round(Store store, Fabric fabric, Transport peer, Offers offers) {
        this.store = store;
        this.fabric = fabric;
        this.peer = peer;
        this.offers = offers;
    }

    CompletionStage<Repair> run() {
        return peer.exchange(new Question.ForDigest().encode())
                .thenCompose(answer -> compare(read(answer, Digest::decode)));
    }

    private CompletionStage<Repair> compare(Digest theirs) {
        BitSet differing = Digest.of(store.live().keySet()).differing(theirs);
        if (differing.isEmpty()) {
            offers.clear();
            return CompletableFuture.completedFuture(NOTHING);
        }
        return peer.exchange(new Question.ForNames(differing).encode())
                .thenCompose(answer -> settle(differing, read(answer, Round::names)));
    }

    /** What is pulled first may be newer than what the peer lacks, which is then not offered. */
    private CompletionStage<Repair> settle(BitSet differing, List<Sha256> theirs) {
        CompletionStage<Repair> pulled = pull(missing(theirs), 0, new Repair(differing.cardinality(), 0, 0, 0));
        if (theirs.size() == BucketRepair.NAMES_MAX) {
            return pulled; // there may be more that it has
        }
        Set<Sha256> held = Set.copyOf(theirs);
        return pulled.thenCompose(sum -> offers.make(peer, lacking(differing, held))
                .thenApply(given -> new Repair(sum.differing(), sum.taken(), sum.rejected(), given)));
    }

    private List<EncodedRecord> lacking(BitSet differing, Set<Sha256> theirs) {
        return store.live().entrySet().stream()
                .filter(held -> differing.get(Digest.bucket(held.getKey())) && !theirs.contains(held.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private List<Sha256> missing(List<Sha256> theirs) {
        Set<Sha256> ours = store.live().keySet();
        return theirs.stream().filter(name -> !ours.contains(name)).toList();
    }

    private CompletionStage<Repair> pull(List<Sha256> wanted, int from, Repair soFar) {
        if (from >= wanted.size()) {
            return CompletableFuture.completedFuture(soFar);
        }
        List<Sha256> next = wanted.subList(from, Math.min(wanted.size(), from + Question.WANTED_MAX));
        return peer.exchange(new Question.ForRecords(next).encode()).thenCompose(answer -> {
            List<Bytes> records = read(answer, bytes -> records(bytes, next.size()));
            return take(records, soFar).thenCompose(sum -> pull(wanted, from + records.size(), sum));
        });
    }

    private CompletionStage<Repair> take(List<Bytes> records, Repair soFar) {
        CompletionStage<Repair> sum = CompletableFuture.completedFuture(soFar);
        for (Bytes record : records) {
            if (!record.isEmpty()) {
                sum = sum.thenCombine(fabric.receive(record, peer.peer()), Round::plus);
            }
        }
        return sum;
    }

    private static Repair plus(Repair sum, Receipt receipt) {
        return switch (receipt) {
            case Receipt.Accepted _ -> new Repair(sum.differing(), sum.taken() + 1, sum.rejected(), sum.given());
            case Receipt.Rejected _ -> new Repair(sum.differing(), sum.taken(), sum.rejected() + 1, sum.given());
            case Receipt.Known _ -> sum;
        };
    }

    private static List<Sha256> names(Bytes answer) throws MalformedException {
        BinaryReader in = new BinaryReader(answer, "repair names");
        List<Sha256> names = Question.names(in, BucketRepair.NAMES_MAX);
        in.end();
        return names;
    }

    private static List<Bytes> records(Bytes answer, int asked) throws MalformedException {
        BinaryReader in = new BinaryReader(answer, "repair records");
        int count = in.count("records", asked, 4);
        if (count == 0) {
            throw in.bad("deals with none of " + asked + " names; expected at least one");
        }
        List<Bytes> records = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            records.add(in.blob("record", Limits.RECORD_BYTES_MAX));
        }
        in.end();
        return records;
    }

    private static <T> T read(Bytes answer, Reading<T> reading) {
        try {
            return reading.read(answer);
        } catch (MalformedException e) {
            throw new CompletionException(e);
        }
    }

    /** Reads an answer that nobody trusts yet. */
    private interface Reading<T> {
        T read(Bytes answer) throws MalformedException;
    }
}
