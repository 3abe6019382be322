package io.bridgehead.upstream.endpoint;

import io.bridgehead.loop.Flushable;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.DatagramEvents;
import io.bridgehead.wire.DatagramLink;
import io.bridgehead.wire.flow.DatagramBuffers;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import org.jspecify.annotations.Nullable;

/**
 * A connected socket for the datagrams of one client to an endpoint: the system takes answers from nobody else, and says when nobody takes
 * datagrams there.
 *
 * <p><b>Limits</b>: what waits to be sent is bounded by Netty's write mark (64 KiB); beyond it datagrams are dropped.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class EndpointDatagrams extends ChannelInboundHandlerAdapter implements DatagramLink, Flushable {
    private final Loop loop;
    private final DatagramEvents events;
    private @Nullable DatagramChannel channel;
    private boolean dirty;
    private boolean over;

    private EndpointDatagrams(Loop loop, DatagramEvents events) {
        this.loop = loop;
        this.events = events;
    }

    /** Opens one; null when the endpoint has no address, or the node no socket. */
    public static @Nullable DatagramLink open(EndpointLink link, DatagramEvents events) {
        InetSocketAddress address = link.dialer().next(link.address());
        return address == null ? null : new EndpointDatagrams(link.loop(), events).connect(address);
    }

    private @Nullable DatagramLink connect(InetSocketAddress address) {
        try {
            DatagramChannel opened = loop.datagrams(this);
            channel = opened;
            ChannelFuture connected = opened.connect(address);
            if (connected.isDone() && !connected.isSuccess()) {
                close();
                return null;
            }
            return this;
        } catch (ChannelException e) {
            return null;
        }
    }

    @Override
    public boolean send(Chunk datagram) {
        DatagramChannel to = channel;
        if (over || to == null) {
            datagram.release();
            return false;
        }
        if (!to.isWritable()) {
            to.flush();
        }
        if (!to.isWritable()) {
            datagram.release();
            return false;
        }
        to.write(datagram.bytes(), to.voidPromise());
        if (!dirty) {
            dirty = true;
            loop.flushLater(this);
        }
        return true;
    }

    @Override
    public void flushNow() {
        dirty = false;
        DatagramChannel to = channel;
        if (to != null) {
            to.flush();
        }
    }

    @Override
    public void close() {
        over = true;
        DatagramChannel opened = channel;
        if (opened != null) {
            opened.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        if (over) {
            packet.release();
        } else {
            events.onDatagram(Chunk.of(DatagramBuffers.fitted(ctx.alloc(), packet.content())));
        }
    }

    /** On a connected socket this is what ICMP says of the endpoint, or what could not be sent, such as a datagram that is too long. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        boolean unreachable = cause instanceof PortUnreachableException
                || (cause instanceof IOException
                        && (text.contains("refused") || text.contains("nreachable") || text.contains("No route")));
        if (!over && unreachable) {
            events.onUnreachable(text);
        }
    }
}
