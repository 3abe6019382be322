package io.bridgehead.wire.http2;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.RefusalResponse;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerConnectionEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WindowBudget;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.flow.Deadline;
import io.bridgehead.wire.flow.Ending;
import io.bridgehead.wire.guard.Fault;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslHandler;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 connection of a server: every stream that the peer opens becomes an exchange. */
@OwnedBy(Owner.EVENT_LOOP)
public final class Http2ServerConnection implements HttpServerConnection, LinkUser {
    private static final long DRAIN_GRACE_MILLIS = 1_000;
    private static final HeaderName EXPECT = HeaderName.of("expect");

    private final Loop loop;
    private final Channel channel;
    private final WireLimits limits;
    private final RequestHandler handler;
    private final ServerConnectionEvents events;
    private final RequestRules rules;
    private final Http2Link link;
    private final Deadline idle;
    private final StreamWatch watch;
    private final Ending ending;
    private @Nullable Deadline headEnd;
    private boolean settingsRead;
    private boolean asked;
    private boolean draining;
    private boolean failed;
    private boolean closing;

    private Http2ServerConnection(
            Loop loop,
            Channel channel,
            WireLimits limits,
            @Nullable WindowBudget budget,
            RequestHandler handler,
            ServerConnectionEvents events) {
        this.loop = loop;
        this.channel = channel;
        this.limits = limits;
        this.handler = handler;
        this.events = events;
        this.rules = new RequestRules(limits, channel.pipeline().get(SslHandler.class) == null ? "http" : "https");
        this.link = LinkBuilder.link(loop, true, limits, budget);
        this.idle = new Deadline(loop, this::idledOut);
        this.watch = new StreamWatch(loop, link, this::slowBody, this::unread);
        this.ending = new Ending(events);
    }

    /** Serves a channel; see {@link HttpServerConnection#http2}. */
    public static HttpServerConnection install(
            Loop loop,
            Channel channel,
            WireLimits limits,
            @Nullable WindowBudget budget,
            RequestHandler handler,
            ServerConnectionEvents events) {
        assert loop.isCurrent();
        Http2ServerConnection connection = new Http2ServerConnection(loop, channel, limits, budget, handler, events);
        connection.link.install(channel, connection);
        connection.idle.in(limits.headMillis());
        return connection;
    }

    @Override
    public void onNewStream(Http2Stream stream, IncomingHeaders headers, boolean end) {
        RequestHead head = rules.read(headers);
        boolean connect = head != null && (head.isConnect() || head.isWebSocket());
        Http2Exchange exchange = new Http2Exchange(link, true, connect, false);
        exchange.attach(stream);
        if (!asked) {
            idle.clear();
        }
        watch.opened();
        if (end) {
            exchange.remoteEnds();
        }
        if (head == null) {
            refuse(exchange, rules.fault(), rules.isMalformed());
            return;
        }
        if (head.isHead()) {
            exchange.answersHeadOnly();
        } else if (head.isWebSocket()) {
            exchange.mayUpgrade();
        }
        exchange.expect(connect ? -1 : headers.contentLength());
        if (end && !exchange.count(0, true)) {
            refuse(exchange, Fault.bad("content-length: announces a body that does not come"), true);
            return;
        }
        if (!end && !connect) {
            watchBody(exchange, head);
        }
        if (!draining && ending.isPressed()) {
            drain();
        }
        try {
            exchange.receiver(handler.onRequest(exchange, head, end));
        } catch (RuntimeException e) {
            onFailure(exchange, e);
        }
    }

    /** A stream of messages has a pace of its own; that of a plain body must be fit for waiting. */
    private void watchBody(Http2Exchange exchange, RequestHead head) {
        if (!RefusalResponse.wantsGrpc(head.fields())) {
            watch.body(exchange);
            if (head.fields().contains(EXPECT)) {
                exchange.awaitsContinue();
            }
        }
    }

    private void slowBody(Http2Exchange exchange) {
        String detail = "body: slower than " + limits.bodyBytesPerSecondMin() + " bytes a second";
        exchange.refuse(RefusalResponse.of(Refusal.BODY_TIMEOUT, detail, null), StreamReset.TIMEOUT);
    }

    private void unread(Http2Exchange exchange) {
        Http2Stream stream = exchange.stream();
        if (stream != null) {
            handler.onRefused(
                    Refusal.CLIENT_STALLED,
                    "answer: nothing of it was taken for " + limits.frames().unreadMillis() + " ms");
            link.writeReset(stream, Http2Error.CANCEL.code());
        }
    }

    private void refuse(Http2Exchange exchange, Fault fault, boolean malformed) {
        handler.onRefused(fault.refusal(), fault.detail());
        if (malformed) {
            exchange.cut(StreamReset.PROTOCOL_ERROR);
            Http2Stream stream = exchange.stream();
            if (stream != null) {
                link.writeReset(stream, Http2Error.PROTOCOL_ERROR.code());
            }
        } else {
            RefusalResponse.of(fault.refusal(), fault.detail(), null).sendTo(exchange);
        }
    }

    @Override
    public void onHead(Http2Exchange exchange, IncomingHeaders headers, boolean end) {
        link.malformed(exchange);
    }

    @Override
    public void onFailure(Http2Exchange exchange, RuntimeException failure) {
        handler.onRefused(Refusal.INTERNAL, failure.toString());
        if (exchange.headSent()) {
            exchange.reset(StreamReset.INTERNAL);
        } else {
            RefusalResponse.of(Refusal.INTERNAL, null, null).sendTo(exchange);
        }
    }

    @Override
    public void onHeadTooLarge() {
        handler.onRefused(Refusal.HEAD_TOO_LARGE, "head: more than " + limits.headBytesMax() + " bytes");
    }

    @Override
    public void onAboveLimit() {
        handler.onRefused(Refusal.STREAMS_FULL, "stream: more than " + limits.streamsMax() + " at once");
    }

    @Override
    public void onStreamClosed() {
        if (!failed && activeStreams() == 0) {
            if (draining) {
                loop.execute(this::closeWhenIdle);
            } else if (!asked) {
                idle.in(ending.idleMillis(limits.idleMillis()));
            }
        }
    }

    private void idledOut() {
        if (asked) {
            endIntake();
        } else if (settingsRead) {
            ending.because(CloseReason.IDLE);
            drain(true);
        } else {
            link.end(CloseReason.PREFACE_TIMEOUT, "no preface within " + limits.headMillis() + " ms");
        }
    }

    @Override
    public void hurryIdle() {
        if (settingsRead && !asked && !draining && activeStreams() == 0) {
            idle.in(ending.idleMillis(limits.idleMillis()));
        }
    }

    @Override
    public void onHeadPending(boolean pending) {
        if (failed) {
            return;
        }
        Deadline known = headEnd;
        if (known == null) {
            known = new Deadline(loop, this::headTimedOut);
            headEnd = known;
        }
        known.in(pending ? limits.headMillis() : 0);
    }

    private void headTimedOut() {
        String detail = "head: not complete within " + limits.headMillis() + " ms of its first byte";
        handler.onRefused(Refusal.HEAD_TIMEOUT, detail);
        link.end(CloseReason.HEAD_TIMEOUT, detail);
    }

    @Override
    public boolean mayReset() {
        return events.mayReset();
    }

    @Override
    public void onEnding(CloseReason reason) {
        failed = true;
        stopTimers();
        ending.because(reason);
    }

    private void closeWhenIdle() {
        if (activeStreams() == 0 && !closing && channel.isOpen()) {
            closing = true;
            link.ending().inOrder(ending::unread);
        }
    }

    @Override
    public void onGoAway() {
        draining = true;
        if (activeStreams() == 0) {
            loop.execute(this::closeWhenIdle);
        }
    }

    @Override
    public void onSettings(Http2Settings settings) {
        if (!settingsRead) {
            settingsRead = true;
            if (activeStreams() == 0 && !asked && !draining) {
                idle.in(ending.idleMillis(limits.idleMillis()));
            }
        }
    }

    @Override
    public void onBytesReceived() {
        events.onBytesReceived();
    }

    @Override
    public void onClosed() {
        stopTimers();
        events.onClosed(this);
    }

    private void stopTimers() {
        idle.stop();
        watch.stop();
        Deadline head = headEnd;
        if (head != null) {
            head.stop();
        }
    }

    /**
     * Asks first and closes the door a round trip later, so that no request is lost that was sent before the client knew; to the patient
     * some time later still, for clients that read and send in different threads. A client that answers no ping waits for the grace.
     */
    @Override
    public void drain(boolean patient) {
        if (!asked && !draining) {
            asked = true;
            ending.because(CloseReason.DRAINED);
            idle.in(DRAIN_GRACE_MILLIS);
            link.ending().ask();
            link.ping(roundTrip -> known(patient));
        }
    }

    private void known(boolean patient) {
        if (!patient) {
            endIntake();
        } else if (!draining && !failed) {
            idle.in(LAST_REQUEST_MILLIS);
        }
    }

    @Override
    public void retire() {
        ending.because(CloseReason.AGE);
        drain(true);
    }

    private void endIntake() {
        if (!draining) {
            draining = true;
            link.ending().refuseStreams();
            if (activeStreams() == 0) {
                loop.execute(this::closeWhenIdle);
            }
        }
    }

    @Override
    public void close() {
        ending.because(CloseReason.DRAINED);
        channel.close();
    }

    @Override
    public int activeStreams() {
        return link.connection().remote().numActiveStreams();
    }

    @Override
    public long windowBytes() {
        return link.windowBytes();
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public void ping(LongConsumer roundTripNanos) {
        link.ping(roundTripNanos);
    }
}
