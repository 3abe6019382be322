package io.bridgehead.tls.handshake;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import org.jspecify.annotations.Nullable;

/** Stands behind TLS on a connection to an endpoint until the handshake has ended, and tells once how. */
@OwnedBy(Owner.EVENT_LOOP)
final class EndpointHandshake extends ChannelInboundHandlerAdapter {
    private static final int TEXT_MAX = 300;
    private static final String HTTP2 = "h2";

    private final SslHandler handler;
    private final EndpointSecurity.Target target;
    private final EndpointSecurity.Outcome outcome;
    private boolean told;

    EndpointHandshake(SslHandler handler, EndpointSecurity.Target target, EndpointSecurity.Outcome outcome) {
        this.handler = handler;
        this.target = target;
        this.outcome = outcome;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent completion) || told) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        if (!completion.isSuccess()) {
            fail(ctx, completion.cause());
            return;
        }
        String agreed = handler.applicationProtocol();
        if (target.protocol() == EndpointSecurity.Protocol.HTTP2 && !HTTP2.equals(agreed)) {
            fail(
                    ctx,
                    "it agreed on " + (agreed == null ? "no application protocol" : "'" + agreed + "'")
                            + " (ALPN); expected 'h2'",
                    false);
            return;
        }
        told = true;
        Channel channel = ctx.channel();
        ctx.pipeline().remove(this);
        outcome.secured(channel);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, "it closed the connection before the TLS handshake was complete", false);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }

    private void fail(ChannelHandlerContext ctx, @Nullable Throwable cause) {
        switch (cause) {
            case null -> fail(ctx, "the TLS handshake failed", false);
            case SslHandshakeTimeoutException _ -> fail(ctx, "no TLS handshake in time", true);
            case NotSslRecordException _ -> fail(ctx, "it does not speak TLS", false);
            default -> fail(ctx, "the TLS handshake failed: " + text(cause), false);
        }
    }

    private void fail(ChannelHandlerContext ctx, String why, boolean timedOut) {
        if (!told) {
            told = true;
            ctx.close();
            outcome.insecure(
                    new EndpointSecurity.Failure(timedOut, false, "endpoint " + target.address() + ": " + why));
        }
    }

    private static String text(Throwable cause) {
        Throwable deepest = cause;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        String text = message == null ? deepest.getClass().getSimpleName() : message;
        return text.length() > TEXT_MAX ? text.substring(0, TEXT_MAX) + "..." : text;
    }
}
