package io.bridgehead.listen;

/** Is told what happens at listeners, on whatever thread it happens; it must not block. */
public interface ListenerObserver {
    /** Nobody wants to know. */
    ListenerObserver NONE = new ListenerObserver() {};

    /** The port is open. */
    default void listening(String listener, String address) {}

    /** A connection was accepted. */
    default void accepted(String listener) {}

    /** A connection was closed at once, because there are too many. */
    default void gateRefused(String listener) {}

    /** An accepted connection has ended. */
    default void closed(String listener) {}

    /** The system could not accept, for example for want of descriptors; another try follows a second later. */
    default void acceptFailed(String listener, Throwable cause) {}

    /** The port is closed; connections may still be there. */
    default void stopped(String listener) {}
}
