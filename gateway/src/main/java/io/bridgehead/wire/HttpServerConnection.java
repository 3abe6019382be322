package io.bridgehead.wire;

import io.bridgehead.loop.Loop;
import io.bridgehead.wire.http1.Http1ServerConnection;
import io.bridgehead.wire.http2.Http2ServerConnection;
import io.netty.channel.Channel;
import java.util.function.LongConsumer;

/**
 * The server side of one accepted connection, on its event loop. The factories put handlers at the end of the
 * channel's pipeline;
 * TLS, when there is, stands before them and has done its handshake.
 */
public interface HttpServerConnection {
    /** How long a client that is asked to send no more may take to know it, in milliseconds. */
    long LAST_REQUEST_MILLIS = 500;

    /** Serves HTTP/1.1 and HTTP/1.0. */
    static HttpServerConnection http1(
            Loop loop, Channel channel, WireLimits limits, RequestHandler handler, ServerConnectionEvents events) {
        return Http1ServerConnection.install(loop, channel, limits, handler, events);
    }

    /** Serves HTTP/2, with prior knowledge or after ALPN; there is no upgrade from HTTP/1.1. */
    static HttpServerConnection http2(
            Loop loop, Channel channel, WireLimits limits, RequestHandler handler, ServerConnectionEvents events) {
        return Http2ServerConnection.install(loop, channel, limits, null, handler, events);
    }

    /** Serves HTTP/2 with stream windows that grow as consumers keep up, within the node's budget. */
    static HttpServerConnection http2(
            Loop loop,
            Channel channel,
            WireLimits limits,
            WindowBudget budget,
            RequestHandler handler,
            ServerConnectionEvents events) {
        return Http2ServerConnection.install(loop, channel, limits, budget, handler, events);
    }

    /**
     * Takes no more requests (GOAWAY, or {@code Connection: close} on the next answer) and closes when the last
     * exchange has ended.
     *
     * @param patient whether the client is given {@link #LAST_REQUEST_MILLIS} more, as it may be about to send a request: of HTTP/1.1 one, whose answer
     *     tells it not to send another, on a connection that waits for it; of HTTP/2 those sent before it has read the first GOAWAY. Not for changes
     *     of what clients may do: these requests are judged as before
     */
    void drain(boolean patient);

    /** As {@link #drain(boolean)}, without patience. */
    default void drain() {
        drain(false);
    }

    /** Brings the end of an idle connection forward as the node's overload wants it; no effect on one that is in use. */
    void hurryIdle();

    /**
     * As {@link #drain}, but an HTTP/1.1 connection that waits for a request is left to its idle timer, so that no request crosses with
     * the end of the connection.
     */
    void retire();

    /** Closes at once; exchanges are reset. */
    void close();

    /** The number of exchanges that have not ended. */
    int activeStreams();

    /**
     * What stream windows that can grow pin in memory: grants beyond the first size, and what was received and not consumed. 0 where
     * windows are fixed.
     */
    default long windowBytes() {
        return 0;
    }

    /** The channel, for its addresses and its TLS session; only for packages that may see Netty. */
    Channel channel();

    /**
     * HTTP/2: measures the round trip in nanoseconds; nothing is called when the connection ends before. No effect on
     * HTTP/1.1.
     */
    void ping(LongConsumer roundTripNanos);
}
