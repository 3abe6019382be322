package io.bridgehead.tunnel;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/**
 * When a peer node was heard last, on any connection of any loop, by the monotone clock.
 *
 * <p><b>Threads</b>: any loop writes, the home loop reads. A write may overwrite one a few microseconds newer, which does not matter
 * against limits of hundreds of milliseconds; writes within a millisecond of the last are left out to keep the cache line shared.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Pulse {
    private static final long NEWS_NANOS = 1_000_000;

    private volatile long heardAt;

    Pulse(long now) {
        this.heardAt = now;
    }

    void heard(long now) {
        if (now - heardAt > NEWS_NANOS) {
            heardAt = now;
        }
    }

    long heardAt() {
        return heardAt;
    }
}
