package io.bridgehead.wire.http2;

import io.bridgehead.model.CloseReason;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * The side of an HTTP/2 connection, server's or client's, that gives meaning to what its {@link Http2Link} receives.
 */
interface LinkUser {
    /** Bytes arrived, whatever they mean. */
    void onBytesReceived();

    /** A head arrived on a stream that has no exchange yet, which only a server accepts. */
    void onNewStream(Http2Stream stream, IncomingHeaders headers, boolean end);

    /** A head arrived before the end of a stream's first half; never trailers. */
    void onHead(Http2Exchange exchange, IncomingHeaders headers, boolean end);

    /** A head was larger than allowed, and has been answered by 431. */
    void onHeadTooLarge();

    /** The peer opened a stream beyond those that it may have at once, which has been reset. */
    void onAboveLimit();

    /** A stream closed. */
    void onStreamClosed();

    /** The peer takes no more streams. */
    void onGoAway();

    /** A head has begun that is not complete, or now it is. */
    void onHeadPending(boolean pending);

    /** A stream was reset by the peer or because of it. @return whether the connection may go on */
    boolean mayReset();

    /** This side is about to end the connection. */
    void onEnding(CloseReason reason);

    /** The peer's settings have been read. */
    void onSettings(Http2Settings settings);

    /** The connection is gone; all streams have been told. */
    void onClosed();

    /** The user of an exchange threw an exception. */
    void onFailure(Http2Exchange exchange, RuntimeException failure);
}
