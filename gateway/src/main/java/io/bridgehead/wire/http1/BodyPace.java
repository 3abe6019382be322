package io.bridgehead.wire.http1;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.WireLimits;
import java.util.concurrent.TimeUnit;

/** Whether a request body comes fast enough: nothing is asked for a time of grace, then a minimum in each further such time. */
@OwnedBy(Owner.EVENT_LOOP)
final class BodyPace {
    private final WireLimits limits;
    private final long wanted;
    private long bytes;
    private boolean graceOver;

    BodyPace(WireLimits limits) {
        this.limits = limits;
        this.wanted = limits.bodyBytesPerSecondMin() * limits.bodyGraceMillis() / TimeUnit.SECONDS.toMillis(1);
    }

    /** A body begins. */
    void start() {
        bytes = 0;
        graceOver = false;
    }

    void count(int more) {
        bytes += more;
    }

    /** How long until {@link #isSlow} should be asked; 0 when never. */
    long checkMillis() {
        return limits.bodyBytesPerSecondMin() == 0 ? 0 : limits.bodyGraceMillis();
    }

    /** Judges the time since the last call; {@code excused} when it was not the client that held things up. */
    boolean isSlow(boolean excused) {
        boolean slow = graceOver && !excused && bytes < wanted;
        graceOver = true;
        bytes = 0;
        return slow;
    }
}
