package io.bridgehead.cluster.hazelcast;

import com.hazelcast.core.EntryAdapter;
import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.Sha256;
import io.bridgehead.cluster.intake.Candidate;
import io.bridgehead.cluster.intake.LocalSide;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides between concurrent commits: one cell per source in a partitioned map, holding the whole record of the head,
 * or the name under which a large one is kept beside, so that a winner that dies at once is not lost. A cell that is
 * missing or older than this node's head, as after a restart of all or a merge, is taken forward from the head; one
 * that is newer teaches this node and is a conflict,
 * unless it is the record itself, which an earlier try has put there without hearing so in time. What this
 * node refuses, such as a forgery that a member has left there, is overwritten: else it would keep everybody from
 * committing.
 *
 * <p>Nearly always the cell holds the very record that this node's head came in. So that is tried first, without a
 * look: it saves one round trip of two. The member that keeps the cell tells all others what it holds now, while the
 * one that commits still waits for its answer: that saves another one.
 *
 * <p>Threads: any that may wait; each call can take seconds.
 */
final class HeadCells {
    /** The carrier of what cells tell. No part of it is a member's to choose: bounds and logs count by carrier. */
    static final String NEWS = "news of head cells";

    /** So many names of sources that have no head here are looked up at a time: each may wait for the network. */
    static final int STRANGERS_MAX = 64;

    private static final String CARRIER = "head cell";

    private final IMap<String, byte[]> cells;
    private final LargeRecords large;
    private final LocalSide side;
    private final AtomicInteger strangersSeen = new AtomicInteger();

    HeadCells(HazelcastInstance member, LocalSide side) {
        this.cells = member.getMap(MemberConfig.HEADS);
        this.large = new LargeRecords(member);
        this.side = side;
    }

    /**
     * Tells of records that become heads, on Hazelcast's thread. A hint only, as merges do not tell; large ones come
     * by the blackboard.
     */
    void onNews(Consumer<Bytes> listener) {
        var _ = cells.addEntryListener(
                new EntryAdapter<String, byte[]>() {
                    @Override
                    public void entryAdded(EntryEvent<String, byte[]> event) {
                        tell(event.getValue(), listener);
                    }

                    @Override
                    public void entryUpdated(EntryEvent<String, byte[]> event) {
                        tell(event.getValue(), listener);
                    }
                },
                true);
    }

    private static void tell(byte[] cell, Consumer<Bytes> listener) {
        if (LargeRecords.name(cell).isEmpty()) {
            listener.accept(Bytes.copyOf(cell));
        }
    }

    CommitResult decide(String source, Candidate.Fit fit) {
        large.keep(fit.record());
        byte[] next = LargeRecords.cell(fit.record());
        if (fit.before().isPresent() && follows(source, fit.before().get(), next)) {
            return won(fit);
        }
        byte[] present = cells.get(source);
        if (Arrays.equals(present, next)) {
            return won(fit);
        }
        Optional<Bytes> news =
                Optional.ofNullable(present).flatMap(large::whole).filter(whole -> isNews(source, whole, fit));
        if (news.isPresent()) {
            Receipt receipt = side.receive(news.get(), CARRIER + " \"" + source + "\"");
            if (!(receipt instanceof Receipt.Rejected rejected)) {
                return lost(source, fit);
            }
            Optional<CommitResult> inTheWay = inTheWay(source, rejected, fit);
            if (inTheWay.isPresent()) {
                return inTheWay.get();
            }
        }
        boolean won = present == null ? cells.putIfAbsent(source, next) == null : cells.replace(source, present, next);
        if (won) {
            return won(fit);
        }
        byte[] winner = cells.get(source);
        return Arrays.equals(winner, next) ? won(fit) : learn(source, winner, fit);
    }

    private boolean follows(String source, Revision head, byte[] next) {
        return cells.replace(source, LargeRecords.cell(head.record()), next);
    }

    /** The cell names it, and no longer what it followed. */
    private CommitResult won(Candidate.Fit fit) {
        CommitResult result = side.won(fit);
        fit.before().map(Revision::record).ifPresent(large::drop);
        return result;
    }

    /** The cell holds something else. */
    private CommitResult lost(String source, Candidate.Fit fit) {
        large.drop(fit.record());
        return side.lost(source);
    }

    /**
     * Takes heads whose winner could not spread them, and has the records of this node's own large heads lie on: a
     * name that leads nowhere is overwritten by who commits without having what it stood for.
     */
    void learnAll() {
        Map<String, Revision> heads = side.heads();
        List<byte[]> strangers = new ArrayList<>();
        for (Map.Entry<String, byte[]> cell : cells.entrySet()) {
            Optional<Sha256> name = LargeRecords.name(cell.getValue());
            if (name.isEmpty()) {
                side.receive(Bytes.copyOf(cell.getValue()), CARRIER);
                continue;
            }
            Revision head = heads.get(cell.getKey());
            if (head == null) {
                strangers.add(cell.getValue());
            } else if (head.record().id().equals(name.get())) {
                large.renew(head.record());
            } else {
                learn(cell.getValue());
            }
        }
        learnSome(strangers);
    }

    /** Each has its turn, however many names a member invents. */
    private void learnSome(List<byte[]> strangers) {
        int count = Math.min(strangers.size(), STRANGERS_MAX);
        int first = strangersSeen.getAndAdd(count);
        for (int i = 0; i < count; i++) {
            learn(strangers.get(Math.floorMod(first + i, strangers.size())));
        }
    }

    private void learn(byte[] cell) {
        large.whole(cell).ifPresent(whole -> side.receive(whole, CARRIER));
    }

    /** What this node could not take just now, or not without a voucher, may be the true head: it stays. */
    private static Optional<CommitResult> inTheWay(String source, Receipt.Rejected rejected, Candidate.Fit fit) {
        String reason =
                "the cluster holds a revision of \"" + source + "\" that this node does not take: " + rejected.reason();
        return switch (rejected.fault()) {
            case TOO_MUCH, NOT_KEPT -> Optional.of(new CommitResult.Unavailable(reason));
            case EXPIRED -> fit.before().isPresent() ? Optional.empty() : Optional.of(new CommitResult.Refused(reason));
            default -> Optional.empty();
        };
    }

    private CommitResult learn(String source, byte @Nullable [] present, Candidate.Fit fit) {
        Optional.ofNullable(present).ifPresent(this::learn);
        return lost(source, fit);
    }

    /**
     * The cell holds something newer than the head that the commit follows. What is no changeset of the source is
     * overwritten.
     */
    private static boolean isNews(String source, Bytes present, Candidate.Fit fit) {
        try {
            EncodedRecord cell = EncodedRecord.decode(present);
            boolean ofSource = cell.record().kind().equals(Kind.CHANGESET)
                    && cell.record().subject().equals(source);
            return ofSource
                    && fit.before()
                            .map(Revision::stamp)
                            .map(head -> cell.record().stamp().isAfter(head))
                            .orElse(true);
        } catch (MalformedException _) {
            return false;
        }
    }
}
