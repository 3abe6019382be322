package io.bridgehead.wire;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.flow.InputEnd;
import io.bridgehead.wire.flow.Intake;
import io.bridgehead.wire.flow.Outbox;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;

/**
 * A raw TCP connection as a stream: its end is the end of one direction, both ends together close it. It serves as an
 * accepted
 * stream as well as one that this node opened.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class ByteStream implements ClientStream {
    private final Channel channel;
    private final Outbox outbox;
    private final Intake intake;
    private @Nullable StreamEvents events;
    private boolean received;
    private boolean sent;
    private boolean over;

    private ByteStream(Loop loop, Channel channel, WireLimits limits) {
        this.channel = channel;
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(new Handler());
        ChannelHandlerContext ctx = channel.pipeline().lastContext();
        this.outbox = new Outbox(loop, ctx, limits, this::becameWritable, () -> {});
        this.intake = new Intake(channel, limits.bufferedBytesMax());
    }

    /** Takes over a connected channel. Nothing is read before {@link #start}. */
    public static ByteStream over(Loop loop, Channel channel, WireLimits limits) {
        assert loop.isCurrent();
        return new ByteStream(loop, channel, limits);
    }

    /** Takes over a connected channel and starts reading. */
    public static ByteStream over(Loop loop, Channel channel, WireLimits limits, StreamEvents events) {
        ByteStream stream = over(loop, channel, limits);
        stream.start(events);
        return stream;
    }

    /** Starts reading; called once. */
    public void start(StreamEvents receiver) {
        events = receiver;
        if (channel.isActive()) {
            channel.config().setAutoRead(true);
        } else if (!over) {
            channel.eventLoop().execute(() -> lost(StreamReset.CONNECTION_LOST));
        }
    }

    /** The channel, for its addresses; only for packages that may see Netty. */
    public Channel channel() {
        return channel;
    }

    @Override
    public void sendData(Chunk chunk, boolean end) {
        if (over || sent) {
            chunk.release();
            return;
        }
        StreamEvents receiver = events;
        if (outbox.isShut() && chunk.size() > 0 && receiver != null) {
            chunk.release();
            reset(StreamReset.CONNECTION_LOST);
            receiver.onReset(StreamReset.CONNECTION_LOST);
            return;
        }
        outbox.write(chunk.bytes());
        if (end) {
            endOutput();
        }
    }

    /** Ends this half; raw bytes have no trailers, they are dropped. */
    @Override
    public void sendTrailers(HeaderFields trailers) {
        if (!over && !sent) {
            endOutput();
        }
    }

    /** Sends these last bytes and closes the connection; what still arrives is dropped. */
    public void close(Chunk last) {
        if (over) {
            last.release();
            return;
        }
        over = true;
        if (!sent) {
            outbox.write(last.bytes());
        } else {
            last.release();
        }
        outbox.close();
    }

    private void endOutput() {
        sent = true;
        if (received) {
            over = true;
            outbox.close();
        } else {
            outbox.endOutput();
        }
    }

    @Override
    public boolean writable() {
        return outbox.writable();
    }

    @Override
    public void consumed(int bytes) {
        intake.consumed(bytes);
    }

    /** Ends the connection at once (RST). */
    @Override
    public void reset(StreamReset reset) {
        if (!over) {
            over = true;
            outbox.kill();
            if (channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            channel.close();
        }
    }

    /** Ends the connection for a reason of this node; its user is told {@link StreamReset#REFUSED}. */
    public void abandon() {
        if (over) {
            channel.close();
        } else {
            StreamEvents receiver = events;
            reset(StreamReset.REFUSED);
            if (receiver != null) {
                receiver.onReset(StreamReset.REFUSED);
            }
        }
    }

    private void becameWritable() {
        StreamEvents receiver = events;
        if (!over && !sent && receiver != null) {
            guarded(receiver, receiver::onWritable);
        }
    }

    /** An exception of the user ends its stream and nothing else. */
    private void guarded(StreamEvents receiver, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            failed(receiver);
        }
    }

    private void failed(StreamEvents receiver) {
        if (!over) {
            reset(StreamReset.INTERNAL);
            receiver.onReset(StreamReset.INTERNAL);
        }
    }

    private void lost(StreamReset reset) {
        outbox.kill();
        StreamEvents receiver = events;
        if (!over && receiver != null) {
            over = true;
            receiver.onReset(reset);
        }
    }

    @OwnedBy(Owner.EVENT_LOOP)
    private final class Handler extends ChannelInboundHandlerAdapter {
        private StreamReset cause = StreamReset.CONNECTION_LOST;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            StreamEvents receiver = events;
            if (over || received || receiver == null) {
                bytes.release();
                return;
            }
            intake.received(bytes.readableBytes());
            try {
                receiver.onData(Chunk.of(bytes), false);
            } catch (RuntimeException e) {
                failed(receiver);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            StreamEvents receiver = events;
            if (InputEnd.is(event) && !over && !received && receiver != null) {
                if (InputEnd.isCutOff(channel, event)) {
                    reset(StreamReset.CONNECTION_LOST);
                    receiver.onReset(StreamReset.CONNECTION_LOST);
                    return;
                }
                received = true;
                if (InputEnd.isOfBoth(channel)) {
                    outbox.shut();
                }
                if (sent) {
                    over = true;
                    outbox.close();
                }
                guarded(receiver, () -> receiver.onData(Chunk.empty(), true));
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            outbox.writabilityChanged();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            lost(cause);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
            cause = StreamReset.PEER_RESET;
            ctx.close();
        }
    }
}
