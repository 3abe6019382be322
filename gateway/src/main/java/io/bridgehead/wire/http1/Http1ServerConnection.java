package io.bridgehead.wire.http1;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerConnectionEvents;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.flow.Deadline;
import io.bridgehead.wire.flow.Ending;
import io.bridgehead.wire.flow.Farewell;
import io.bridgehead.wire.flow.InputEnd;
import io.bridgehead.wire.flow.Intake;
import io.bridgehead.wire.flow.Outbox;
import io.bridgehead.wire.guard.Fault;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection of a server (RFC 9112): one exchange after another, pipelined requests waiting for their turn unread.
 *
 * <p><b>State</b>: reading a head; an exchange under way; LINGERING, when the last answer is sent: see {@link Farewell}.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Http1ServerConnection extends ChannelInboundHandlerAdapter implements HttpServerConnection {
    private static final long LINGER_MILLIS = 2_000;

    private final Loop loop;
    private final Channel channel;
    private final WireLimits limits;
    private final RequestHandler handler;
    private final ServerConnectionEvents events;
    private final HeadIntake heads;
    private final BodyReader body;
    private final BodyPace pace;
    private final BodyWriter bodyWriter = new BodyWriter();
    private final Outbox outbox;
    private final Intake intake;
    private final Deadline deadline;
    private final Ending ending;
    private @Nullable ByteBuf in;
    private @Nullable ServerExchange exchange;
    private boolean processing;
    private boolean draining;
    private @Nullable Farewell farewell;
    private boolean lingering;
    private boolean inputEnded;
    private boolean closed;
    private boolean headBegun;
    private long dropped;

    private Http1ServerConnection(
            Loop loop, Channel channel, WireLimits limits, RequestHandler handler, ServerConnectionEvents events) {
        this.loop = loop;
        this.channel = channel;
        this.limits = limits;
        this.handler = handler;
        this.events = events;
        this.heads = new HeadIntake(limits, channel.pipeline().get(SslHandler.class) == null ? "http" : "https");
        this.body = new BodyReader(limits, true);
        this.pace = new BodyPace(limits);
        channel.pipeline().addLast(this);
        this.ending = new Ending(events);
        this.outbox = new Outbox(loop, channel.pipeline().context(this), limits, this::becameWritable, ending::unread);
        this.intake = new Intake(channel, limits.bufferedBytesMax());
        this.deadline = new Deadline(loop, this::expired);
    }

    /** Serves a channel; see {@link HttpServerConnection#http1}. */
    public static HttpServerConnection install(
            Loop loop, Channel channel, WireLimits limits, RequestHandler handler, ServerConnectionEvents events) {
        assert loop.isCurrent();
        Http1ServerConnection connection = new Http1ServerConnection(loop, channel, limits, handler, events);
        connection.deadline.in(connection.ending.idleMillis(limits.idleMillis()));
        return connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        events.onBytesReceived();
        if (lingering || closed) {
            bytes.release();
            return;
        }
        ByteBuf before = in;
        in = before == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, bytes);
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
        try {
            while (!lingering && !closed && step()) {
                assert processing;
            }
        } finally {
            processing = false;
        }
        ByteBuf rest = in;
        if (rest != null && (!rest.isReadable() || lingering || closed)) {
            in = null;
            rest.release();
        }
        if (inputEnded && !lingering && !closed) {
            allInputRead();
        }
    }

    /** Nothing more comes from the client, and what came has been given on. */
    private void allInputRead() {
        ServerExchange current = exchange;
        if (current == null) {
            outbox.close();
        } else if (!current.requestEnded() && body.endsWithConnection()) {
            body.connectionEnded();
            guarded(current, () -> current.deliver(Chunk.empty(), true));
        }
    }

    private boolean step() {
        ByteBuf bytes = in;
        if (bytes == null || !bytes.isReadable()) {
            return false;
        }
        ServerExchange current = exchange;
        if (current == null) {
            return readHead(bytes);
        }
        if (!current.requestEnded()) {
            return readBody(current, bytes);
        }
        if (bytes.readableBytes() > limits.bufferedBytesMax()) {
            intake.hold(true);
        }
        return false;
    }

    private boolean readHead(ByteBuf bytes) {
        RequestHead head = heads.next(bytes);
        if (head != null) {
            begin(head);
            return true;
        }
        Fault fault = heads.fault();
        if (fault != null) {
            refuse(fault);
        } else if (!headBegun && bytes.isReadable()) {
            headBegun = true;
            deadline.in(limits.headMillis());
        }
        return false;
    }

    private void begin(RequestHead head) {
        headBegun = false;
        FieldLines lines = heads.reader().lines();
        if (head.isConnect()) {
            body.untilClose();
        } else if (lines.chunked()) {
            body.chunked();
        } else {
            body.sized(Math.max(0, lines.contentLength()));
        }
        boolean end = body.isDone();
        dropped = 0;
        pace.start();
        deadline.in(end ? 0 : pace.checkMillis());
        ServerExchange started = new ServerExchange(this, head, heads.reader(), end);
        exchange = started;
        try {
            StreamEvents receiver = handler.onRequest(started, head, end && !head.isWebSocket());
            started.receiver(receiver);
        } catch (RuntimeException e) {
            failed(started, e);
        }
    }

    private void failed(ServerExchange current, RuntimeException failure) {
        handler.onRefused(Refusal.INTERNAL, failure.toString());
        current.answerFailure();
    }

    private boolean readBody(ServerExchange current, ByteBuf bytes) {
        boolean wanted = current.wantsRequest();
        BodyReader.Step step = body.next(bytes);
        try {
            switch (step) {
                case NEED_MORE -> {
                    return false;
                }
                case PIECE, LAST_PIECE -> {
                    ByteBuf piece = body.takePiece();
                    int size = piece.readableBytes();
                    pace.count(size);
                    if (wanted) {
                        intake.received(size);
                    }
                    current.deliver(Chunk.of(piece), step == BodyReader.Step.LAST_PIECE);
                    return afterDrop(current, wanted ? 0 : size);
                }
                case END -> {
                    current.deliverTrailers(body.trailers());
                    return afterDrop(current, 0);
                }
                case BROKEN ->
                    brokenBody(current, Fault.bad("body: not chunked as announced"), StreamReset.PROTOCOL_ERROR);
            }
        } catch (RuntimeException e) {
            failed(current, e);
        }
        return true;
    }

    private boolean afterDrop(ServerExchange current, int size) {
        if (current.wantsRequest() || closed) {
            return true;
        }
        dropped += size;
        if (current.requestEnded()) {
            if (exchange == current) {
                next(current);
            }
        } else if (dropped > limits.unreadBodyMax()) {
            linger();
        }
        return true;
    }

    private void brokenBody(ServerExchange current, Fault fault, StreamReset reset) {
        boolean answer = !current.headSent();
        boolean wanted = current.wantsRequest();
        current.cut(reset);
        exchange = null;
        if (answer) {
            refuse(fault);
        } else if (wanted) {
            closeNow(bodyWriter.framing() == BodyWriter.Framing.UNTIL_CLOSE);
        } else {
            linger();
        }
    }

    /** From here on all that comes is for the exchange under way, also what has come already. */
    void switched() {
        body.untilClose();
        intake.hold(false);
        process();
    }

    /** The answer of this exchange has been written. */
    void exchangeEnded(ServerExchange ended) {
        intake.forget();
        if (exchange != ended || closed) {
            return;
        }
        if (ended.requestEnded()) {
            next(ended);
            process();
        } else if (!ended.persistent() || inputEnded) {
            linger();
        } else {
            deadline.in(limits.headMillis());
            process();
        }
    }

    private void next(ServerExchange ended) {
        exchange = null;
        if (!ended.persistent() || draining) {
            ending.because(draining ? CloseReason.DRAINED : CloseReason.DONE);
            if (in == null || !in.isReadable()) {
                lingering = true;
                outbox.close();
                deadline.in(LINGER_MILLIS);
            } else {
                linger();
            }
            return;
        }
        intake.hold(false);
        deadline.in(ending.idleMillis(limits.idleMillis()));
    }

    private void refuse(Fault fault) {
        handler.onRefused(fault.refusal(), fault.detail());
        ending.because(fault.refusal());
        HeadWriter.refusal(fault, outbox.gather());
        linger();
    }

    private void linger() {
        if (!lingering && !closed) {
            ending.because(CloseReason.DONE);
            lingering = true;
            exchange = null;
            intake.forget();
            intake.hold(false);
            if (inputEnded) {
                deadline.in(LINGER_MILLIS);
            } else {
                deadline.stop();
                farewell = Farewell.begin(loop, channel);
            }
            outbox.close();
        }
    }

    /** Ends the connection at once; {@code abruptly} when a plain end could be taken for the end of the body. */
    void closeNow(boolean abruptly) {
        ending.because(CloseReason.DONE);
        exchange = null;
        if (abruptly && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            outbox.kill();
        } else {
            outbox.flushNow();
            outbox.kill();
        }
        channel.close();
    }

    private void expired() {
        ServerExchange current = exchange;
        if (lingering || (current == null && !headBegun)) {
            ending.because(CloseReason.IDLE);
            outbox.close();
        } else if (current == null) {
            refuse(new Fault(
                    Refusal.HEAD_TIMEOUT,
                    "head: not complete within " + limits.headMillis() + " ms of its first byte"));
        } else if (!current.wantsRequest()) {
            linger();
        } else if (!current.headSent() && !current.requestEnded()) {
            checkBodyRate(current);
        }
    }

    private void checkBodyRate(ServerExchange current) {
        if (!pace.isSlow(intake.isPaused() || current.continueAwaited())) {
            deadline.in(pace.checkMillis());
            return;
        }
        Fault slow = new Fault(
                Refusal.BODY_TIMEOUT, "body: slower than " + limits.bodyBytesPerSecondMin() + " bytes a second");
        brokenBody(current, slow, StreamReset.TIMEOUT);
    }

    private void becameWritable() {
        ServerExchange current = exchange;
        if (current != null) {
            guarded(current, current::becameWritable);
        }
    }

    private void guarded(ServerExchange current, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            failed(current, e);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!InputEnd.is(event) || inputEnded || farewell != null) {
            return;
        }
        inputEnded = true;
        ServerExchange current = exchange;
        if (lingering) {
            outbox.close();
        } else if (current == null) {
            process();
        } else if (!current.requestEnded()) {
            if (body.endsWithConnection() && !InputEnd.isCutOff(channel, event)) {
                process();
            } else {
                guarded(current, () -> current.cut(StreamReset.CONNECTION_LOST));
                closeNow(true);
            }
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
        closed = true;
        deadline.stop();
        outbox.kill();
        if (!processing) {
            process();
        }
        ServerExchange current = exchange;
        exchange = null;
        if (current != null) {
            guarded(current, () -> current.cut(StreamReset.PEER_RESET));
        }
        events.onClosed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        channel.close();
    }

    @Override
    public void hurryIdle() {
        if (exchange == null && !headBegun && !lingering) {
            deadline.in(ending.idleMillis(limits.idleMillis()));
        }
    }

    @Override
    public void drain() {
        draining = true;
        if (exchange == null && !headBegun && !lingering) {
            ending.because(CloseReason.DRAINED);
            outbox.close();
        }
    }

    @Override
    public void retire() {
        draining = true;
        ending.because(CloseReason.AGE);
    }

    @Override
    public void close() {
        ending.because(CloseReason.DRAINED);
        Farewell begun = farewell;
        if (begun == null) {
            channel.close();
        } else {
            begun.over();
        }
    }

    @Override
    public int activeStreams() {
        return exchange == null ? 0 : 1;
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public void ping(LongConsumer roundTripNanos) {
        // HTTP/1.1 has nothing to measure with
    }

    boolean mayPersist() {
        return !draining && !ending.isPressed();
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
