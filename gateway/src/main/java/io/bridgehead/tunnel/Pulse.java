package io.bridgehead.tunnel;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.atomic.LongAdder;

/**
 * When a peer node was heard last, on any connection of any loop, by the monotone clock; and how many bytes went either way, as they stand on the
 * wire above TCP: TLS and frames included.
 *
 * <p><b>Threads</b>: any loop writes, the home loop reads. A write may overwrite one a few microseconds newer, which does not matter
 * against limits of hundreds of milliseconds; writes within a millisecond of the last are left out to keep the cache line shared.
 */
@OwnedBy(Owner.ANY_THREAD)
final class Pulse {
    private static final long NEWS_NANOS = 1_000_000;

    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
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

    void received(long bytes) {
        received.add(bytes);
    }

    void sent(long bytes) {
        sent.add(bytes);
    }

    /** Bytes that came from it since this process began. */
    long receivedBytes() {
        return received.sum();
    }

    /** Bytes that were sent to it since this process began. */
    long sentBytes() {
        return sent.sum();
    }
}
