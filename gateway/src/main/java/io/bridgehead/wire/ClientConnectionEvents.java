package io.bridgehead.wire;

/** What a client's connection tells its owner, on the connection's event loop. */
public interface ClientConnectionEvents {
    /** A stream ended and {@link HttpClientConnection#canOpen()} holds: one more can be opened. */
    void onIdle(HttpClientConnection connection);

    /**
     * HTTP/2: the peer's settings have been read, so it speaks the protocol and its bounds are known; again each time it changes them.
     * Never told on HTTP/1.1.
     */
    default void onSettings(HttpClientConnection connection) {}

    /** The peer takes no more streams; those that it will not process are reset as {@link StreamReset#REFUSED}. */
    void onGoingAway(HttpClientConnection connection);

    /** The connection has ended; told once, after its streams were told. */
    void onClosed(HttpClientConnection connection);

    /** Bytes arrived, whatever they mean. */
    void onBytesReceived();
}
