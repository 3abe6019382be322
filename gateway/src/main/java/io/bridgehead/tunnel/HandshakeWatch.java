package io.bridgehead.tunnel;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.handshake.TlsPeer;
import io.bridgehead.tls.handshake.TunnelTls;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** Stands behind TLS in a tunnel connection's pipeline: tells the connection how the handshake ended, once, and names what broke later. */
@OwnedBy(Owner.EVENT_LOOP)
final class HandshakeWatch extends ChannelInboundHandlerAdapter {
    private final Events events;
    private boolean told;
    private boolean secured;
    private @Nullable Throwable trouble;

    HandshakeWatch(Events events) {
        this.events = events;
    }

    /** How the handshake ended. */
    interface Events {
        /** TLS stands and the peer is a gateway of this trust domain; bytes may follow in the same turn. */
        void onSecured(TlsPeer peer);

        /** TLS will never stand; the channel is being closed. */
        void onInsecure(TunnelFault fault, String detail);
    }

    /** What broke the connection, for people; "the other end closed it" when nothing else is known. */
    String trouble() {
        Throwable cause = trouble;
        return cause == null ? "the other end closed it" : text(cause);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion && !told) {
            told = true;
            TlsPeer peer = TunnelTls.peer(ctx.channel());
            if (completion.isSuccess() && peer != null) {
                secured = true;
                events.onSecured(peer);
            } else {
                failed(ctx, completion.cause());
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private void failed(ChannelHandlerContext ctx, @Nullable Throwable cause) {
        Throwable known = cause == null ? new IllegalStateException("no peer certificate") : cause;
        events.onInsecure(fault(known), text(known));
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!told) {
            told = true;
            events.onInsecure(TunnelFault.LOST, "closed before the TLS handshake was complete: " + trouble());
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        trouble = cause;
        // Nobody stands behind this handler before the connection is secured; what failed has been told by then.
        if (secured) {
            ctx.fireExceptionCaught(cause);
        } else {
            ctx.close();
        }
    }

    private static TunnelFault fault(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            switch (at) {
                case NotSslRecordException _ -> {
                    return TunnelFault.NOT_TLS;
                }
                case SslHandshakeTimeoutException _ -> {
                    return TunnelFault.HANDSHAKE_TIMEOUT;
                }
                case CertificateException _ -> {
                    return TunnelFault.CERTIFICATE_REFUSED;
                }
                default -> {}
            }
            if (text(at).contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")
                    || text(at).contains("Empty client certificate")) {
                return TunnelFault.CERTIFICATE_REFUSED;
            }
        }
        return cause instanceof java.nio.channels.ClosedChannelException
                ? TunnelFault.LOST
                : TunnelFault.HANDSHAKE_FAILED;
    }

    private static String text(Throwable cause) {
        Throwable deepest = cause;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        String text = message == null ? deepest.getClass().getSimpleName() : message;
        return text.length() > 300 ? text.substring(0, 300) + "..." : text;
    }
}
