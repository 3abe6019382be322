package io.bridgehead.wire;

import io.bridgehead.model.HeaderFields;

/**
 * One exchange, or one stream of bytes, on one connection. All methods are called on its event loop. After a reset in
 * either direction every method is a no-op (chunks are released), so that users need no bookkeeping of races.
 */
public interface Stream {
    /**
     * Sends a part of the body, taking ownership of it; {@code end} ends this half. May be called while not writable:
     * it is queued.
     */
    void sendData(Chunk chunk, boolean end);

    /** Ends this half with trailers; an empty set is an ordinary end. */
    void sendTrailers(HeaderFields trailers);

    /** Whether more data should be sent now; when not, {@link StreamEvents#onWritable} says when again. */
    boolean writable();

    /**
     * The user has passed on this many bytes that it got by {@link StreamEvents#onData}; the peer may send as many
     * more.
     */
    void consumed(int bytes);

    /** Ends both halves at once: RST_STREAM on HTTP/2, the end of the connection elsewhere. No event follows. */
    void reset(StreamReset reset);
}
