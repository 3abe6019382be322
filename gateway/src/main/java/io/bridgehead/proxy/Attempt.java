package io.bridgehead.proxy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.upstream.AttemptOutcome;
import io.bridgehead.upstream.Destination;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import org.jspecify.annotations.Nullable;

/** One try of an exchange at one destination. When it is over, whatever its stream still says is dropped. */
@OwnedBy(Owner.EVENT_LOOP)
final class Attempt implements ResponseEvents {
    private final Exchange exchange;
    private final AttemptRecord record;
    private @Nullable ClientStream stream;
    private boolean over;
    private boolean takesBody;
    private boolean sentWhole;
    private long sentWholeNanos;

    Attempt(Exchange exchange, AttemptRecord record) {
        this.exchange = exchange;
        this.record = record;
    }

    void openRequest(RequestHead head, boolean end) {
        opened(destination().openRequest(head, end, this));
    }

    void openBytes(ServiceRoute route, RequestHead head) {
        opened(destination().openBytes(route, head, this));
    }

    private void opened(ClientStream itsStream) {
        if (!over) {
            stream = itsStream;
        }
    }

    AttemptRecord record() {
        return record;
    }

    Destination destination() {
        return record.destination;
    }

    @Nullable
    NodeName node() {
        return record.node();
    }

    boolean isOver() {
        return over;
    }

    /** The stream, while there is one. */
    @Nullable
    ClientStream stream() {
        return over ? null : stream;
    }

    void consumed(int bytes) {
        if (stream != null && !over) {
            stream.consumed(bytes);
        }
    }

    /** From now on its stream gets the body. */
    void giveBody(RequestBody body, ClientStream to, boolean openedWithEnd) {
        takesBody = true;
        body.sendTo(to, openedWithEnd);
    }

    /** Writes down how it ended. */
    void close(AttemptOutcome outcome, long nowNanos, long answerBytes) {
        record.ended(outcome, nowNanos, takesBody ? exchange.body().passedBytes() : 0, answerBytes);
    }

    /** The request has been given to the stream whole: from now on an answer is expected. */
    void sentWhole(long nowNanos) {
        if (!sentWhole) {
            sentWhole = true;
            sentWholeNanos = nowNanos;
        }
    }

    boolean isOverdue(long nowNanos, long perTryNanos) {
        return sentWhole && nowNanos - sentWholeNanos >= perTryNanos;
    }

    /** It has ended by itself. */
    void end(AttemptOutcome outcome) {
        assert !over : "an attempt ends once";
        over = true;
        exchange.attemptEnded(this, outcome);
    }

    /** Nobody waits for it any more. */
    void cancel(AttemptOutcome outcome) {
        if (over) {
            return;
        }
        end(outcome);
        if (stream != null) {
            stream.reset(StreamReset.CANCEL);
        }
    }

    @Override
    public void onInformational(ResponseHead head) {
        if (!over) {
            exchange.informational(head);
        }
    }

    @Override
    public void onResponse(ResponseHead head, boolean end) {
        if (over) {
            return;
        }
        HopFields.FarRefusal far = node() == null ? null : HopFields.refusal(head.fields());
        if (far == null) {
            ResponseHead answer = exchange.isUpgrade() && node() != null ? HopFields.shown(head) : head;
            record.answered(answer.status());
            exchange.answered(this, answer, end);
            return;
        }
        AttemptFailure failure = AttemptFailure.of(far, destination());
        if (end || exchange.body().isEnded()) {
            // its few bytes are dropped as they come: a reset for each refusal would use up what the peer puts up with
            end(failure.outcome());
        } else {
            cancel(failure.outcome());
        }
        exchange.attemptFailed(this, failure, far.attempts());
    }

    @Override
    public void onData(Chunk chunk, boolean end) {
        if (!over) {
            exchange.answerData(this, chunk, end);
            return;
        }
        int size = chunk.size();
        chunk.release();
        if (stream != null) {
            stream.consumed(size);
        }
    }

    @Override
    public void onTrailers(HeaderFields trailers) {
        if (!over) {
            exchange.answerTrailers(this, trailers);
        }
    }

    @Override
    public void onReset(StreamReset reset) {
        if (!over) {
            AttemptFailure failure = exchange.isHeldUp(this)
                    ? AttemptFailure.heldUp(reset, destination())
                    : AttemptFailure.of(reset, destination());
            end(failure.outcome());
            exchange.attemptReset(this, failure, reset);
        }
    }

    @Override
    public void onWritable() {
        if (!over) {
            exchange.attemptWritable();
        }
    }
}
