package io.bridgehead.wire.flow;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;

/** The end of a channel behind all that was written: closed when the peer has taken it, and by a reset when it takes nothing of it for a while. */
@OwnedBy(Owner.EVENT_LOOP)
public final class LastBytes {
    private final Loop loop;
    private final Channel channel;
    private final long millis;
    private final Runnable onUnread;
    private long unsentBefore;
    private boolean sent;

    private LastBytes(Loop loop, Channel channel, long millis, Runnable onUnread) {
        this.loop = loop;
        this.channel = channel;
        this.millis = millis;
        this.onUnread = onUnread;
    }

    /**
     * Begins, once a channel.
     *
     * @param ctx of a handler behind which everything has been written
     * @param millis how long the peer may take nothing
     * @param onUnread called before the reset
     */
    public static void close(Loop loop, ChannelHandlerContext ctx, long millis, Runnable onUnread) {
        LastBytes last = new LastBytes(loop, ctx.channel(), millis, onUnread);
        ctx.writeAndFlush(ctx.alloc().buffer(0, 0)).addListener(done -> {
            last.sent = true;
            ctx.close();
        });
        if (ctx.channel().isOpen()) {
            last.watch();
        }
    }

    private void watch() {
        unsentBefore = unsent();
        Timer look = loop.after(millis, this::cutIfUnread);
        channel.closeFuture().addListener(done -> look.cancel());
    }

    private long unsent() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    private void cutIfUnread() {
        long unsent = unsent();
        if (!channel.isOpen() || (sent && unsent == 0)) {
            return;
        }
        if (unsent < unsentBefore) {
            watch();
            return;
        }
        onUnread.run();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.unsafe().close(channel.newPromise());
    }
}
