package io.bridgehead.proxy;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SiteName;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import org.jspecify.annotations.Nullable;

/** What is known of one attempt; complete when its observer is told of it. */
@OwnedBy(Owner.EVENT_LOOP)
public final class AttemptRecord {
    final Destination destination;
    private final long startNanos;
    private final long spanId;
    private final boolean hedge;
    private @Nullable AttemptOutcome outcome;
    private long durationNanos;
    private int status;
    private long requestBytes;
    private long answerBytes;

    AttemptRecord(Destination destination, long startNanos, long spanId, boolean hedge) {
        this.destination = destination;
        this.startNanos = startNanos;
        this.spanId = spanId;
        this.hedge = hedge;
    }

    void answered(int status) {
        this.status = status;
    }

    void ended(AttemptOutcome how, long nowNanos, long sentBytes, long takenBytes) {
        outcome = how;
        requestBytes = sentBytes;
        answerBytes = takenBytes;
        durationNanos = nowNanos - startNanos;
    }

    /** The site it went to. */
    public SiteName site() {
        return destination.site();
    }

    /** The node at the other end of the tunnel; null when it went to an endpoint of the own site. */
    public @Nullable NodeName node() {
        return destination.node();
    }

    /** The endpoint; null when it went through a tunnel. */
    public @Nullable Endpoint endpoint() {
        return destination.endpoint();
    }

    /** The place of the site in the service's failover order, from 0. */
    public int tier() {
        return destination.tier();
    }

    /** How it ended; null while it runs. */
    public @Nullable AttemptOutcome outcome() {
        return outcome;
    }

    /** The status of its answer; 0 when none came. */
    public int status() {
        return status;
    }

    /** Bytes of the request's body that it was given; 0 while it runs. */
    public long requestBytes() {
        return requestBytes;
    }

    /** Bytes of its answer's body that were passed on; 0 while it runs. */
    public long answerBytes() {
        return answerBytes;
    }

    /** When it began, on the loop's monotone clock. */
    public long startNanos() {
        return startNanos;
    }

    /** How long it took; 0 while it runs. */
    public long durationNanos() {
        return durationNanos;
    }

    /** The id of its own span, whose parent is the exchange's span. */
    public long spanId() {
        return spanId;
    }

    /** Whether it was made beside another one that waited on a suspect tunnel. */
    public boolean isHedge() {
        return hedge;
    }
}
