package io.bridgehead.upstream;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.concurrent.TimeUnit;

/**
 * Whether a node that has just started, or stood still for long, has seen the other sites yet. Until its tunnels had time to open, a
 * site that it has not reached is unknown, not lost: requests for it wait.
 *
 * <p><b>State</b>: over, in a node that does not start; from its first port on waiting, then dialing for {@value #DIAL_SECONDS} s, then over.
 * Dialing again when the node stood still for long.
 * <p><b>Threads</b>: any; one volatile value.
 */
@OwnedBy(Owner.ANY_THREAD)
final class FirstLook {
    /** Six round trips of 200 ms lead to a request connection; a starting node is slow. */
    static final int DIAL_SECONDS = 5;

    private static final long OVER = 0;
    private static final long NOT_DIALED = -1;

    /** When it is over, by the nanosecond clock of loops, if it is neither of the above. */
    private volatile long end = OVER;

    /** The node takes requests before it dials. */
    void begin() {
        end = NOT_DIALED;
    }

    /** The node dials its peers from now on. */
    void dialing(long nowNanos) {
        long until = nowNanos + TimeUnit.SECONDS.toNanos(DIAL_SECONDS);
        end = until == OVER || until == NOT_DIALED ? 1 : until;
    }

    boolean isOver(long nowNanos) {
        long until = end;
        if (until != OVER && until != NOT_DIALED && nowNanos - until >= 0) {
            end = OVER;
            return true;
        }
        return until == OVER;
    }
}
