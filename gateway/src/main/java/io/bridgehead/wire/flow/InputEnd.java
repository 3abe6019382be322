package io.bridgehead.wire.flow;

import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/**
 * Recognises the event by which a channel says that its peer sends nothing more: the end of TCP's direction, or TLS's
 * close_notify.
 */
public final class InputEnd {
    private InputEnd() {}

    /** Whether this user event is such an end; it can come twice on one channel. */
    public static boolean is(Object event) {
        return event == ChannelInputShutdownEvent.INSTANCE
                || (event instanceof SslCloseCompletionEvent tls && tls.isSuccess());
    }
}
