package io.bridgehead.wire.http2;

import io.bridgehead.wire.StreamReset;
import io.netty.handler.codec.http2.Http2Error;

/** Error codes of HTTP/2 (RFC 9113, section 7) for the reasons that a stream is reset for, and back. */
final class ResetCodes {
    private ResetCodes() {}

    /**
     * What to tell the peer. That a request was not processed must be said by REFUSED_STREAM, so that it may be sent
     * again.
     */
    static long toPeer(StreamReset reset) {
        return switch (reset) {
            case REFUSED, CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED, POOL_FULL -> Http2Error.REFUSED_STREAM.code();
            case OVERDRAWN -> Http2Error.ENHANCE_YOUR_CALM.code();
            case PEER_RESET, TIMEOUT, CANCEL -> Http2Error.CANCEL.code();
            case PROTOCOL_ERROR -> Http2Error.PROTOCOL_ERROR.code();
            case STALE, CONNECTION_LOST, INTERNAL -> Http2Error.INTERNAL_ERROR.code();
        };
    }

    /** What the peer told. */
    static StreamReset fromPeer(long code) {
        if (code == Http2Error.REFUSED_STREAM.code()) {
            return StreamReset.REFUSED;
        }
        if (code == Http2Error.ENHANCE_YOUR_CALM.code()) {
            return StreamReset.OVERDRAWN;
        }
        if (code == Http2Error.CANCEL.code()) {
            return StreamReset.CANCEL;
        }
        return StreamReset.PEER_RESET;
    }
}
