package io.bridgehead.wire.http2;

import io.bridgehead.loop.Flushable;
import io.bridgehead.loop.Loop;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WindowBudget;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.flow.InputEnd;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Netty's HTTP/2 connection handler with this product's way of sending: frames written during a loop turn leave by one flush at its end,
 * and streams learn that they are writable only after that flush, never from inside it.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class Http2Link extends Http2ConnectionHandler implements Flushable {
    private static final WriteBufferWaterMark SOCKET_PENDING = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    private final Loop loop;
    private final WireLimits limits;
    private final Http2Connection.PropertyKey exchangeKey;
    private final BlockFrameWriter frames;
    private final FrameAccount account;
    private final Pings pings;
    private final LinkEnd ending;
    private final ArrayDeque<Http2Exchange> writables = new ArrayDeque<>();
    private final ArrayDeque<Http2Exchange> abandoned = new ArrayDeque<>();
    private final @Nullable StreamWindows windows;
    private @Nullable LinkUser user;
    private @Nullable ChannelHandlerContext ctx;
    private boolean dirty;
    private boolean reading;
    private boolean failing;
    private boolean closed;

    /** What {@link LinkBuilder} has put into the codec and the link uses as well. */
    record Parts(
            WireLimits limits,
            @Nullable WindowBudget budget,
            Http2Connection.PropertyKey exchangeKey,
            BlockFrameWriter frames,
            FrameAccount account) {}

    Http2Link(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Loop loop,
            Parts parts) {
        super(decoder, encoder, settings, false, false);
        this.loop = loop;
        this.limits = parts.limits();
        this.exchangeKey = parts.exchangeKey();
        this.frames = parts.frames();
        this.account = parts.account();
        this.pings = new Pings(loop);
        this.ending = new LinkEnd(this, loop);
        WindowBudget budget = parts.budget();
        this.windows = budget == null ? null : new StreamWindows(loop, this, budget, limits.streamWindow());
    }

    /** Puts the handler into the channel and sends the preface. */
    void install(Channel channel, LinkUser receiver) {
        user = receiver;
        account.tell(receiver);
        LinkFrames frames = new LinkFrames(this, receiver);
        decoder().frameListener(frames);
        connection().addListener(frames);
        channel.config().setWriteBufferWaterMark(SOCKET_PENDING);
        channel.pipeline().addLast(this);
        try {
            Http2LocalFlowController flow = connection().local().flowController();
            Http2Stream all = connection().connectionStream();
            int more = limits.connectionWindow() - Math.max(0, flow.windowSize(all));
            if (more > 0) {
                flow.incrementWindowSize(all, more);
            }
        } catch (Http2Exception e) {
            channel.close();
        }
        markDirty();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        ctx = added;
        super.handlerAdded(added);
    }

    WireLimits limits() {
        return limits;
    }

    Http2Connection.PropertyKey exchangeKey() {
        return exchangeKey;
    }

    /** Windows that grow and shrink; null where they are fixed. */
    @Nullable
    StreamWindows windows() {
        return windows;
    }

    FrameAccount account() {
        return account;
    }

    long windowBytes() {
        return windows == null ? 0 : windows.bytes();
    }

    Pings pings() {
        return pings;
    }

    /** How the link ends. */
    LinkEnd ending() {
        return ending;
    }

    boolean isClosed() {
        return closed;
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext present = ctx;
        if (present == null) {
            throw new IllegalStateException("the handler is not in a pipeline");
        }
        return present;
    }

    /** Writes a head; the result is failed at once when it cannot be encoded. */
    ChannelFuture writeHeaders(Http2Stream stream, OutgoingHeaders headers, boolean end) {
        markDirty();
        return encoder()
                .writeHeaders(context(), stream.id(), headers, 0, end, context().newPromise());
    }

    /** Opens a stream with a head; null when Netty refuses it. */
    @Nullable
    Http2Stream open(OutgoingHeaders headers, boolean end) {
        markDirty();
        int id = connection().local().incrementAndGetNextStreamId();
        if (id < 0) {
            return null;
        }
        ChannelFuture written =
                encoder().writeHeaders(context(), id, headers, 0, end, context().newPromise());
        return written.cause() == null ? connection().stream(id) : null;
    }

    void writeData(Http2Stream stream, ByteBuf bytes, boolean end) {
        markDirty();
        int size = bytes.readableBytes();
        account.sent(size);
        if (size > BlockFrameWriter.COPIED_MAX || !mayPass(stream, size)) {
            encoder().writeData(context(), stream.id(), bytes, 0, end, context().newPromise());
            return;
        }
        frames.smallData(context(), stream.id(), bytes, end);
        if (end) {
            closeStreamLocal(stream, context().newSucceededFuture());
        }
    }

    /**
     * Takes so many bytes from the windows, so that they may be sent without being queued; false when something of this stream waits already,
     * a window is too small, or the socket does not keep up.
     */
    private boolean mayPass(Http2Stream stream, int size) {
        Http2RemoteFlowController flow = encoder().flowController();
        Http2Stream all = connection().connectionStream();
        if (!stream.state().localSideOpen()
                || flow.hasFlowControlled(stream)
                || flow.windowSize(stream) < size
                || flow.windowSize(all) < size
                || !context().channel().isWritable()) {
            return false;
        }
        try {
            if (size > 0) {
                flow.incrementWindowSize(all, -size);
                flow.incrementWindowSize(stream, -size);
            }
            return true;
        } catch (Http2Exception e) {
            failed(e);
            return false;
        }
    }

    void writeReset(Http2Stream stream, long code) {
        if (!closed && stream.state() != Http2Stream.State.CLOSED) {
            markDirty();
            account.unwanted().reset(stream, code);
            sendPending();
            encoder().writeRstStream(context(), stream.id(), code, context().newPromise());
        }
    }

    /** Data that only waits for the end of the loop's turn goes before a reset: behind it the peer must not get any. */
    private void sendPending() {
        try {
            encoder().flowController().writePendingBytes();
        } catch (Http2Exception e) {
            onError(context(), true, e);
        }
    }

    /** The peer broke the rules on this stream: it is reset, and its user told. */
    void malformed(Http2Exchange exchange) {
        Http2Stream stream = exchange.stream();
        if (stream != null) {
            writeReset(stream, Http2Error.PROTOCOL_ERROR.code());
        }
        exchange.cut(StreamReset.PROTOCOL_ERROR);
    }

    void consumed(Http2Exchange exchange, Http2Stream stream, int bytes) {
        try {
            int unconsumed =
                    Math.min(bytes, connection().local().flowController().unconsumedBytes(stream));
            if (closed || unconsumed == 0) {
                return;
            }
            if (connection().local().flowController().consumeBytes(stream, unconsumed)) {
                markDirty();
            }
            if (windows != null) {
                windows.consumed(exchange, stream, unconsumed);
            }
        } catch (Http2Exception e) {
            failed(e);
        }
    }

    /** The connection cannot go on. */
    void failed(Http2Exception failure) {
        onError(context(), true, failure);
    }

    /** The node has no memory left for what the consumer of this stream does not take. */
    void overdrawn(Http2Exchange exchange) {
        Http2Stream stream = exchange.stream();
        if (stream != null) {
            writeReset(stream, Http2Error.ENHANCE_YOUR_CALM.code());
        }
        exchange.cut(StreamReset.OVERDRAWN);
    }

    /** Has all windows begin with this size, and those of open streams change by the difference (RFC 9113, section 6.9.2). */
    void changeFirstWindow(int bytes) {
        if (!closed) {
            encoder()
                    .writeSettings(
                            context(),
                            new Http2Settings().initialWindowSize(bytes),
                            context().newPromise());
            markDirty();
        }
    }

    /** The other half of this stream is of no use to anybody: it is ended after what has been written. */
    void abandon(Http2Exchange exchange) {
        abandoned.add(exchange);
        markDirty();
    }

    void becameWritable(Http2Exchange exchange) {
        writables.add(exchange);
        markDirty();
    }

    /** Sends a ping. */
    void ping(LongConsumer roundTripNanos) {
        long data = closed ? -1 : pings.send(roundTripNanos);
        if (data >= 0) {
            account.pinged();
            encoder().writePing(context(), false, data, context().newPromise());
            markDirty();
        }
    }

    void markDirty() {
        if (!dirty) {
            dirty = true;
            loop.flushLater(this);
        }
    }

    @Override
    public void flushNow() {
        dirty = false;
        if (closed) {
            writables.clear();
            abandoned.clear();
            return;
        }
        for (@Nullable Http2Exchange next = abandoned.poll(); next != null; next = abandoned.poll()) {
            Http2Stream stream = next.stream();
            if (stream != null) {
                writeReset(stream, Http2Error.NO_ERROR.code());
            }
        }
        send(context());
        for (@Nullable Http2Exchange next = writables.poll(); next != null; next = writables.poll()) {
            try {
                next.fireWritable();
            } catch (RuntimeException e) {
                fail(next, e);
            }
        }
    }

    /** What streams may send now joins what has gathered, and all leaves by one write. */
    private void send(ChannelHandlerContext to) {
        try {
            encoder().flowController().writePendingBytes();
        } catch (Http2Exception e) {
            onError(to, true, e);
        } catch (RuntimeException e) {
            onError(to, true, Http2Exception.connectionError(Http2Error.INTERNAL_ERROR, e, "failed to send"));
        } finally {
            frames.push(to);
            to.flush();
            frames.flushed();
        }
    }

    private void fail(Http2Exchange exchange, RuntimeException failure) {
        LinkUser present = user;
        if (present != null) {
            present.onFailure(exchange, failure);
        }
    }

    @Override
    public void flush(ChannelHandlerContext flushed) {
        if (reading) {
            markDirty();
        } else {
            send(flushed);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext read, Object message) throws Exception {
        LinkUser present = user;
        if (present != null) {
            present.onBytesReceived();
        }
        loop.stopClock();
        try {
            super.channelRead(read, message);
        } finally {
            loop.startClock();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext read) throws Exception {
        reading = true;
        try {
            super.channelReadComplete(read);
        } finally {
            reading = false;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext read, Object event) throws Exception {
        if (!ending.isFarewell() && InputEnd.is(event)) {
            read.channel().close();
        }
        super.userEventTriggered(read, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) throws Exception {
        if (cause instanceof IOException) {
            failed.channel().close();
        } else {
            onError(failed, false, cause);
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext failed, boolean outbound, Throwable cause, @Nullable Http2Exception http) {
        if (failing) {
            return;
        }
        failing = true;
        account.end();
        LinkUser present = user;
        if (present != null) {
            present.onEnding(LimitExceeded.reason(cause));
        }
        if (ending.onFailure()) {
            super.onConnectionError(failed, outbound, cause, http);
            connection().close(failed.voidPromise());
        } else {
            super.onConnectionError(failed, outbound, cause, http);
            if (outbound) {
                failed.flush();
                failed.close();
            }
        }
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext failed, boolean outbound, Throwable cause, Http2Exception.StreamException http) {
        if (!account.settles(http, this)) {
            super.onStreamError(failed, outbound, cause, http);
        }
    }

    @Override
    public void close(ChannelHandlerContext closing, ChannelPromise promise) throws Exception {
        if (ending.isFarewell()) {
            ending.over();
            promise.trySuccess();
        } else {
            super.close(closing, promise);
        }
    }

    /** Ends the connection because the peer keeps it from useful work. */
    void end(CloseReason reason, String detail) {
        onError(context(), true, new LimitExceeded(reason, detail));
    }

    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext read, Http2Stream stream) {
        encoder().writeHeaders(read, stream.id(), OutgoingHeaders.headTooLarge(), 0, true, read.newPromise());
        LinkUser present = user;
        if (present != null) {
            present.onHeadTooLarge();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) throws Exception {
        super.channelInactive(inactive);
        frames.drop();
        LinkUser present = user;
        if (!closed && present != null) {
            closed = true;
            if (windows != null) {
                windows.end();
            }
            present.onClosed();
        }
    }
}
