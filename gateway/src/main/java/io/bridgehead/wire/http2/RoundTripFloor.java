package io.bridgehead.wire.http2;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/**
 * The shortest round trip measured lately: what the path takes without the queues that bulk makes for itself. A sample counts
 * for at least 30 s and at most twice as long, so a path that became longer is known after a minute. Nanoseconds.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class RoundTripFloor {
    static final long SPAN_NANOS = 30_000_000_000L;

    private long now;
    private long before;
    private long spanBegan;

    /** Takes one measurement of more than 0 ns. */
    void sample(long roundTrip, long at) {
        if (now == 0) {
            spanBegan = at;
            now = roundTrip;
        } else if (at - spanBegan >= SPAN_NANOS) {
            before = at - spanBegan < 2 * SPAN_NANOS ? now : 0;
            now = roundTrip;
            spanBegan = at;
        } else {
            now = Math.min(now, roundTrip);
        }
    }

    /** The shortest; 0 before the first measurement. */
    long nanos() {
        return before == 0 ? now : Math.min(now, before);
    }
}
