package io.bridgehead.wire.flow;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLEngine;

/**
 * What the peer still sends after this side has ended its own direction of TLS (RFC 8446, section 6.1). Stands behind TLS from that end on,
 * because BoringSSL's engine then calls whatever it reads the end: that is told when the peer's close_notify has come, once.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class TlsInput extends ChannelInboundHandlerAdapter {
    private final SSLEngine engine;
    private boolean told;

    private TlsInput(SSLEngine engine) {
        this.engine = engine;
        this.told = engine.isInboundDone();
    }

    /** Begins; to be called before this side ends. */
    static void watch(SslHandler tls, ChannelPipeline pipeline) {
        pipeline.addAfter(pipeline.context(tls).name(), null, new TlsInput(tls.engine()));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
            tellEnd(ctx);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        tellEnd(ctx);
        ctx.fireChannelReadComplete();
    }

    private void tellEnd(ChannelHandlerContext ctx) {
        if (!told && engine.isInboundDone()) {
            told = true;
            ctx.fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
        }
    }
}
