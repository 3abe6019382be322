package io.bridgehead.wire.http2;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.WireLimits;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Resets on one connection, by the peer (CVE-2023-44487) or provoked by it (CVE-2025-8671), in a window of time; each is also told to
 * the user, who may know of other connections of the same peer.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ResetCount {
    private final int max;
    private final int seconds;
    private final LongSupplier nanoTime;
    private @Nullable LinkUser user;
    private long windowStart;
    private int resets;

    ResetCount(WireLimits limits, LongSupplier nanoTime) {
        this.max = limits.resetsMax();
        this.seconds = limits.resetsSeconds();
        this.nanoTime = nanoTime;
        this.windowStart = nanoTime.getAsLong();
    }

    void tell(LinkUser told) {
        user = told;
    }

    /** Counts one more. @return null, or how the connection has to end */
    @Nullable
    LimitExceeded more() {
        long now = nanoTime.getAsLong();
        if (now - windowStart >= TimeUnit.SECONDS.toNanos(seconds)) {
            windowStart = now;
            resets = 0;
        }
        if (++resets > max) {
            return new LimitExceeded(CloseReason.RESET_FLOOD, "more than " + max + " resets in " + seconds + " s");
        }
        LinkUser told = user;
        return told == null || told.mayReset()
                ? null
                : new LimitExceeded(CloseReason.ADDRESS_RESETS, "too many resets from one address");
    }
}
