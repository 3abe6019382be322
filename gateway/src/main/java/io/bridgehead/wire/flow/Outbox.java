package io.bridgehead.wire.flow;

import io.bridgehead.loop.Flushable;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * What one channel has to send: small writes of one loop turn gather in one buffer, large ones pass uncopied between
 * them, and all
 * leave together at the end of the turn.
 *
 * <p><b>Limits</b>: writes are never refused; {@link #writable()} says when the sender should pause. A channel that is closed goes when the
 * peer has taken all, and by a reset when it has taken nothing for a while.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Outbox implements Flushable {
    private static final int COPIED_MAX = 2048;

    private final Loop loop;
    private final ChannelHandlerContext ctx;
    private final int pendingMax;
    private final long lastBytesMillis;
    private final Runnable onUnread;
    private final Runnable onWritable;
    private @Nullable ByteBuf gathered;
    private @Nullable ByteBuf pushed;
    private boolean dirty;
    private boolean writableWanted;
    private After after = After.NOTHING;
    private boolean ended;
    private boolean closing;
    private boolean dead;
    private boolean shut;

    private enum After {
        NOTHING,
        END_OUTPUT,
        CLOSE
    }

    /**
     * @param ctx of the handler on whose behalf bytes are written
     * @param limits bytes under way before the channel counts as not writable, and the bound of waiting for the last ones
     * @param onWritable called when it is writable again after {@link #writable()} was false
     * @param onUnread called when a channel that was to close is cut because the peer does not take its last bytes
     */
    public Outbox(Loop loop, ChannelHandlerContext ctx, WireLimits limits, Runnable onWritable, Runnable onUnread) {
        this.loop = loop;
        this.ctx = ctx;
        this.pendingMax = limits.bufferedBytesMax();
        this.lastBytesMillis = limits.lastBytesMillis();
        this.onWritable = onWritable;
        this.onUnread = onUnread;
        ctx.channel().config().setWriteBufferWaterMark(new WriteBufferWaterMark(pendingMax / 2, pendingMax));
    }

    /** The buffer of this turn, to write a small number of bytes to at once. */
    public ByteBuf gather() {
        markDirty();
        ByteBuf buffer = gathered;
        if (buffer == null) {
            buffer = loop.buffers().take(ctx.alloc());
            gathered = buffer;
        }
        return buffer;
    }

    /** Sends these bytes after all before, taking ownership. */
    public void write(ByteBuf bytes) {
        int size = bytes.readableBytes();
        if (size == 0 || dead) {
            bytes.release();
        } else if (size <= COPIED_MAX) {
            gather().writeBytes(bytes);
            bytes.release();
        } else {
            pushGathered();
            ctx.write(bytes, ctx.voidPromise());
            markDirty();
        }
    }

    /** Whether more should be written now; when not, the sender is told when again. */
    public boolean writable() {
        ByteBuf buffer = gathered;
        if ((buffer == null || buffer.readableBytes() < pendingMax)
                && ctx.channel().isWritable()) {
            return true;
        }
        writableWanted = true;
        return false;
    }

    /** The peer has ended both directions: of what is written from now on nothing reaches it. */
    public void shut() {
        shut = true;
    }

    /** Whether bytes cannot reach the peer any more, though the channel is open; see {@link InputEnd#isOfBoth}. */
    public boolean isShut() {
        return shut;
    }

    /** To be called when the channel's writability changed. */
    public void writabilityChanged() {
        if (writableWanted && !dead && ctx.channel().isWritable()) {
            writableWanted = false;
            onWritable.run();
        }
    }

    /** Ends this direction of the channel when all before has been sent. */
    public void endOutput() {
        if (after == After.NOTHING) {
            after = After.END_OUTPUT;
            markDirty();
        }
    }

    /** Closes the channel when all before has been sent, or when the peer takes nothing of it any more. */
    public void close() {
        if (!closing) {
            after = After.CLOSE;
            markDirty();
        }
    }

    /** Drops what has not been given to the channel; nothing is sent any more. */
    public void kill() {
        dead = true;
        ByteBuf buffer = gathered;
        gathered = null;
        if (buffer != null) {
            buffer.release();
        }
        giveBack();
    }

    @Override
    public void flushNow() {
        dirty = false;
        if (dead) {
            kill();
            return;
        }
        pushGathered();
        ctx.flush();
        giveBack();
        switch (after) {
            case NOTHING -> writabilityChanged();
            case END_OUTPUT -> {
                after = After.NOTHING;
                ctx.writeAndFlush(ctx.alloc().buffer(0, 0)).addListener((ChannelFutureListener) Outbox::endOutput);
                ended = true;
            }
            case CLOSE -> closeWhenSent();
        }
    }

    private void closeWhenSent() {
        closing = true;
        after = After.NOTHING;
        LastBytes.close(loop, way(), lastBytesMillis, onUnread);
    }

    /** TLS that has ended takes nothing more, but what it has made of bytes before may still wait. */
    private ChannelHandlerContext way() {
        ChannelHandlerContext tls = ended ? ctx.pipeline().context(SslHandler.class) : null;
        return tls == null ? ctx : tls;
    }

    private static void endOutput(ChannelFuture sent) {
        if (sent.isSuccess()) {
            SslHandler tls = sent.channel().pipeline().get(SslHandler.class);
            if (tls != null) {
                TlsInput.watch(tls, sent.channel().pipeline());
                tls.closeOutbound().addListener(done -> ((DuplexChannel) sent.channel()).shutdownOutput());
            } else {
                ((DuplexChannel) sent.channel()).shutdownOutput();
            }
        }
    }

    private void pushGathered() {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            giveBack();
            pushed = buffer.retain();
            ctx.write(buffer, ctx.voidPromise());
        }
    }

    /** What has been pushed has left, or nobody but the channel needs it any more. */
    private void giveBack() {
        ByteBuf buffer = pushed;
        if (buffer != null) {
            pushed = null;
            loop.buffers().give(buffer);
        }
    }

    private void markDirty() {
        if (!dirty) {
            dirty = true;
            loop.flushLater(this);
        }
    }
}
