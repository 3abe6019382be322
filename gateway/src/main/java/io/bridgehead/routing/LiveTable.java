package io.bridgehead.routing;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/**
 * The routing table in force, and the only place where it changes. A request reads once, at its start, and keeps what it got
 * to its end.
 *
 * <p><b>Threads.</b> Any thread may read, by one volatile load. Swaps are rare and exclude each other.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class LiveTable {
    private volatile RoutingTable current;

    public LiveTable(RoutingTable first) {
        current = first;
    }

    /** The table in force now. */
    public RoutingTable get() {
        return current;
    }

    /**
     * Puts another table in force, provided that the one in force is still of the revision the new one was made to follow.
     *
     * @return false, and nothing is changed, if it is not
     */
    public synchronized boolean swap(String expectedRevision, RoutingTable next) {
        if (!current.revision().equals(expectedRevision)) {
            return false;
        }
        current = next;
        return true;
    }
}
