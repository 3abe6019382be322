package io.bridgehead.wire;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Stands first in a pipeline and hands in what arrives a while later, in order: a far peer's bytes on a loopback socket. */
@OwnedBy(Owner.EVENT_LOOP)
final class DelayLine extends ChannelInboundHandlerAdapter {
    private final long millis;
    private final ArrayDeque<Object> underWay = new ArrayDeque<>();

    DelayLine(long millis) {
        this.millis = millis;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        underWay.add(message);
        ctx.executor().schedule(() -> next(ctx), millis, TimeUnit.MILLISECONDS);
    }

    private void next(ChannelHandlerContext ctx) {
        Object message = underWay.poll();
        if (message != null) {
            ctx.fireChannelRead(message);
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // comes with each message, later
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        for (@Nullable Object left = underWay.poll(); left != null; left = underWay.poll()) {
            ReferenceCountUtil.release(left);
        }
        ctx.fireChannelInactive();
    }
}
