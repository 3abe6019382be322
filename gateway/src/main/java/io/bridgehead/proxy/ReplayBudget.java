package io.bridgehead.proxy;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;

/** How many bytes of request bodies the exchanges of one event loop keep together to send them again. */
@OwnedBy(Owner.EVENT_LOOP)
final class ReplayBudget {
    private final long bytesMax;
    private long bytes;

    ReplayBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    void took(int more) {
        bytes += more;
    }

    void gaveBack(long fewer) {
        bytes -= fewer;
        assert bytes >= 0 : "more given back than taken";
    }

    boolean hasRoomFor(int more) {
        return bytes + more <= bytesMax;
    }

    long bytes() {
        return bytes;
    }
}
