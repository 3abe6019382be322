package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Order;
import io.bridgehead.cluster.api.SignedRecord;

/** What a store has to know of operators' orders: whether a record is one, and since when it means nothing any more. */
final class Orders {
    private static final long NEVER = Long.MAX_VALUE;

    private Orders() {}

    static boolean isOne(SignedRecord record) {
        return record.kind().equals(Kind.ORDER);
    }

    /** Refuses an order that is not about its record's subject; what a newer version wrote is kept as it is. */
    static void require(SignedRecord record) {
        if (isOne(record) && Order.isReadable(record.body())) {
            String subject = read(record).subject();
            if (!subject.equals(record.subject())) {
                throw new IllegalArgumentException("order is about \"" + subject
                        + "\"; expected the record's subject \"" + record.subject() + "\"");
            }
        }
    }

    /** When what the record says was over, in milliseconds since 1970; far in the future while it is not. */
    static long overSince(EncodedRecord encoded) {
        SignedRecord record = encoded.record();
        if (record.body().isEmpty()) {
            return record.stamp().millis();
        }
        if (!isOne(record) || !Order.isReadable(record.body())) {
            return NEVER;
        }
        Order order = read(record);
        return order.ended()
                ? record.stamp().millis()
                : order.until()
                        .map(end -> Math.max(end.toEpochMilli(), record.stamp().millis()))
                        .orElse(NEVER);
    }

    private static Order read(SignedRecord record) {
        try {
            return Order.decode(record.body());
        } catch (MalformedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
