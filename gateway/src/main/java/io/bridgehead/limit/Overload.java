package io.bridgehead.limit;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/**
 * The node's level of overload, as the data path sees it: one field, written by the control loop and read by all loops, which may be a
 * moment late.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Overload {
    private static final int IDLE_SHARE = 10;

    private volatile OverloadLevel level = OverloadLevel.NONE;

    /** What is to be done now. */
    public OverloadLevel level() {
        return level;
    }

    /** Publishes another level. */
    public void enter(OverloadLevel next) {
        level = next;
    }

    /** Whether connections end with their next answer. */
    public boolean endsConnections() {
        return level.compareTo(OverloadLevel.END_CONNECTIONS) >= 0;
    }

    /** Whether new requests are refused. */
    public boolean refuses() {
        return level.compareTo(OverloadLevel.REFUSE) >= 0;
    }

    /** Whether no new connections are accepted. */
    public boolean stopsAccepting() {
        return level == OverloadLevel.STOP_ACCEPTING;
    }

    /** How long a connection may be idle now that has so many milliseconds by configuration; 0 stays 0, for ever. */
    public long idleMillis(long configured) {
        return level == OverloadLevel.NONE || configured == 0 ? configured : Math.max(1, configured / IDLE_SHARE);
    }
}
