package io.bridgehead.upstream.endpoint;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.Stream;
import io.bridgehead.wire.StreamReset;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream that waits for its connection.
 *
 * <p><b>State</b>: waiting, then bound to the stream of a connection, or over. While it waits it is not writable;
 * what is sent all the same is kept and sent on first.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class PendingStream implements ClientStream {
    private final RequestHead head;
    private final boolean headEnds;
    private final ResponseEvents events;
    private final long deadlineNanos;
    private final Consumer<PendingStream> onAbandoned;
    private final ArrayDeque<Chunk> kept = new ArrayDeque<>(0);
    private boolean keptEnd;
    private @Nullable HeaderFields keptTrailers;
    private @Nullable Stream bound;
    private boolean over;

    /** @param onAbandoned the user has lost interest while this was waiting */
    PendingStream(
            RequestHead head,
            boolean headEnds,
            ResponseEvents events,
            long deadlineNanos,
            Consumer<PendingStream> onAbandoned) {
        this.head = head;
        this.headEnds = headEnds;
        this.events = events;
        this.deadlineNanos = deadlineNanos;
        this.onAbandoned = onAbandoned;
    }

    RequestHead head() {
        return head;
    }

    boolean headEnds() {
        return headEnds;
    }

    ResponseEvents events() {
        return events;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isOver() {
        return over;
    }

    /** The connection is there and this is its stream. */
    void bind(Stream stream) {
        if (over) {
            stream.reset(StreamReset.CANCEL);
            return;
        }
        bound = stream;
    }

    /** Sends on what was kept, and has the user send more. */
    void release() {
        Stream stream = bound;
        if (stream == null || over) {
            return;
        }
        for (Chunk chunk = kept.poll(); chunk != null; chunk = kept.poll()) {
            stream.sendData(chunk, keptEnd && kept.isEmpty() && keptTrailers == null);
        }
        if (keptTrailers != null) {
            stream.sendTrailers(keptTrailers);
        } else if (!keptEnd && !headEnds && stream.writable()) {
            events.onWritable();
        }
    }

    /** There will be no connection. */
    void fail(StreamReset reset) {
        if (!over && bound == null) {
            end();
            events.onReset(reset);
        }
    }

    private void end() {
        over = true;
        kept.forEach(Chunk::release);
        kept.clear();
    }

    @Override
    public void sendData(Chunk chunk, boolean end) {
        if (bound != null) {
            bound.sendData(chunk, end);
        } else if (over) {
            chunk.release();
        } else {
            kept.add(chunk);
            keptEnd |= end;
        }
    }

    @Override
    public void sendTrailers(HeaderFields trailers) {
        if (bound != null) {
            bound.sendTrailers(trailers);
        } else if (!over) {
            keptTrailers = trailers;
            keptEnd = true;
        }
    }

    @Override
    public boolean writable() {
        return bound != null && bound.writable();
    }

    @Override
    public void consumed(int bytes) {
        if (bound != null) {
            bound.consumed(bytes);
        }
    }

    @Override
    public void reset(StreamReset reset) {
        if (bound != null) {
            bound.reset(reset);
        } else if (!over) {
            end();
            onAbandoned.accept(this);
        }
    }
}
