package io.bridgehead.wire.flow;

import io.netty.channel.Channel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

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

    /**
     * Whether the first such end of a channel is that of TCP below TLS that has not ended: anybody on the way can make one, so what came
     * may be cut off (RFC 9112, section 9.8; RFC 8446, section 6.1).
     */
    public static boolean isCutOff(Channel channel, Object event) {
        return event == ChannelInputShutdownEvent.INSTANCE && channel.pipeline().get(SslHandler.class) != null;
    }
}
