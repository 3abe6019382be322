package io.bridgehead.model;

/** Something about a request that the guard lets pass and that a route must allow. */
public enum RequestMark {
    /** The path holds {@code %2F} or {@code %5C}. */
    ENCODED_SLASH(1),
    /** The client asks to change the protocol (RFC 9110, section 7.8, or RFC 8441). */
    UPGRADE(2),
    /** The client asks for a byte stream. */
    CONNECT(4),
    /** The change that is asked for is to WebSocket, by a handshake in order (RFC 6455, RFC 8441). */
    WEB_SOCKET(8);

    private final int bit;

    RequestMark(int bit) {
        this.bit = bit;
    }

    /** The bit of this mark. */
    public int bit() {
        return bit;
    }
}
