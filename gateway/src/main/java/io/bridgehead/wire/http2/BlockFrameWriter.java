package io.bridgehead.wire.http2;

import io.bridgehead.loop.TurnBuffers;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.hpack.FieldBlockWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import org.jspecify.annotations.Nullable;

/**
 * Writes HEADERS and small DATA frames of one loop turn one behind the other into one buffer, which {@link #push} gives to the channel: one
 * write, and one TLS record, of many frames. Every other frame goes its usual way behind what has gathered. A frame in the buffer counts as
 * sent.
 *
 * <p>A long DATA frame fills a TLS record together with its header and no more: the other side then finds whole frames in what it decrypts,
 * and passes them on without putting records together first.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class BlockFrameWriter extends DefaultHttp2FrameWriter {
    /** DATA of so many bytes or fewer is copied behind what has gathered. */
    static final int COPIED_MAX = 2048;

    private static final int BUFFER_MAX = 32 * 1024;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int HEADER_LENGTH = 9;
    private static final int RECORD_MAX = 16 * 1024;
    private static final int DATA_MAX = RECORD_MAX - HEADER_LENGTH;

    private final FieldBlockWriter block = new FieldBlockWriter();
    private final HeadSettings headSettings = new HeadSettings();
    private final TurnBuffers buffers;
    private @Nullable ByteBuf gathered;
    private @Nullable ByteBuf pushed;

    /** @param buffers those of the connection's loop */
    BlockFrameWriter(TurnBuffers buffers) {
        this.buffers = buffers;
    }

    /** What the peer allows of heads. */
    @OwnedBy(Owner.EVENT_LOOP)
    private final class HeadSettings implements Http2HeadersEncoder.Configuration {
        private long tableMax = 4096;
        private long listMax = Long.MAX_VALUE;

        @Override
        public void maxHeaderTableSize(long max) {
            tableMax = max;
            block.capacityAllowed(max);
        }

        @Override
        public long maxHeaderTableSize() {
            return tableMax;
        }

        @Override
        public void maxHeaderListSize(long max) {
            listMax = max;
        }

        @Override
        public long maxHeaderListSize() {
            return listMax;
        }
    }

    @Override
    public Http2HeadersEncoder.Configuration headersConfiguration() {
        return headSettings;
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        OutgoingHeaders head = OutgoingHeaders.of(headers);
        if (head.isLargerThan(headSettings.listMax)) {
            return promise.setFailure(Http2Exception.streamError(
                    streamId,
                    Http2Error.PROTOCOL_ERROR,
                    "head: larger than the peer's %d bytes",
                    headSettings.listMax));
        }
        block.begin();
        head.writeTo(block);
        int rest = block.length();
        int first = Math.min(rest, maxFrameSize());
        int flags = (endStream ? END_STREAM : 0) | (first == rest ? END_HEADERS : 0);
        frame(ctx, Http2FrameTypes.HEADERS, flags, streamId, 0, first);
        for (int from = first; from < rest; from += maxFrameSize()) {
            int size = Math.min(rest - from, maxFrameSize());
            boolean last = from + size == rest;
            frame(ctx, Http2FrameTypes.CONTINUATION, last ? END_HEADERS : 0, streamId, from, size);
        }
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        return writeHeaders(ctx, streamId, headers, padding, endStream, promise);
    }

    private void frame(ChannelHandlerContext ctx, byte type, int flags, int streamId, int from, int size) {
        ByteBuf out = room(ctx, HEADER_LENGTH + size);
        header(out, size, type, flags, streamId);
        out.writeBytes(block.block(), from, size);
    }

    private static void header(ByteBuf out, int length, byte type, int flags, int streamId) {
        out.writeInt(length << Byte.SIZE | type);
        out.writeByte(flags);
        out.writeInt(streamId);
    }

    @Override
    public ChannelFuture writeData(
            ChannelHandlerContext ctx,
            int streamId,
            ByteBuf data,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        if (padding > 0) {
            push(ctx);
            return super.writeData(ctx, streamId, data, padding, endStream, promise);
        }
        while (data.readableBytes() > DATA_MAX) {
            writeData(ctx, streamId, data.readRetainedSlice(DATA_MAX), false, ctx.newPromise());
        }
        return writeData(ctx, streamId, data, endStream, promise);
    }

    private ChannelFuture writeData(
            ChannelHandlerContext ctx, int streamId, ByteBuf data, boolean endStream, ChannelPromise promise) {
        int size = data.readableBytes();
        if (size <= COPIED_MAX) {
            smallData(ctx, streamId, data, endStream);
            return promise.setSuccess();
        }
        header(room(ctx, HEADER_LENGTH), size, Http2FrameTypes.DATA, endStream ? END_STREAM : 0, streamId);
        push(ctx);
        return ctx.write(data, promise);
    }

    /** Writes a DATA frame of at most {@link #COPIED_MAX} bytes, taking them over. */
    void smallData(ChannelHandlerContext ctx, int streamId, ByteBuf data, boolean endStream) {
        int size = data.readableBytes();
        ByteBuf out = room(ctx, HEADER_LENGTH + size);
        header(out, size, Http2FrameTypes.DATA, endStream ? END_STREAM : 0, streamId);
        out.writeBytes(data);
        data.release();
    }

    private ByteBuf room(ChannelHandlerContext ctx, int more) {
        ByteBuf buffer = gathered;
        if (buffer != null && buffer.readableBytes() + more > BUFFER_MAX) {
            push(ctx);
            buffer = null;
        }
        if (buffer == null) {
            buffer = buffers.take(ctx.alloc());
            gathered = buffer;
        }
        return buffer;
    }

    /** Gives what has gathered to the channel. */
    void push(ChannelHandlerContext ctx) {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            flushed();
            pushed = buffer.retain();
            ctx.write(buffer, ctx.voidPromise());
        }
    }

    /** What was pushed has been flushed. */
    void flushed() {
        ByteBuf buffer = pushed;
        if (buffer != null) {
            pushed = null;
            buffers.give(buffer);
        }
    }

    /** The channel is gone: what has gathered is of no use. */
    void drop() {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            buffer.release();
        }
        flushed();
    }

    @Override
    public ChannelFuture writeRstStream(ChannelHandlerContext ctx, int streamId, long code, ChannelPromise promise) {
        push(ctx);
        return super.writeRstStream(ctx, streamId, code, promise);
    }

    @Override
    public ChannelFuture writeSettings(ChannelHandlerContext ctx, Http2Settings settings, ChannelPromise promise) {
        push(ctx);
        return super.writeSettings(ctx, settings, promise);
    }

    @Override
    public ChannelFuture writeSettingsAck(ChannelHandlerContext ctx, ChannelPromise promise) {
        push(ctx);
        return super.writeSettingsAck(ctx, promise);
    }

    @Override
    public ChannelFuture writePing(ChannelHandlerContext ctx, boolean ack, long data, ChannelPromise promise) {
        push(ctx);
        return super.writePing(ctx, ack, data, promise);
    }

    @Override
    public ChannelFuture writeGoAway(
            ChannelHandlerContext ctx, int lastStreamId, long code, ByteBuf debug, ChannelPromise promise) {
        push(ctx);
        return super.writeGoAway(ctx, lastStreamId, code, debug, promise);
    }

    @Override
    public ChannelFuture writeWindowUpdate(
            ChannelHandlerContext ctx, int streamId, int increment, ChannelPromise promise) {
        push(ctx);
        return super.writeWindowUpdate(ctx, streamId, increment, promise);
    }
}
