package io.bridgehead.cluster.intake;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.HealthMessage;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.cluster.api.Subscription;
import io.bridgehead.cluster.intake.Judge.Objection;
import io.bridgehead.cluster.ledger.Bulletin;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/** Delivers each health message once, in order per origin and subject: older ones are dropped. Threads: any. */
final class HealthInbox {
    private static final int ORIGINS_MAX = 10_000;

    private final Judge judge;
    private final ConcurrentMap<String, HealthMessage> last = new ConcurrentHashMap<>();
    private final Bulletin<SignedRecord> bulletin = new Bulletin<>();

    HealthInbox(Judge judge) {
        this.judge = judge;
    }

    Receipt take(EncodedRecord record, String carrier) {
        HealthMessage message;
        try {
            message = HealthMessage.decode(record.record().body());
        } catch (MalformedException e) {
            return new Receipt.Rejected(Fault.MALFORMED, String.valueOf(e.getMessage()));
        }
        String origin = record.record().origin() + ' ' + record.record().subject();
        HealthMessage before = last.get(origin);
        if (before != null && !message.isAfter(before)) {
            return new Receipt.Known();
        }
        if (before == null && last.size() >= ORIGINS_MAX) {
            return new Receipt.Rejected(
                    Fault.TOO_MUCH, "health of " + ORIGINS_MAX + " origins is held; expected no more");
        }
        Optional<Objection> objection = judge.objection(record, carrier);
        if (objection.isPresent()) {
            return new Receipt.Rejected(objection.get().fault(), objection.get().reason());
        }
        HealthMessage newest = last.merge(origin, message, (held, news) -> news.isAfter(held) ? news : held);
        if (!newest.equals(message)) {
            return new Receipt.Known();
        }
        bulletin.post(record.record());
        return new Receipt.Accepted(record);
    }

    Subscription subscribe(Consumer<SignedRecord> listener) {
        return bulletin.subscribe(listener);
    }
}
