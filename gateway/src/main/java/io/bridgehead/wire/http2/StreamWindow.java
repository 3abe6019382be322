package io.bridgehead.wire.http2;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/**
 * How large the window of one stream should be. A stream whose consumer takes a whole window within two round trips is held
 * up by its window and not by its consumer or the path, so it deserves twice as much; one that took less than a quarter of
 * its window in a second needs only half.
 *
 * <p><b>State</b>: a window ends up at two to four times bandwidth times round trip, since half a window is consumed before
 * the peer is told. Pure calculation; sizes in bytes, times in nanoseconds.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class StreamWindow {
    /** The largest window. */
    static final int MAX = 16 * 1024 * 1024;

    private static final int ROUND_TRIPS = 2;
    private static final int BUSY_PARTS = 4;

    private long granted;
    private long inRound;
    private long roundBegan;
    private long sinceLook;

    StreamWindow(long now) {
        this.roundBegan = now;
    }

    /** The bytes granted beyond the first window. */
    long granted() {
        return granted;
    }

    void granted(long bytes) {
        granted = bytes;
    }

    /** Counts consumed bytes; true when they complete a round, which is one window. */
    boolean consumed(int bytes, int window) {
        inRound += bytes;
        sinceLook += bytes;
        return inRound >= window;
    }

    /** Ends a round that is complete, and says what the window should be. */
    int next(int window, long now, long roundTrip, long share) {
        long took = now - roundBegan;
        roundBegan = now;
        inRound = 0;
        if (window > share) {
            return window / 2;
        }
        boolean heldUp = roundTrip > 0 && took <= ROUND_TRIPS * roundTrip;
        return heldUp && window * 2L <= share ? Math.min(MAX, window * 2) : window;
    }

    /** Once a second: what the window should be by what was consumed since the last look. */
    int look(int window, int first) {
        boolean busy = sinceLook >= window / BUSY_PARTS;
        sinceLook = 0;
        return busy ? window : Math.max(first, window / 2);
    }
}
