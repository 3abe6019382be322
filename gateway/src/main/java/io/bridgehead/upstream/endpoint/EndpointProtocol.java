package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.EndpointTls;
import io.bridgehead.tls.handshake.EndpointSecurity;
import io.bridgehead.wire.ClientConnectionEvents;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.WireLimits;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint speaks.
 *
 * @param http2 HTTP/2 rather than HTTP/1.1
 * @param bytes anything, rather than HTTP
 * @param tls under it; null for clear text
 */
public record EndpointProtocol(
        boolean http2, boolean bytes, @Nullable Secured tls) {
    /** HTTP/1.1 in clear text. */
    public static final EndpointProtocol HTTP1 = new EndpointProtocol(false, null);
    /** HTTP/2 in clear text, with prior knowledge. */
    public static final EndpointProtocol H2C = new EndpointProtocol(true, null);

    /** A version of HTTP. */
    public EndpointProtocol(boolean http2, @Nullable Secured tls) {
        this(http2, false, tls);
    }

    /** What is offered by ALPN where TLS is under it. */
    EndpointSecurity.Protocol offered() {
        return bytes
                ? EndpointSecurity.Protocol.NONE
                : http2 ? EndpointSecurity.Protocol.HTTP2 : EndpointSecurity.Protocol.HTTP1;
    }

    /**
     * By TLS.
     *
     * @param by does the handshake
     * @param settings what it asks of the endpoint
     */
    public record Secured(EndpointSecurity by, EndpointTls settings) {}

    /** Speaks it on a connected channel, on which TLS stands if there is to be any. */
    HttpClientConnection install(Loop loop, Channel channel, WireLimits limits, ClientConnectionEvents events) {
        return http2
                ? HttpClientConnection.http2(loop, channel, limits, events)
                : HttpClientConnection.http1(loop, channel, limits, events);
    }
}
