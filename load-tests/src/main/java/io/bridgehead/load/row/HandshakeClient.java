package io.bridgehead.load.row;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.OpenSslSession;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection of {@link HandshakeCaller}: says the HTTP/2 preface, waits for the server's first bytes, closes, and has the next made. */
final class HandshakeClient extends ChannelInboundHandlerAdapter {
    /** The connection preface and empty settings (RFC 9113, section 3.4). */
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

    private final HandshakeTally tally;
    private final Bootstrap bootstrap;
    private boolean accepted;

    HandshakeClient(HandshakeTally tally, Bootstrap bootstrap) {
        this.tally = tally;
        this.bootstrap = bootstrap;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                check(context);
                context.writeAndFlush(Unpooled.wrappedBuffer(PREFACE), context.voidPromise());
            } else {
                tally.failed(String.valueOf(completion.cause()));
                context.close();
            }
        }
    }

    private void check(ChannelHandlerContext context) {
        SslHandler tls = Objects.requireNonNull(context.pipeline().get(SslHandler.class));
        if (tls.engine().getSession() instanceof OpenSslSession session) {
            @Nullable String group = session.getNamedGroup();
            tally.agreed(session.getCipherSuite(), group == null ? "unknown" : group);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        ReferenceCountUtil.release(bytes);
        if (!accepted) {
            accepted = true;
            tally.accepted();
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!accepted) {
            tally.failed("closed before it was accepted");
        }
        tally.next(bootstrap);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        tally.failed(cause.toString());
        context.close();
    }
}
