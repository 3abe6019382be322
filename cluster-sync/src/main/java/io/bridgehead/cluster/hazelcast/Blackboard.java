package io.bridgehead.cluster.hazelcast;

import com.hazelcast.core.EntryAdapter;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.replicatedmap.ReplicatedMap;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricObserver;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.Rejection;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.intake.LocalSide;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The live records of the cluster in a replicated map, each under the hash that names it: a place to leave and to
 * find them, never the truth. What the map loses in a split or a merge the next {@link #reconcile} puts back.
 *
 * <p>Threads: any that may wait; a put or a remove can take seconds.
 */
final class Blackboard {
    private static final String CARRIER = "blackboard";

    private final ReplicatedMap<String, byte[]> board;
    private final Store store;
    private final LocalSide side;
    private final FabricObserver observer;

    Blackboard(HazelcastInstance member, Store store, LocalSide side, FabricObserver observer) {
        this.board = member.getReplicatedMap(MemberConfig.BOARD);
        this.store = store;
        this.side = side;
        this.observer = observer;
    }

    /** Tells of what others leave, on Hazelcast's thread. A hint only: merges and late joins do not tell. */
    void onNews(Consumer<Bytes> listener) {
        var _ = board.addEntryListener(new EntryAdapter<>() {
            @Override
            public void entryAdded(EntryEvent<String, byte[]> event) {
                listener.accept(Bytes.copyOf(event.getValue()));
            }

            @Override
            public void entryUpdated(EntryEvent<String, byte[]> event) {
                listener.accept(Bytes.copyOf(event.getValue()));
            }
        });
    }

    void put(EncodedRecord record) {
        if (!board.containsKey(record.id().hex())) {
            board.put(record.id().hex(), record.bytes().toArray());
        }
    }

    /** Compares both ways: takes what is new here, gives what is missing there, removes what is superseded. */
    void reconcile() {
        Set<String> superseded = new HashSet<>();
        int taken = take(superseded);
        Map<Sha256, EncodedRecord> live = store.live();
        int given = 0;
        for (EncodedRecord record : live.values()) {
            if (!board.containsKey(record.id().hex())) {
                board.put(record.id().hex(), record.bytes().toArray());
                given++;
            }
        }
        live.keySet().forEach(id -> superseded.remove(id.hex()));
        superseded.forEach(board::remove);
        if (taken > 0 || given > 0) {
            observer.reconciled(taken, given);
        }
    }

    private int take(Set<String> superseded) {
        Set<String> live = new HashSet<>();
        store.live().keySet().forEach(id -> live.add(id.hex()));
        int taken = 0;
        for (Map.Entry<String, byte[]> entry : board.entrySet()) {
            if (!live.contains(entry.getKey())) {
                Receipt receipt = judge(entry.getKey(), Bytes.copyOf(entry.getValue()));
                if (receipt instanceof Receipt.Accepted) {
                    taken++;
                } else if (receipt instanceof Receipt.Known) {
                    superseded.add(entry.getKey());
                }
            }
        }
        return taken;
    }

    /** What does not lie under its own name is in the way of what should, and counts as superseded. */
    private Receipt judge(String key, Bytes bytes) {
        try {
            EncodedRecord record = EncodedRecord.decode(bytes);
            return record.id().hex().equals(key) ? side.receive(record, CARRIER) : new Receipt.Known();
        } catch (MalformedException e) {
            Rejection rejection = Rejection.unreadable(CARRIER, e);
            observer.recordRejected(rejection);
            return new Receipt.Rejected(rejection.fault(), rejection.reason());
        }
    }
}
