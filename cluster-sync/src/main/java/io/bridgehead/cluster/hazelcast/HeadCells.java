package io.bridgehead.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.intake.Candidate;
import io.bridgehead.cluster.intake.LocalSide;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides between concurrent commits: one cell per source in a partitioned map, holding the whole record of the head,
 * so that a winner that dies at once is not lost. A cell that is missing or older than this node's head, as after a
 * restart of all or a merge, is taken forward from the head; one that is newer teaches this node and is a conflict,
 * unless it is the record itself, which an earlier try has put there without hearing so in time. What this
 * node refuses, such as a forgery that a member has left there, is overwritten: else it would keep everybody from
 * committing.
 *
 * <p>Nearly always the cell holds the very record that this node's head came in. So that is tried first, without a
 * look: it saves one round trip of two.
 *
 * <p>Threads: any that may wait; each call can take seconds.
 */
final class HeadCells {
    private static final String CARRIER = "head cell";

    private final IMap<String, byte[]> cells;
    private final LocalSide side;

    HeadCells(HazelcastInstance member, LocalSide side) {
        this.cells = member.getMap(MemberConfig.HEADS);
        this.side = side;
    }

    CommitResult decide(String source, Candidate.Fit fit) {
        byte[] next = fit.record().bytes().toArray();
        if (fit.before().isPresent() && follows(source, fit.before().get(), next)) {
            return side.won(fit);
        }
        byte[] present = cells.get(source);
        if (Arrays.equals(present, next)) {
            return side.won(fit);
        }
        if (present != null && isNews(source, present, fit)) {
            Receipt receipt = side.receive(Bytes.copyOf(present), CARRIER + " \"" + source + "\"");
            if (!(receipt instanceof Receipt.Rejected rejected)) {
                return side.lost(source);
            }
            Optional<CommitResult> inTheWay = inTheWay(source, rejected, fit);
            if (inTheWay.isPresent()) {
                return inTheWay.get();
            }
        }
        boolean won = present == null ? cells.putIfAbsent(source, next) == null : cells.replace(source, present, next);
        if (won) {
            return side.won(fit);
        }
        byte[] winner = cells.get(source);
        return Arrays.equals(winner, next) ? side.won(fit) : learn(source, winner);
    }

    private boolean follows(String source, Revision head, byte[] next) {
        return cells.replace(source, head.record().bytes().toArray(), next);
    }

    /** Takes heads whose winner could not spread them. */
    void learnAll() {
        cells.entrySet().forEach(cell -> side.receive(Bytes.copyOf(cell.getValue()), CARRIER));
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

    private CommitResult learn(String source, byte @Nullable [] present) {
        if (present != null) {
            side.receive(Bytes.copyOf(present), CARRIER);
        }
        return side.lost(source);
    }

    /**
     * The cell holds something newer than the head that the commit follows. What is no changeset of the source is
     * overwritten.
     */
    private static boolean isNews(String source, byte[] present, Candidate.Fit fit) {
        try {
            EncodedRecord cell = EncodedRecord.decode(Bytes.copyOf(present));
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
