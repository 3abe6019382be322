package io.bridgehead.listen;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections of all listeners of a node, so that clients leave descriptors for tunnels, endpoints and files. */
@OwnedBy(Owner.ANY_THREAD)
public final class NodeGate {
    private volatile int connectionsMax;
    private final AtomicInteger inside = new AtomicInteger();

    /** @throws IllegalArgumentException if the bound is less than 1 */
    public NodeGate(int connectionsMax) {
        this.connectionsMax = checked(connectionsMax);
    }

    /**
     * Has another bound from now on; who is inside stays.
     *
     * @throws IllegalArgumentException if the bound is less than 1
     */
    public void bound(int otherMax) {
        connectionsMax = checked(otherMax);
    }

    private static int checked(int max) {
        if (max < 1) {
            throw new IllegalArgumentException(max + " connections in all: expected 1 or more");
        }
        return max;
    }

    void entered() {
        inside.incrementAndGet();
    }

    void left() {
        inside.decrementAndGet();
    }

    /** Whether one more would be too many. */
    boolean isFull() {
        return inside.get() >= connectionsMax;
    }

    boolean isOver() {
        return inside.get() > connectionsMax;
    }
}
