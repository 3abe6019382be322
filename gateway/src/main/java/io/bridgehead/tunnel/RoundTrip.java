package io.bridgehead.tunnel;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/** The smoothed round trip of one peer and its variation, as RFC 6298 (section 2) estimates them for TCP. Nanoseconds. */
@OwnedBy(Owner.EVENT_LOOP)
final class RoundTrip {
    private long smoothed;
    private long variation;
    private boolean measured;

    /** Takes one measurement. */
    void sample(long nanos) {
        if (!measured) {
            measured = true;
            smoothed = nanos;
            variation = nanos / 2;
            return;
        }
        variation = variation - variation / 4 + Math.abs(smoothed - nanos) / 4;
        smoothed = smoothed - smoothed / 8 + nanos / 8;
    }

    /** The smoothed round trip; 0 before the first measurement. */
    long smoothed() {
        return smoothed;
    }

    /** The mean deviation. */
    long variation() {
        return variation;
    }
}
