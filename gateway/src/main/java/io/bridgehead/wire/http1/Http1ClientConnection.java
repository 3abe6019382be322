package io.bridgehead.wire.http1;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.ClientConnectionEvents;
import io.bridgehead.wire.ClientStream;
import io.bridgehead.wire.HttpClientConnection;
import io.bridgehead.wire.ResponseEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.flow.Deadline;
import io.bridgehead.wire.flow.InputEnd;
import io.bridgehead.wire.flow.Intake;
import io.bridgehead.wire.flow.Outbox;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection of a client (RFC 9112), for one exchange at a time. It is used again only after a complete
 * exchange that gave no
 * reason for doubt: bytes that nobody asked for, an answer before the request's end, or an unknown protocol change
 * close it.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Http1ClientConnection extends ChannelInboundHandlerAdapter implements HttpClientConnection {
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final int SPARE_BYTES = 256;

    private final Loop loop;
    private final Channel channel;
    private final WireLimits limits;
    private final ClientConnectionEvents events;
    private final HeadScanner scanner = new HeadScanner();
    private final ResponseHeadReader heads;
    private final BodyReader body;
    private final BodyWriter bodyWriter = new BodyWriter();
    private final Outbox outbox;
    private final Intake intake;
    private final Deadline deadline;
    private final ReceivedBytes in = new ReceivedBytes();
    private @Nullable ClientExchange exchange;
    private boolean inBody;
    private boolean keepAlive;
    private boolean processing;
    private boolean draining;
    private boolean inputEnded;
    private boolean used;
    private boolean closed;

    private Http1ClientConnection(Loop loop, Channel channel, WireLimits limits, ClientConnectionEvents events) {
        this.loop = loop;
        this.channel = channel;
        this.limits = limits;
        this.events = events;
        this.heads = new ResponseHeadReader(limits);
        this.body = new BodyReader(limits, false);
        channel.pipeline().addLast(this);
        this.outbox = new Outbox(loop, channel.pipeline().context(this), limits, this::becameWritable, () -> {});
        this.intake = new Intake(channel, limits.bufferedBytesMax());
        this.deadline = new Deadline(loop, channel::close);
    }

    /** Uses a channel; see {@link HttpClientConnection#http1}. */
    public static HttpClientConnection install(
            Loop loop, Channel channel, WireLimits limits, ClientConnectionEvents events) {
        assert loop.isCurrent();
        Http1ClientConnection connection = new Http1ClientConnection(loop, channel, limits, events);
        connection.deadline.in(limits.idleMillis());
        return connection;
    }

    @Override
    public ClientStream open(RequestHead head, boolean end, ResponseEvents receiver) {
        ClientExchange opened = new ClientExchange(this, head, end, receiver);
        if (!canOpen()) {
            loop.execute(() -> opened.cut(StreamReset.REFUSED));
            return opened;
        }
        exchange = opened;
        deadline.clear();
        if (head.isConnect() || !opened.begin(head, end)) {
            loop.execute(() -> broken(opened, StreamReset.INTERNAL));
        }
        return opened;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        events.onBytesReceived();
        if (exchange == null || closed) {
            bytes.release();
            channel.close();
            return;
        }
        in.add(ctx, bytes);
        loop.stopClock();
        try {
            process();
        } finally {
            loop.startClock();
        }
    }

    private void process() {
        if (processing) {
            return;
        }
        processing = true;
        ClientExchange current = exchange;
        try {
            while (current != null && current == exchange && !closed && step(current)) {
                assert processing;
            }
        } catch (RuntimeException e) {
            if (current != null) {
                broken(current, StreamReset.INTERNAL);
            }
        } finally {
            processing = false;
        }
        if (exchange == null || closed) {
            in.drop();
        } else {
            in.tidy();
        }
        if (current != null && current != exchange && !closed && exchange == null && channel.isActive() && canOpen()) {
            deadline.in(limits.idleMillis());
            events.onIdle(this);
        }
    }

    private boolean step(ClientExchange current) {
        ByteBuf bytes = in.readable();
        if (bytes == null) {
            return false;
        }
        if (!inBody) {
            return readHead(current, bytes);
        }
        BodyReader.Step step = body.next(bytes);
        switch (step) {
            case NEED_MORE -> {
                return false;
            }
            case PIECE, LAST_PIECE -> {
                ByteBuf piece = body.takePiece();
                boolean last = step == BodyReader.Step.LAST_PIECE;
                intake.received(piece.readableBytes());
                if (last) {
                    endExchange(current, bytes);
                }
                current.deliver(Chunk.of(piece), last);
            }
            case END -> {
                endExchange(current, bytes);
                current.deliverTrailers(body.trailers());
            }
            case BROKEN -> broken(current, StreamReset.PROTOCOL_ERROR);
        }
        return true;
    }

    private boolean readHead(ClientExchange current, ByteBuf bytes) {
        int length = scanner.find(bytes, limits.headBytesMax());
        if (length == HeadScanner.NEED_MORE) {
            return false;
        }
        if (length == HeadScanner.TOO_LARGE) {
            broken(current, StreamReset.PROTOCOL_ERROR);
            return false;
        }
        byte[] text = new byte[length + SPARE_BYTES];
        bytes.readBytes(text, 0, length);
        ResponseHead head = heads.read(text, length);
        if (head == null || (head.switchesProtocol() && !current.isAccepted(head, heads.lines()))) {
            broken(current, StreamReset.PROTOCOL_ERROR);
        } else if (head.switchesProtocol()) {
            keepAlive = false;
            inBody = true;
            body.untilClose();
            current.switches(head);
        } else if (head.isInformational()) {
            if (!current.informational(head, limits.informationalMax())) {
                broken(current, StreamReset.PROTOCOL_ERROR);
            }
        } else {
            respond(current, head, bytes);
        }
        return true;
    }

    private void respond(ClientExchange current, ResponseHead head, ByteBuf bytes) {
        // whoever refuses an upgrade may yet take what comes next for its bytes
        keepAlive = heads.keepAlive() && !current.isUpgrade();
        FieldLines lines = heads.lines();
        if (current.isHead() || head.status() == NO_CONTENT || head.status() == NOT_MODIFIED) {
            body.sized(0);
        } else if (lines.chunked()) {
            body.chunked();
        } else if (lines.contentLength() >= 0) {
            body.sized(lines.contentLength());
        } else {
            body.untilClose();
            keepAlive = false;
        }
        if (head.status() == NO_CONTENT) {
            head.fields().removeAll(HeaderName.CONTENT_LENGTH); // RFC 9110, section 8.6: not even 0
        }
        boolean end = body.isDone();
        inBody = !end;
        if (end) {
            endExchange(current, bytes);
        }
        current.respond(head, end);
    }

    /** The answer is complete: the connection is free for another exchange, or closes. */
    private void endExchange(ClientExchange ended, ByteBuf rest) {
        inBody = false;
        used = true;
        exchange = null;
        intake.forget();
        if (!keepAlive || draining || !ended.requestEnded() || rest.isReadable()) {
            closeNow();
        }
    }

    /** The exchange failed, and the connection with it. */
    void broken(ClientExchange failed, StreamReset reset) {
        if (exchange == failed) {
            exchange = null;
            if (failed.isSwitched() && channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            closeNow();
        }
        failed.cut(reset);
    }

    private void closeNow() {
        draining = true;
        outbox.kill();
        channel.close();
    }

    /** Both halves go on as bytes; this one has ended. */
    void outputEnds(ClientExchange ending, boolean both) {
        if (exchange != ending) {
            return;
        }
        if (both) {
            exchange = null;
            draining = true;
            outbox.close();
        } else {
            outbox.endOutput();
        }
    }

    /** The server has sent all that it will send. */
    private void inputEnded() {
        ClientExchange current = exchange;
        if (current == null || !inBody || !body.endsWithConnection()) {
            lost();
            return;
        }
        body.connectionEnded();
        if (!current.isSwitched()) {
            exchange = null;
            closeNow();
        } else if (current.requestEnded()) {
            outputEnds(current, true);
        }
        current.deliver(Chunk.empty(), true);
    }

    /** The connection is of no use any more, and its end is not that of an answer. */
    private void lost() {
        ClientExchange current = exchange;
        if (current == null) {
            closeNow();
        } else {
            StreamReset reset =
                    used && !current.answerBegun() && in.isEmpty() ? StreamReset.STALE : StreamReset.CONNECTION_LOST;
            broken(current, reset);
        }
    }

    private void becameWritable() {
        ClientExchange current = exchange;
        if (current == null) {
            return;
        }
        try {
            current.becameWritable();
        } catch (RuntimeException e) {
            broken(current, StreamReset.INTERNAL);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (inputEnded || !InputEnd.is(event)) {
            return;
        }
        inputEnded = true;
        if (InputEnd.isOfBoth(channel)) {
            outbox.shut();
        }
        if (InputEnd.isCutOff(channel, event)) {
            lost();
        } else {
            inputEnded();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        outbox.writabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (closed) {
            return;
        }
        lost();
        closed = true;
        deadline.stop();
        if (!processing) {
            process();
        }
        events.onClosed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        ctx.close();
    }

    @Override
    public boolean canOpen() {
        return exchange == null && !draining && !closed && channel.isActive();
    }

    @Override
    public int activeStreams() {
        return exchange == null ? 0 : 1;
    }

    @Override
    public int streamsMax() {
        return 1;
    }

    @Override
    public void ping(LongConsumer roundTripNanos) {
        // HTTP/1.1 has nothing to measure with
    }

    @Override
    public void drain() {
        if (exchange == null) {
            closeNow();
        } else {
            draining = true;
        }
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public Channel channel() {
        return channel;
    }

    Outbox outbox() {
        return outbox;
    }

    Intake intake() {
        return intake;
    }

    BodyWriter bodyWriter() {
        return bodyWriter;
    }
}
