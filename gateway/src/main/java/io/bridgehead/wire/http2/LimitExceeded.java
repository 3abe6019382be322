package io.bridgehead.wire.http2;

import io.bridgehead.model.CloseReason;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;

/** The end of a connection whose peer asks for more than it is allowed: ENHANCE_YOUR_CALM, with the limit's name. */
final class LimitExceeded extends Http2Exception {
    private static final long serialVersionUID = 1;

    private final CloseReason reason;

    LimitExceeded(CloseReason reason, String message) {
        super(Http2Error.ENHANCE_YOUR_CALM, message);
        this.reason = reason;
    }

    /** Why the connection ends. */
    CloseReason reason() {
        return reason;
    }

    /** Why a connection ends with this exception; Netty's own limits are all on frames. */
    static CloseReason reason(Throwable failure) {
        if (failure instanceof LimitExceeded limit) {
            return limit.reason;
        }
        boolean calm = failure instanceof Http2Exception http && http.error() == Http2Error.ENHANCE_YOUR_CALM;
        return calm ? CloseReason.FRAME_FLOOD : CloseReason.PROTOCOL_ERROR;
    }
}
