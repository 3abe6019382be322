package io.bridgehead.wire;

/** Why a stream ended before its time. */
public enum StreamReset {
    /** The peer did not begin to process the request (HTTP/2 REFUSED_STREAM, a stream above GOAWAY's last id). */
    REFUSED(false),
    /** No connection was established; nothing was sent. */
    CONNECT_FAILED(false),
    /** The connection was not established in time; nothing was sent. */
    CONNECT_TIMEOUT(false),
    /** The endpoint's TLS did not stand up to what is asked of it; nothing was sent. */
    TLS_FAILED(false),
    /** The pool's queue is full or waiting took too long; nothing was sent. */
    POOL_FULL(false),
    /**
     * A pooled connection was closed by the peer before a byte of the answer, and before the request could be read by
     * it for certain.
     */
    STALE(true),
    /** The peer reset the stream. */
    PEER_RESET(true),
    /** The connection ended under the stream, or a body ended before its declared length. */
    CONNECTION_LOST(true),
    /** The peer broke the protocol. */
    PROTOCOL_ERROR(true),
    /** A timer of this node ended it. */
    TIMEOUT(true),
    /** Its consumer took nothing, and the node's memory for what waits in tunnels is used up. */
    OVERDRAWN(true),
    /** The user of the stream has no more interest (HTTP/2 CANCEL). */
    CANCEL(true),
    /** This node failed. */
    INTERNAL(true);

    private final boolean perhapsProcessed;

    StreamReset(boolean perhapsProcessed) {
        this.perhapsProcessed = perhapsProcessed;
    }

    /** Whether the peer may have acted on the request; when not, every method may be tried again. */
    public boolean perhapsProcessed() {
        return perhapsProcessed;
    }
}
