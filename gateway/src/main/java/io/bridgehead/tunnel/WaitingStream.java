package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamOpener;
import io.bridgehead.wire.StreamReset;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose connection is not there yet: keeps what its user sends, is not writable, and becomes a plain delegate once a connection
 * takes it. It waits for a bounded time.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class WaitingStream implements ClientStream {
    private final RequestHead head;
    private final boolean endsWithHead;
    private final ResponseEvents events;
    private final ArrayDeque<Chunk> kept = new ArrayDeque<>();
    private final Timer deadline;
    private @Nullable HeaderFields trailers;
    private boolean dataEnded;
    private boolean over;
    private @Nullable ClientStream real;

    WaitingStream(Loop loop, int waitMillis, RequestHead head, boolean end, ResponseEvents events) {
        this.head = head;
        this.endsWithHead = end;
        this.events = events;
        this.deadline = loop.after(waitMillis, () -> fail(StreamReset.CONNECT_TIMEOUT));
    }

    /** Whether it still wants a connection. */
    boolean isWaiting() {
        return !over && real == null;
    }

    /** A connection takes it. */
    void connected(StreamOpener opener) {
        assert isWaiting();
        deadline.cancel();
        ClientStream stream = opener.open(head, endsWithHead, events);
        real = stream;
        while (!kept.isEmpty()) {
            Chunk chunk = kept.remove();
            stream.sendData(chunk, dataEnded && kept.isEmpty());
        }
        HeaderFields last = trailers;
        if (last != null) {
            stream.sendTrailers(last);
        } else if (!endsWithHead && !dataEnded && stream.writable()) {
            events.onWritable();
        }
    }

    /** No connection will take it. */
    void fail(StreamReset reset) {
        if (isWaiting()) {
            forget();
            events.onReset(reset);
        }
    }

    private void forget() {
        over = true;
        deadline.cancel();
        kept.forEach(Chunk::release);
        kept.clear();
    }

    @Override
    public void sendData(Chunk chunk, boolean end) {
        ClientStream stream = real;
        if (stream != null) {
            stream.sendData(chunk, end);
        } else if (over) {
            chunk.release();
        } else {
            kept.add(chunk);
            dataEnded |= end;
        }
    }

    @Override
    public void sendTrailers(HeaderFields last) {
        ClientStream stream = real;
        if (stream != null) {
            stream.sendTrailers(last);
        } else {
            trailers = last;
        }
    }

    @Override
    public boolean writable() {
        ClientStream stream = real;
        return stream != null && stream.writable();
    }

    @Override
    public void consumed(int bytes) {
        ClientStream stream = real;
        if (stream != null) {
            stream.consumed(bytes);
        }
    }

    @Override
    public void reset(StreamReset reset) {
        ClientStream stream = real;
        if (stream != null) {
            stream.reset(reset);
        } else if (!over) {
            forget();
        }
    }
}
