package io.bridgehead.wire.flow;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The end of an accepted connection whose client may still be sending: stands nearest to the socket, drops what comes in, and makes of closes
 * an end of the output alone. A plain close with input unread is a reset, by which the client can lose the last words, such as the answer or
 * the GOAWAY that says why (RFC 9112, section 9.6). It stands before TLS, because an engine that has said close_notify reads no more,
 * and takes what it had already for the end of the input.
 *
 * <p><b>Limits</b>: {@value #MILLIS_MAX} ms from the end of the output on, and {@value #BYTES_MAX} bytes; past either, or when both sides have
 * ended, the connection is closed.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Farewell extends ChannelDuplexHandler {
    private static final long MILLIS_MAX = 2_000;
    private static final int BYTES_MAX = 1 << 20;

    private final Deadline deadline;
    private @Nullable ChannelHandlerContext ctx;
    private boolean outputEnded;
    private boolean inputEnded;
    private boolean over;
    private int dropped;

    private Farewell(Loop loop) {
        this.deadline = new Deadline(loop, this::over);
    }

    /**
     * Begins; the owner closes the channel behind its last words, once or more, sees to it that they do not wait for ever, and calls
     * {@link #over} if it cannot wait.
     */
    public static Farewell begin(Loop loop, Channel channel) {
        Farewell farewell = new Farewell(loop);
        channel.pipeline().addFirst(farewell);
        return farewell;
    }

    /** As {@link #begin}, for few last words: a client that does not take them has no more time than one that still sends. */
    public static Farewell brief(Loop loop, Channel channel) {
        Farewell farewell = begin(loop, channel);
        farewell.deadline.in(MILLIS_MAX);
        return farewell;
    }

    /** Closes now. */
    public void over() {
        over = true;
        ChannelHandlerContext present = ctx;
        if (present != null) {
            present.close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        ctx = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext read, Object message) {
        dropped += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (dropped > BYTES_MAX) {
            over();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext read, Object event) {
        if (!InputEnd.is(event)) {
            read.fireUserEventTriggered(event);
        } else if (outputEnded) {
            over();
        } else {
            inputEnded = true;
        }
    }

    @Override
    public void close(ChannelHandlerContext closing, ChannelPromise promise) {
        if (over || inputEnded || !(closing.channel() instanceof DuplexChannel channel)) {
            closing.close(promise);
            return;
        }
        promise.trySuccess();
        if (!outputEnded) {
            outputEnded = true;
            deadline.in(MILLIS_MAX);
            channel.shutdownOutput();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        deadline.stop();
    }
}
