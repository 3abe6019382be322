package io.bridgehead.cluster.intake;

import io.bridgehead.cluster.api.Bounds.Rate;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.RecordVerifier.Accepted;
import io.bridgehead.cluster.api.RecordVerifier.Rejected;
import io.bridgehead.cluster.api.Rejection;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides whether a record that is news may be taken: what its carrier and its origin may send, its signature, its
 * stamp. Bounds on the carrier come first, because checking a signature is what a flood would cost.
 */
final class Judge {
    /** Health stamped longer ago is no news: nobody can replay it to a node that has just started. */
    static final Duration HEALTH_AGE_MAX = Duration.ofMinutes(5);

    private final FabricParts parts;
    private final TokenBuckets carried;
    private final TokenBuckets updates;
    private final TokenBuckets health;
    private final TokenBuckets bytes;
    private final Refusals refusals;

    Judge(FabricParts parts) {
        this.parts = parts;
        this.carried = buckets(parts.bounds().carried());
        this.updates = buckets(parts.bounds().updates());
        this.health = buckets(parts.bounds().health());
        this.bytes = buckets(parts.bounds().bytes());
        this.refusals = new Refusals(parts.time());
    }

    /** Why to ignore a record. */
    record Objection(Fault fault, String reason) {}

    /** A reason to ignore the record, or nothing; this node's clock has taken note of the stamp then. */
    Optional<Objection> objection(EncodedRecord record, String carrier) {
        Optional<Objection> before = refusals.reason(record.id());
        if (before.isPresent() && !parts.verifier().reconsiders(record.id())) {
            return before;
        }
        if (!carried.take(carrier, 1)) {
            return Optional.of(exceeded(record, carrier, carrier, parts.bounds().carried(), "records to check"));
        }
        Optional<Objection> flaw = flaw(record);
        if (flaw.isPresent()) {
            refusals.add(record.id(), flaw.get());
            tell(flaw.get(), record, carrier);
            return flaw;
        }
        return excess(record, carrier);
    }

    /** Its signature is good, but it does not fit what is held: for a while nobody's offer of it is judged again. */
    Objection misfit(EncodedRecord record, String reason, String carrier) {
        Objection objection = new Objection(Fault.MISFIT, reason);
        refusals.add(record.id(), objection);
        tell(objection, record, carrier);
        return objection;
    }

    private Optional<Objection> flaw(EncodedRecord record) {
        return switch (parts.verifier().verify(record)) {
            case Rejected(Fault fault, String reason) -> Optional.of(new Objection(fault, reason));
            case Accepted() -> untimely(record);
        };
    }

    private Optional<Objection> untimely(EncodedRecord record) {
        boolean isHealth = record.record().kind().equals(Kind.HEALTH);
        if (isHealth) {
            parts.observer()
                    .healthStamped(record.record().origin(), record.record().stamp());
        }
        long age = parts.time().millis() - record.record().stamp().millis();
        if (isHealth && age > HEALTH_AGE_MAX.toMillis()) {
            return Optional.of(new Objection(
                    Fault.STALE,
                    record + " is stamped " + Duration.ofMillis(age).toSeconds()
                            + " s behind this node's clock; expected at most " + HEALTH_AGE_MAX.toSeconds()
                            + " s: it is told again, or the clocks of both need NTP"));
        }
        return parts.clock().observe(record.record().stamp())
                ? Optional.empty()
                : Optional.of(new Objection(
                        Fault.AHEAD,
                        record + " is stamped more than " + HybridClock.AHEAD_MAX.toSeconds()
                                + " s ahead of this node's clock; set the clocks of both by NTP"));
    }

    private Optional<Objection> excess(EncodedRecord record, String carrier) {
        String origin = record.record().origin();
        boolean isHealth = record.record().kind().equals(Kind.HEALTH);
        if (!(isHealth ? health : updates).take(origin, 1)) {
            Rate rate = isHealth ? parts.bounds().health() : parts.bounds().updates();
            return Optional.of(exceeded(record, carrier, origin, rate, isHealth ? "health messages" : "records"));
        }
        if (!bytes.take(origin, record.bytes().size())) {
            return Optional.of(exceeded(record, carrier, origin, parts.bounds().bytes(), "bytes"));
        }
        return Optional.empty();
    }

    private Objection exceeded(EncodedRecord record, String carrier, String who, Rate rate, String what) {
        String bound = rate.perSecond() + " " + what + " a second";
        parts.observer().boundExceeded(who, bound);
        Objection objection = new Objection(
                Fault.TOO_MUCH,
                who + " sends more than " + bound + "; what is beyond is ignored and the last good kept");
        tell(objection, record, carrier);
        return objection;
    }

    private void tell(Objection objection, EncodedRecord record, String carrier) {
        parts.observer()
                .recordRejected(
                        new Rejection(objection.fault(), Optional.of(record.record()), carrier, objection.reason()));
    }

    private TokenBuckets buckets(Rate rate) {
        return new TokenBuckets(rate, parts.time());
    }
}
