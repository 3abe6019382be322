package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** Stands first in a tunnel connection's pipeline and notes that bytes came, whatever they mean. */
@OwnedBy(Owner.EVENT_LOOP)
final class PulseTap extends ChannelInboundHandlerAdapter {
    private final Loop loop;
    private @Nullable Pulse pulse;

    PulseTap(Loop loop) {
        this.loop = loop;
    }

    /** From now on it is known whose bytes these are. */
    void belongsTo(Pulse peer) {
        pulse = peer;
        peer.heard(loop.nanoTime());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Pulse known = pulse;
        if (known != null) {
            known.heard(loop.nanoTime());
        }
        ctx.fireChannelReadComplete();
    }
}
