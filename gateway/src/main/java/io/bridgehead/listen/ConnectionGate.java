package io.bridgehead.listen;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts the connections of one listener: how many may be there, and which loop has the fewest.
 *
 * <p><b>Threads</b>: connections come on the acceptor's loop and go on their own, so the counts are atomic.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ConnectionGate {
    private final AtomicIntegerArray onLoop;
    private final AtomicInteger inside = new AtomicInteger();
    private int turn;

    ConnectionGate(int loops) {
        this.onLoop = new AtomicIntegerArray(loops);
    }

    /** The loop with the fewest connections, each in turn among equals; it counts as there at once. Called on the acceptor's loop only. */
    int assign() {
        int loops = onLoop.length();
        turn = (turn + 1) % loops;
        int best = turn;
        for (int k = 1; k < loops; k++) {
            int other = (turn + k) % loops;
            if (onLoop.get(other) < onLoop.get(best)) {
                best = other;
            }
        }
        onLoop.incrementAndGet(best);
        inside.incrementAndGet();
        return best;
    }

    /** Whether there are more than allowed. */
    boolean isOver(int connectionsMax) {
        return inside.get() > connectionsMax;
    }

    /** @return how many are left */
    int left(int loop) {
        onLoop.decrementAndGet(loop);
        return inside.decrementAndGet();
    }

    int inside() {
        return inside.get();
    }
}
