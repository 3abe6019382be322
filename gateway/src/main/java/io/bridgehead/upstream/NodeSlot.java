package io.bridgehead.upstream;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/** What one loop has seen of one service at one node of another site. */
@OwnedBy(Owner.EVENT_LOOP)
final class NodeSlot {
    /** How long a node that said it has no fit endpoint is avoided: until then its report has come. */
    private static final long UNFIT_NANOS = 1_000_000_000;

    private final NodeName node;
    private int inFlight;
    private boolean unfit;
    private long unfitUntilNanos;

    NodeSlot(NodeName node) {
        this.node = node;
    }

    NodeName node() {
        return node;
    }

    int inFlight() {
        return inFlight;
    }

    boolean isUnfit(long nowNanos) {
        unfit = unfit && unfitUntilNanos - nowNanos > 0;
        return unfit;
    }

    void began() {
        inFlight++;
    }

    void ended(AttemptOutcome outcome, long nowNanos) {
        inFlight--;
        switch (outcome) {
            case SITE_UNFIT, CONNECT_FAILED, CONNECT_TIMEOUT -> {
                unfit = true;
                unfitUntilNanos = nowNanos + UNFIT_NANOS;
            }
            case ANSWERED, SERVER_ERROR -> unfit = false;
            case GATEWAY_ERROR, POOL_FULL, REFUSED, RESET, TIMEOUT, STALE, CANCELLED -> {
                // Its own site judges its endpoints, and its tunnels tell of the node.
            }
        }
    }
}
