package io.bridgehead.wire;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.http1.Http1ClientConnection;
import io.bridgehead.wire.http2.Http2ClientConnection;
import io.netty.channel.Channel;
import java.util.function.LongConsumer;

/**
 * The client side of one connected channel, on its event loop. The factories put handlers at the end of the channel's
 * pipeline; TLS,
 * when there is, stands before them and has done its handshake.
 */
public interface HttpClientConnection {
    /** Speaks HTTP/1.1, one exchange at a time. */
    static HttpClientConnection http1(Loop loop, Channel channel, WireLimits limits, ClientConnectionEvents events) {
        return Http1ClientConnection.install(loop, channel, limits, events);
    }

    /** Speaks HTTP/2, with prior knowledge or after ALPN. */
    static HttpClientConnection http2(Loop loop, Channel channel, WireLimits limits, ClientConnectionEvents events) {
        return Http2ClientConnection.install(loop, channel, limits, null, events);
    }

    /** Speaks HTTP/2 with stream windows that grow as consumers keep up, within the node's budget. */
    static HttpClientConnection http2(
            Loop loop, Channel channel, WireLimits limits, WindowBudget budget, ClientConnectionEvents events) {
        return Http2ClientConnection.install(loop, channel, limits, budget, events);
    }

    /**
     * Sends a request; only while {@link #canOpen()}, else the stream is reset as {@link StreamReset#REFUSED}. No
     * event comes before this
     * method has returned. The end of the response ends the exchange, also when the request had not ended (but for
     * CONNECT).
     *
     * <p>For {@link RequestHead#isWebSocket()} {@code end} is false, and nothing is sent before the answer is 101; from
     * there on both halves are bytes, and the exchange ends with both. A peer of HTTP/2 that does not know extended
     * CONNECT has it reset as {@link StreamReset#PROTOCOL_ERROR}.
     *
     * @param end when the request has no body
     */
    ClientStream open(RequestHead head, boolean end, ResponseEvents events);

    /** Whether another stream can be opened now. */
    boolean canOpen();

    /** The number of streams that have not ended. */
    int activeStreams();

    /** How many streams the peer allows at once: 1 on HTTP/1.1. */
    int streamsMax();

    /**
     * HTTP/2: measures the round trip in nanoseconds; nothing is called when the connection ends before. No effect on
     * HTTP/1.1.
     */
    void ping(LongConsumer roundTripNanos);

    /**
     * What stream windows that can grow pin in memory: grants beyond the first size, and what was received and not consumed. 0 where
     * windows are fixed.
     */
    default long windowBytes() {
        return 0;
    }

    /** Opens no more streams and closes when the last has ended. */
    void drain();

    /** Closes at once; streams are reset. */
    void close();

    /** The channel, for its addresses and its TLS session; only for packages that may see Netty. */
    Channel channel();
}
