package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.tls.handshake.TlsPeer;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * The reverse direction of tunnels: a node that nobody can dial keeps connections open on which, once TLS stands, the side that accepted takes
 * the part of the HTTP/2 client: it says hello and opens streams. ALPN says so, and what the connection is for.
 */
final class Reverse {
    private static final String REQUESTS = "bridgehead-reverse/1";
    private static final String BYTES = "bridgehead-reverse-bytes/1";

    private Reverse() {}

    /** The application protocol for a purpose. */
    static String protocol(Purpose purpose) {
        return switch (purpose) {
            case REQUESTS -> REQUESTS;
            case BYTES -> BYTES;
            case CONTROL -> throw new IllegalArgumentException("control connections are never reversed");
        };
    }

    /** What a connection with this application protocol is for; null when it is not reversed. */
    static @Nullable Purpose purpose(String protocol) {
        return switch (protocol) {
            case REQUESTS -> Purpose.REQUESTS;
            case BYTES -> Purpose.BYTES;
            default -> null;
        };
    }

    /** A channel whose TLS stands, given from who accepted it to who opens streams on it. */
    record Handover(Loop loop, LocalEnd local, Channel channel, PulseTap tap, HandshakeWatch watch, TlsPeer secured) {}
}
