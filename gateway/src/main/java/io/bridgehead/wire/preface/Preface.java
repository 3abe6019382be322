package io.bridgehead.wire.preface;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.flow.InputEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Holds the first bytes of an accepted connection back until their reader has understood them; then steps aside, and whoever
 * serves the connection gets what is left of them first.
 *
 * <p><b>Limits</b>: the time given; how many bytes is the reader's to say.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Preface extends ChannelInboundHandlerAdapter {
    private static final int SPARE_MAX = 256;

    private final Channel channel;
    private final Reader reader;
    private final Timer timer;
    private @Nullable ByteBuf held;
    private boolean over;

    private Preface(Loop loop, Channel channel, long millis, Reader reader) {
        this.channel = channel;
        this.reader = reader;
        this.timer = loop.after(millis, this::timedOut);
    }

    /** What a reader makes of the bytes so far. */
    public enum Verdict {
        /** They are not enough. */
        MORE,
        /** They are understood; the reader has moved the reader index behind what nobody else is to see. */
        DONE,
        /** They are refused; the reader closes the connection. */
        REFUSED
    }

    /** Understands first bytes; called on the connection's loop. */
    public interface Reader {
        /** @param held everything that has arrived */
        Verdict read(ByteBuf held);

        /** After {@link Verdict#DONE}, with this handler gone: installs those that serve the connection. */
        void proceed();

        /** The time is over before the bytes were enough; closes the connection. */
        void timedOut();

        /** The client has ended its half, or is gone, before the bytes were enough; closes the connection. */
        void ended();
    }

    /** Begins to read an accepted channel, whose pipeline's end this is, and waits so many milliseconds at most. */
    public static void read(Loop loop, Channel channel, long millis, Reader reader) {
        assert loop.isCurrent();
        channel.pipeline().addLast(new Preface(loop, channel, millis, reader));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (over) {
            bytes.release();
            return;
        }
        ByteBuf before = held;
        ByteBuf all =
                before == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, bytes);
        held = all;
        switch (reader.read(all)) {
            case MORE -> held = before == null ? fitted(ctx, all) : all;
            case DONE -> proceed(all);
            case REFUSED -> end();
        }
    }

    /** A few bytes in the large buffer of a read would pin all of it for as long as they wait. */
    private static ByteBuf fitted(ChannelHandlerContext ctx, ByteBuf bytes) {
        if (bytes.capacity() - bytes.readableBytes() < SPARE_MAX) {
            return bytes;
        }
        ByteBuf copy = ctx.alloc().buffer(bytes.readableBytes()).writeBytes(bytes);
        bytes.release();
        return copy;
    }

    private void proceed(ByteBuf all) {
        over = true;
        held = null;
        timer.cancel();
        channel.pipeline().remove(this);
        try {
            reader.proceed();
        } catch (RuntimeException e) {
            all.release();
            channel.close();
            throw e;
        }
        if (all.isReadable()) {
            channel.pipeline().fireChannelRead(all);
            channel.pipeline().fireChannelReadComplete();
        } else {
            all.release();
        }
    }

    private void timedOut() {
        if (!over) {
            end();
            reader.timedOut();
        }
    }

    private void ended() {
        if (!over) {
            end();
            reader.ended();
        }
    }

    private void end() {
        over = true;
        timer.cancel();
        ByteBuf bytes = held;
        held = null;
        if (bytes != null) {
            bytes.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (InputEnd.is(event)) {
            ended();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
