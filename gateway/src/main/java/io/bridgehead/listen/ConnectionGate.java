package io.bridgehead.listen;

import io.bridgehead.model.IpAddress;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts the connections of one listener: how many may be there, which loop has the fewest, and how many one address has.
 *
 * <p><b>Threads</b>: connections come on the acceptor's loop and go on their own, so the counts are atomic.
 */
@OwnedBy(Owner.ANY_THREAD)
final class ConnectionGate {
    private final AtomicIntegerArray onLoop;
    private final AtomicInteger inside = new AtomicInteger();
    private final ConcurrentMap<IpAddress, Integer> ofAddress = new ConcurrentHashMap<>();
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

    /**
     * Counts one more connection of a client's address.
     *
     * @param owner as {@link IpAddress#owner} gives it
     * @return false, and nothing is counted, if it has as many already
     */
    boolean enter(IpAddress owner, int connectionsMax) {
        int count = ofAddress.merge(owner, 1, Integer::sum);
        if (count > connectionsMax) {
            leave(owner);
            return false;
        }
        return true;
    }

    /** One that {@link #enter} counted has ended. */
    void leave(IpAddress owner) {
        ofAddress.computeIfPresent(owner, (address, count) -> count == 1 ? null : count - 1);
    }

    /** How many addresses have connections that are counted. */
    int addresses() {
        return ofAddress.size();
    }

    int inside() {
        return inside.get();
    }
}
