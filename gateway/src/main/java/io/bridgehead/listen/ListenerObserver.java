package io.bridgehead.listen;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.tls.edge.HandshakeFault;
import org.jspecify.annotations.Nullable;

/** Is told what happens at listeners, on whatever thread it happens; it must not block. */
public interface ListenerObserver {
    /** Nobody wants to know. */
    ListenerObserver NONE = new ListenerObserver() {};

    /** The port is open. */
    default void listening(String listener, String address) {}

    /** A connection was accepted. */
    default void accepted(String listener) {}

    /** A connection was closed before anything of it was served: there are too many, or what it began with is not what is spoken here. */
    default void refused(String listener, Refusal refusal) {}

    /** An accepted HTTP connection has ended for this reason. */
    default void ended(String listener, CloseReason reason) {}

    /** The TLS handshake of an accepted connection failed. */
    default void handshakeFailed(String listener, HandshakeFault fault, String detail) {}

    /**
     * A connection is closed because its client would not be let in any more.
     *
     * @param identity of the client; null when its certificate names none
     */
    default void trustWithdrawn(String listener, @Nullable SpiffeId identity, Withdrawal why, String detail) {}

    /** An accepted connection has ended. */
    default void closed(String listener) {}

    /** The system could not accept, for example for want of descriptors; another try follows a second later. */
    default void acceptFailed(String listener, Throwable cause) {}

    /**
     * A port for datagrams is opened for the first time.
     *
     * @param counts are those of every port of this name from now on
     */
    default void datagramPort(String listener, DatagramCounts counts) {}

    /** The port is closed; connections may still be there. */
    default void stopped(String listener) {}
}
