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

    /**
     * Whether an end that has come ends the other direction as well: TLS before 1.3 asks for that (RFC 5246, section 7.2.1), and BoringSSL's
     * engine answers close_notify with its own in 1.3 too.
     */
    public static boolean isOfBoth(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return tls != null && tls.engine().isOutboundDone();
    }
}
