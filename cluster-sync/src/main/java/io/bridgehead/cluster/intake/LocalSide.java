package io.bridgehead.cluster.intake;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.Rejection;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Subscription;
import io.bridgehead.cluster.intake.Judge.Objection;
import io.bridgehead.cluster.ledger.Bulletin;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * The half of a fabric that is the same for every cluster: what this node does with records, whoever brings them.
 *
 * <p>Threads: any that may compute and wait for an fsync.
 */
public final class LocalSide {
    private final FabricParts parts;
    private final Judge judge;
    private final HealthInbox health;
    private final Examiner examiner;
    private final Bulletin<Revision> changesets = new Bulletin<>();

    public LocalSide(FabricParts parts) {
        this.parts = parts;
        this.judge = new Judge(parts);
        this.health = new HealthInbox(judge);
        this.examiner = new Examiner(parts.store(), judge);
        var _ = parts.store().onContradiction(given -> judge.misfit(given.record(), given.reason(), "store"));
        parts.store().newestStamp().ifPresent(parts.clock()::observe);
    }

    /** Takes bytes that nobody trusts yet. */
    public Receipt receive(Bytes bytes, String carrier) {
        try {
            return receive(EncodedRecord.decode(bytes), carrier);
        } catch (MalformedException e) {
            Rejection unreadable = Rejection.unreadable(carrier, e);
            parts.observer().recordRejected(unreadable);
            return new Receipt.Rejected(unreadable.fault(), unreadable.reason());
        }
    }

    public Receipt receive(EncodedRecord record, String carrier) {
        if (record.record().kind().equals(Kind.HEALTH)) {
            return record.record().origin().equals(parts.self().spiffeId())
                    ? new Receipt.Known()
                    : health.take(record, carrier);
        }
        try {
            if (parts.store().knows(record)) {
                return new Receipt.Known();
            }
            Optional<Objection> objection = judge.objection(record, carrier);
            return objection.isPresent() ? rejected(objection.get()) : keep(record, carrier);
        } catch (IllegalArgumentException e) {
            return rejected(judge.misfit(record, String.valueOf(e.getMessage()), carrier));
        }
    }

    private static Receipt rejected(Objection objection) {
        return new Receipt.Rejected(objection.fault(), objection.reason());
    }

    /** Checks a changeset against this node before the cluster decides. */
    public Candidate examine(String source, Optional<RevisionId> expectedHead, SignedRecord changeset) {
        return examiner.examine(source, expectedHead, changeset);
    }

    /** Makes the winner of a commit durable on this node; until then it is not acknowledged. */
    public CommitResult won(Candidate.Fit fit) {
        return keep(fit.record(), "commit") instanceof Receipt.Rejected rejected
                ? new CommitResult.Unavailable(rejected.reason())
                : new CommitResult.Committed(fit.id());
    }

    /** The heads on this node by source, as of now. */
    public SortedMap<String, Revision> heads() {
        return parts.store().heads();
    }

    /** The head of a source on this node, for a conflict. */
    public CommitResult lost(String source) {
        return new CommitResult.Conflict(
                Optional.ofNullable(parts.store().heads().get(source)).map(Revision::id));
    }

    public Subscription onHealth(Consumer<SignedRecord> listener) {
        return health.subscribe(listener);
    }

    public Subscription onChangeset(Consumer<Revision> listener) {
        return changesets.subscribe(listener);
    }

    private Receipt keep(EncodedRecord record, String carrier) {
        try {
            if (!parts.store().append(record)) {
                return new Receipt.Known();
            }
        } catch (IOException e) {
            return Receipt.Rejected.forNow(record + " could not be made durable on this node: " + e.getMessage()
                    + "; free space or repair the disk of its state directory");
        }
        parts.observer().recordAccepted(record, carrier);
        if (record.record().kind().equals(Kind.CHANGESET)) {
            parts.store().history(record.record().subject()).stream()
                    .filter(summary -> summary.stamp().equals(record.record().stamp()))
                    .findFirst()
                    .flatMap(summary -> parts.store().revision(summary.source(), summary.id()))
                    .ifPresent(changesets::post);
        }
        return new Receipt.Accepted(record);
    }
}
