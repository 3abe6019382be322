package io.bridgehead.wire;

import io.bridgehead.limit.Overload;
import io.bridgehead.model.CloseReason;

/** What a server's connection tells its owner, on the connection's event loop. */
public interface ServerConnectionEvents {
    /** The level of a node that has enough of everything. */
    Overload UNPRESSED = new Overload();

    /** Bytes arrived, whatever they mean. */
    void onBytesReceived();

    /** How hard the node is pressed; asked once, when the connection is made, and looked at from then on. */
    default Overload overload() {
        return UNPRESSED;
    }

    /** HTTP/2: the client reset a stream or made this side reset one. @return whether the connection may go on */
    default boolean mayReset() {
        return true;
    }

    /** This side is about to end the connection, for this reason; told at most once, before {@link #onClosed}. */
    default void onEnding(CloseReason reason) {}

    /** The connection has ended; told once. */
    void onClosed(HttpServerConnection connection);
}
