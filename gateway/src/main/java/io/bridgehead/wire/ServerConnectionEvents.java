package io.bridgehead.wire;

/** What a server's connection tells its owner, on the connection's event loop. */
public interface ServerConnectionEvents {
    /** Bytes arrived, whatever they mean. */
    void onBytesReceived();

    /** The connection has ended; told once. */
    void onClosed(HttpServerConnection connection);
}
