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
import io.bridgehead.wire.flow.InputEnd;
import io.bridgehead.wire.flow.Intake;
import io.bridgehead.wire.flow.Outbox;
import io.bridgehead.wire.guard.Fault;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 connection of a server (RFC 9112): one exchange after another, pipelined requests waiting for their turn unread.
 *
 * <p><b>State</b>: reading a head; an exchange under way; PARTING, when the last answer is sent: see {@link Parting}.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class Http1ServerConnection extends ChannelInboundHandlerAdapter implements HttpServerConnection {
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
    private final ReceivedBytes in = new ReceivedBytes();
    private final Parting parting;
    private final Ending ending;
    private @Nullable ServerExchange exchange;
    private boolean processing;
    private boolean draining;
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
        this.parting = new Parting(loop, channel, outbox, deadline);
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
        if (parting.isBegun() || closed) {
            bytes.release();
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
        try {
            while (!parting.isBegun() && !closed && step()) {
                assert processing;
            }
        } finally {
            processing = false;
        }
        if (parting.isBegun() || closed) {
            in.drop();
        } else {
            in.tidy();
        }
        if (inputEnded && !parting.isBegun() && !closed) {
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
        ByteBuf bytes = in.readable();
        if (bytes == null) {
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
            answer(fault);
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
            if (in.isEmpty()) {
                parting.inOrder();
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
        answer(fault);
    }

    private void answer(Fault fault) {
        ending.because(fault.refusal());
        HeadWriter.refusal(fault, outbox.gather());
        linger();
    }

    private void linger() {
        if (!parting.isBegun() && !closed) {
            ending.because(CloseReason.DONE);
            exchange = null;
            intake.forget();
            intake.hold(false);
            if (inputEnded) {
                parting.inOrder();
            } else {
                parting.linger();
            }
        }
    }

    /** Ends the connection at once; {@code abruptly} when a plain end could be taken for the end of the body. */
    void closeNow(boolean abruptly) {
        ending.because(CloseReason.DONE);
        exchange = null;
        parting.atOnce(abruptly);
    }

    private void expired() {
        ServerExchange current = exchange;
        if (parting.isBegun() || (current == null && !headBegun)) {
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
        if (!InputEnd.is(event) || inputEnded || parting.isFarewell()) {
            return;
        }
        inputEnded = true;
        boolean deaf = InputEnd.isOfBoth(channel);
        if (deaf) {
            outbox.shut();
        }
        ServerExchange current = exchange;
        if (parting.isBegun()) {
            outbox.close();
        } else if (current == null) {
            process();
        } else if (!current.requestEnded() && body.endsWithConnection() && !InputEnd.isCutOff(channel, event)) {
            process();
        } else if (!current.requestEnded() || deaf) {
            lost(current);
        }
    }

    /** The client cannot have what is left of this exchange. */
    void lost(ServerExchange current) {
        guarded(current, () -> current.cut(StreamReset.CONNECTION_LOST));
        closeNow(true);
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
        if (exchange == null && !headBegun && !parting.isBegun() && !draining) {
            deadline.in(ending.idleMillis(limits.idleMillis()));
        }
    }

    @Override
    public void drain(boolean patient) {
        draining = true;
        if (exchange == null && !headBegun && !parting.isBegun()) {
            ending.because(CloseReason.DRAINED);
            if (patient) {
                deadline.in(LAST_REQUEST_MILLIS);
            } else {
                outbox.close();
            }
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
        parting.over();
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
