package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Loop;
import io.bridgehead.wire.ClientConnectionEvents;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.WireLimits;
import io.netty.channel.Channel;

/**
 * What an endpoint speaks.
 *
 * @param http2 HTTP/2 rather than HTTP/1.1
 */
public record EndpointProtocol(boolean http2) {
    /** HTTP/1.1 in clear text. */
    public static final EndpointProtocol HTTP1 = new EndpointProtocol(false);
    /** HTTP/2 in clear text, with prior knowledge. */
    public static final EndpointProtocol H2C = new EndpointProtocol(true);

    /** Speaks it on a connected channel. */
    HttpClientConnection install(Loop loop, Channel channel, WireLimits limits, ClientConnectionEvents events) {
        return http2
                ? HttpClientConnection.http2(loop, channel, limits, events)
                : HttpClientConnection.http1(loop, channel, limits, events);
    }
}
