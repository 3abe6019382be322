package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import org.jspecify.annotations.Nullable;

/**
 * A copy of one request on its way to another service. Nobody waits for its answer, which is dropped as it comes, and nothing that happens to
 * the copy is noticed by the request.
 *
 * <p><b>Limits</b>: while its place takes nothing, as much of the body waits as is kept of a request to send it again
 * ({@link ProxyLimits#replayBytesMax}); beyond that the copy is given up. Its answer must be complete {@value #ANSWER_MILLIS} ms after the request
 * is.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class MirrorCopy implements ResponseEvents {
    private static final long ANSWER_MILLIS = 15_000;

    private final Mirrors owner;
    private final ServiceRoute service;
    private final Destination destination;
    private @Nullable ClientStream stream;
    private int waitingBytes;
    private int status;
    private boolean sent;
    private boolean over;

    MirrorCopy(Mirrors owner, ServiceRoute service, Destination destination) {
        this.owner = owner;
        this.service = service;
        this.destination = destination;
    }

    /** Whose it is to be. */
    ServiceRoute service() {
        return service;
    }

    void opened(ClientStream itsStream, boolean end) {
        stream = itsStream;
        if (end) {
            sentWhole();
        }
    }

    /** A part of the request's body has come; the chunk stays the caller's. */
    void arrived(Chunk chunk, boolean end) {
        ClientStream to = stream;
        if (over || sent || to == null) {
            return;
        }
        int size = chunk.size();
        if (!to.writable() && waitingBytes + size > owner.waitingBytesMax()) {
            giveUp(MirrorOutcome.DROPPED);
            return;
        }
        waitingBytes = to.writable() ? 0 : waitingBytes + size;
        to.sendData(chunk.share(), end);
        if (end) {
            sentWhole();
        }
    }

    /** The request's body has ended with these. */
    void arrived(HeaderFields trailers) {
        ClientStream to = stream;
        if (!over && !sent && to != null) {
            to.sendTrailers(trailers.copy());
            sentWhole();
        }
    }

    /** Nothing more comes of the request. */
    void requestEnded() {
        if (!sent) {
            giveUp(MirrorOutcome.DROPPED);
        }
    }

    private void sentWhole() {
        sent = true;
        if (!over) {
            owner.after(ANSWER_MILLIS, () -> giveUp(MirrorOutcome.FAILED));
        }
    }

    private void giveUp(MirrorOutcome outcome) {
        ClientStream to = stream;
        if (!over) {
            end(outcome, outcome == MirrorOutcome.FAILED ? AttemptOutcome.TIMEOUT : AttemptOutcome.CANCELLED);
            if (to != null) {
                to.reset(StreamReset.CANCEL);
            }
        }
    }

    private void end(MirrorOutcome outcome, AttemptOutcome ofPlace) {
        over = true;
        destination.ended(ofPlace);
        owner.ended(this, outcome);
    }

    @Override
    public void onInformational(ResponseHead head) {
        // nobody wants to know
    }

    @Override
    public void onResponse(ResponseHead head, boolean end) {
        status = head.status();
        if (end) {
            answered();
        }
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        int size = chunk.size();
        chunk.release();
        ClientStream from = stream;
        if (from != null && !end) {
            from.consumed(size);
        }
        if (end) {
            answered();
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        answered();
    }

    private void answered() {
        if (over) {
            return;
        }
        ClientStream to = stream;
        boolean early = !sent;
        end(MirrorOutcome.ANSWERED, AttemptOutcome.ofStatus(status));
        if (early && to != null) {
            to.reset(StreamReset.CANCEL);
        }
    }

    @Override
    public void onReset(StreamReset reset) {
        if (!over) {
            end(MirrorOutcome.FAILED, AttemptOutcome.of(reset));
        }
    }

    @Override
    public void onWritable() {
        waitingBytes = 0;
    }
}
