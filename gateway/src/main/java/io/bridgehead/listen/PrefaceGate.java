package io.bridgehead.listen;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.flow.Deadline;
import io.bridgehead.wire.flow.InputEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Stands before HTTP until the first bytes tell its version: the preface of HTTP/2 (RFC 9113, section 3.4), else HTTP/1.1. The bytes are
 * passed on.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class PrefaceGate extends ChannelInboundHandlerAdapter {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** How long a connection that is drained before its first byte waits for it. */
    private static final long FRESH_MILLIS = 500;

    private final Accepted accepted;
    private final Begin begin;
    private final Deadline deadline;
    private @Nullable ByteBuf seen;
    private boolean decided;

    private PrefaceGate(Accepted accepted, Begin begin) {
        this.accepted = accepted;
        this.begin = begin;
        this.deadline = new Deadline(accepted.loop(), accepted.channel()::close);
    }

    /** Puts the handlers of HTTP at the end of the pipeline. */
    interface Begin {
        void in(boolean http2);
    }

    static void install(Accepted accepted, Begin begin) {
        PrefaceGate gate = new PrefaceGate(accepted, begin);
        accepted.channel().pipeline().addLast("preface-gate", gate);
        accepted.track(new LoopConnections.Open() {
            @Override
            public void drain() {
                if (accepted.connections().isLeaving() && !gate.decided && gate.seen == null) {
                    gate.deadline.in(FRESH_MILLIS);
                } else {
                    gate.end();
                }
            }

            @Override
            public void close() {
                gate.end();
            }
        });
        gate.deadline.in(accepted.parts().limits().idleMillis());
    }

    /** Nothing is under way here; once HTTP has begun it has its own place among the connections. */
    private void end() {
        if (!decided) {
            accepted.channel().close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf before = seen;
        ByteBuf bytes = (ByteBuf) message;
        if (before == null) {
            deadline.in(accepted.parts().limits().headMillis());
        } else {
            bytes = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, bytes);
        }
        seen = bytes;
        boolean possible = isPreface(bytes);
        if (!possible || bytes.readableBytes() >= PREFACE.length) {
            decided = true;
            deadline.stop();
            seen = null;
            begin.in(possible);
            ctx.fireChannelRead(bytes);
            ctx.pipeline().remove(this);
        }
    }

    private static boolean isPreface(ByteBuf bytes) {
        int known = Math.min(bytes.readableBytes(), PREFACE.length);
        for (int i = 0; i < known; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != PREFACE[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (InputEnd.is(event)) {
            ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.stop();
        ByteBuf rest = seen;
        seen = null;
        if (rest != null) {
            rest.release();
        }
    }
}
