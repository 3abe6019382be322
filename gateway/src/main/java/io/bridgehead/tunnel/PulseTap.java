package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/** Stands first in a tunnel connection's pipeline: notes that bytes came, whatever they mean, and counts those of both directions. */
@OwnedBy(Owner.EVENT_LOOP)
final class PulseTap extends ChannelDuplexHandler {
    private final Loop loop;
    private @Nullable Pulse pulse;
    private long received;
    private long sent;

    PulseTap(Loop loop) {
        this.loop = loop;
    }

    /** From now on it is known whose bytes these are. */
    void belongsTo(Pulse peer) {
        pulse = peer;
        peer.heard(loop.nanoTime());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            received += bytes.readableBytes();
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Pulse known = pulse;
        if (known != null) {
            known.heard(loop.nanoTime());
            known.received(received);
            received = 0;
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            sent += bytes.readableBytes();
        }
        ctx.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        Pulse known = pulse;
        if (known != null) {
            known.sent(sent);
            sent = 0;
        }
        ctx.flush();
    }
}
