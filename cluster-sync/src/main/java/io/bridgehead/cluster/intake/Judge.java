package io.bridgehead.cluster.intake;

import io.bridgehead.cluster.api.Bounds.Rate;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.api.HybridClock;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.RecordVerifier.Accepted;
import io.bridgehead.cluster.api.RecordVerifier.Rejected;
import java.util.Optional;

/**
 * Decides whether a record that is news may be taken: what its carrier and its origin may send, its signature, its
 * stamp. Bounds on the carrier come first, because checking a signature is what a flood would cost.
 */
final class Judge {
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

    /** A reason to ignore the record, or nothing; this node's clock has taken note of the stamp then. */
    Optional<String> objection(EncodedRecord record, String carrier) {
        Optional<String> before = refusals.reason(record.id());
        if (before.isPresent()) {
            return before;
        }
        if (!carried.take(carrier, 1)) {
            return exceeded(carrier, parts.bounds().carried(), "records to check");
        }
        Optional<String> flaw = flaw(record);
        if (flaw.isPresent()) {
            refusals.add(record.id(), flaw.get());
            parts.observer().recordRejected(record.record().origin(), carrier, flaw.get());
            return flaw;
        }
        return excess(record);
    }

    private Optional<String> flaw(EncodedRecord record) {
        return switch (parts.verifier().verify(record)) {
            case Rejected rejected -> Optional.of(rejected.reason());
            case Accepted() ->
                parts.clock().observe(record.record().stamp())
                        ? Optional.empty()
                        : Optional.of(record + " is stamped more than " + HybridClock.AHEAD_MAX.toSeconds()
                                + " s ahead of this node's clock; set the clocks of both by NTP");
        };
    }

    private Optional<String> excess(EncodedRecord record) {
        String origin = record.record().origin();
        boolean isHealth = record.record().kind().equals(Kind.HEALTH);
        if (!(isHealth ? health : updates).take(origin, 1)) {
            Rate rate = isHealth ? parts.bounds().health() : parts.bounds().updates();
            return exceeded(origin, rate, isHealth ? "health messages" : "records");
        }
        if (!bytes.take(origin, record.bytes().size())) {
            return exceeded(origin, parts.bounds().bytes(), "bytes");
        }
        return Optional.empty();
    }

    private Optional<String> exceeded(String who, Rate rate, String what) {
        String bound = rate.perSecond() + " " + what + " a second";
        parts.observer().boundExceeded(who, bound);
        return Optional.of(who + " sends more than " + bound + "; what is beyond is ignored and the last good kept");
    }

    private TokenBuckets buckets(Rate rate) {
        return new TokenBuckets(rate, parts.time());
    }
}
