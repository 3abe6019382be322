package io.bridgehead.cluster.ledger;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import java.util.Comparator;

/**
 * What the newest record is kept of, for every kind that has no history. An order is ended by any operator, so the
 * origin
 * does not matter there and is empty.
 */
record LatestKey(Kind kind, String origin, String subject) implements Comparable<LatestKey> {
    private static final Comparator<LatestKey> ORDER = Comparator.comparing(LatestKey::kind)
            .thenComparing(LatestKey::origin)
            .thenComparing(LatestKey::subject);

    static LatestKey of(EncodedRecord record) {
        return new LatestKey(
                record.record().kind(),
                Orders.isOne(record.record()) ? "" : record.record().origin(),
                record.record().subject());
    }

    @Override
    public int compareTo(LatestKey other) {
        return ORDER.compare(this, other);
    }
}
