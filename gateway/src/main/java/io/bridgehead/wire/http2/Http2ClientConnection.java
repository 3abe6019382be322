package io.bridgehead.wire.http2;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.HeaderFields;
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
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import io.bridgehead.wire.WindowBudget;
import io.bridgehead.wire.WireLimits;
import io.bridgehead.wire.flow.Deadline;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** An HTTP/2 connection of a client. */
@OwnedBy(Owner.EVENT_LOOP)
public final class Http2ClientConnection implements HttpClientConnection, LinkUser {
    private static final int STREAMS_BEFORE_SETTINGS = 100;
    private static final int STATUS_MIN = 100;
    private static final int STATUS_MAX = 599;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    private final Loop loop;
    private final Channel channel;
    private final WireLimits limits;
    private final ClientConnectionEvents events;
    private final Http2Link link;
    private final Http2Connection.Endpoint<?> local;
    private final Deadline idle;
    private boolean settingsRead;
    private boolean upgrades;
    private boolean draining;
    private boolean closed;

    private Http2ClientConnection(
            Loop loop,
            Channel channel,
            WireLimits limits,
            @Nullable WindowBudget budget,
            ClientConnectionEvents events) {
        this.loop = loop;
        this.channel = channel;
        this.limits = limits;
        this.events = events;
        this.link = LinkBuilder.link(loop, false, limits, budget);
        this.local = link.connection().local();
        this.idle = new Deadline(loop, this::drain);
    }

    /** Uses a channel; see {@link HttpClientConnection#http2}. */
    public static HttpClientConnection install(
            Loop loop,
            Channel channel,
            WireLimits limits,
            @Nullable WindowBudget budget,
            ClientConnectionEvents events) {
        assert loop.isCurrent();
        Http2ClientConnection connection = new Http2ClientConnection(loop, channel, limits, budget, events);
        connection.link.install(channel, connection);
        connection.idle.in(limits.idleMillis());
        return connection;
    }

    @Override
    public ClientStream open(RequestHead head, boolean end, ResponseEvents receiver) {
        boolean upgrade = head.isWebSocket();
        Http2Exchange exchange = new Http2Exchange(link, false, upgrade || head.isConnect(), end);
        exchange.receiver(new Receiver(receiver, limits.informationalMax(), head.isHead()));
        if (!canOpen()) {
            loop.execute(() -> exchange.cut(StreamReset.REFUSED));
            return exchange;
        }
        if (upgrade) {
            exchange.mayUpgrade();
            if (!upgrades) {
                loop.execute(() -> exchange.cut(StreamReset.PROTOCOL_ERROR));
                return exchange;
            }
        }
        idle.clear();
        Http2Stream stream = link.open(OutgoingHeaders.request(head), end);
        if (stream == null) {
            loop.execute(() -> exchange.cut(StreamReset.INTERNAL));
        } else {
            exchange.attach(stream);
        }
        return exchange;
    }

    @Override
    public void onNewStream(Http2Stream stream, IncomingHeaders headers, boolean end) {
        link.writeReset(stream, Http2Error.REFUSED_STREAM.code());
    }

    @Override
    public void onHead(Http2Exchange exchange, IncomingHeaders headers, boolean end) {
        int status = headers.statusCode();
        if (headers.fault() != null
                || status < STATUS_MIN
                || status > STATUS_MAX
                || status == ResponseHead.SWITCHING_PROTOCOLS) {
            link.malformed(exchange);
            return;
        }
        if (!(exchange.events() instanceof Receiver receiver)) {
            return;
        }
        ResponseHead read = new ResponseHead(status, headers.fields());
        if (read.isInformational()) {
            if (end || !receiver.informational(read)) {
                link.malformed(exchange);
            }
            return;
        }
        if (status == NO_CONTENT) {
            read.fields().removeAll(HeaderName.CONTENT_LENGTH); // RFC 9110, section 8.6: not even 0
        }
        exchange.headArrived();
        ResponseHead head = exchange.answered(read);
        exchange.expect(receiver.isBodiless(head.status()) ? -1 : headers.contentLength());
        if (end && !exchange.count(0, true)) {
            link.malformed(exchange);
            return;
        }
        if (end) {
            exchange.remoteEnds();
        }
        receiver.user.onResponse(head, end);
        if (end) {
            exchange.abandonUnread();
        }
    }

    @Override
    public void onFailure(Http2Exchange exchange, RuntimeException failure) {
        exchange.reset(StreamReset.INTERNAL);
    }

    @Override
    public void onAboveLimit() {
        // servers may open none
    }

    @Override
    public void onHeadTooLarge() {
        // only servers are told
    }

    @Override
    public void onStreamClosed() {
        if (closed) {
            return;
        }
        if (canOpen()) {
            if (activeStreams() == 0) {
                idle.in(limits.idleMillis());
            }
            events.onIdle(this);
        } else if (draining && activeStreams() == 0) {
            loop.execute(this::closeWhenIdle);
        }
    }

    private void closeWhenIdle() {
        if (activeStreams() == 0) {
            link.flushNow();
            channel.close();
        }
    }

    @Override
    public void onGoAway() {
        boolean first = !draining;
        draining = true;
        if (first) {
            events.onGoingAway(this);
        }
        if (activeStreams() == 0) {
            loop.execute(this::closeWhenIdle);
        }
    }

    @Override
    public void onHeadPending(boolean pending) {
        // an answer that does not come is the attempt's matter
    }

    @Override
    public boolean mayReset() {
        return true;
    }

    @Override
    public void onEnding(CloseReason reason) {
        // the streams are told
    }

    @Override
    public void onSettings(Http2Settings settings) {
        settingsRead = true;
        upgrades |= Boolean.TRUE.equals(settings.connectProtocolEnabled());
        events.onSettings(this);
    }

    @Override
    public void onBytesReceived() {
        events.onBytesReceived();
    }

    @Override
    public void onClosed() {
        closed = true;
        idle.stop();
        events.onClosed(this);
    }

    @Override
    public boolean canOpen() {
        return !closed && !draining && channel.isActive() && activeStreams() < streamsMax();
    }

    @Override
    public int activeStreams() {
        return local.numActiveStreams();
    }

    @Override
    public int streamsMax() {
        return settingsRead ? local.maxActiveStreams() : STREAMS_BEFORE_SETTINGS;
    }

    @Override
    public void ping(LongConsumer roundTripNanos) {
        link.ping(roundTripNanos);
    }

    @Override
    public void drain() {
        draining = true;
        if (activeStreams() == 0) {
            loop.execute(this::closeWhenIdle);
        }
    }

    @Override
    public void close() {
        channel.close();
    }

    @Override
    public long windowBytes() {
        return link.windowBytes();
    }

    @Override
    public Channel channel() {
        return channel;
    }

    /** The user's events, with what has to be known of the request to read its answer. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Receiver implements StreamEvents {
        private final ResponseEvents user;
        private final int informationalMax;
        private final boolean headOnly;
        private int informationals;

        Receiver(ResponseEvents user, int informationalMax, boolean headOnly) {
            this.user = user;
            this.informationalMax = informationalMax;
            this.headOnly = headOnly;
        }

        boolean informational(ResponseHead head) {
            if (++informationals > informationalMax) {
                return false;
            }
            user.onInformational(head);
            return true;
        }

        boolean isBodiless(int status) {
            return headOnly
                    || status == NO_CONTENT
                    || status == NOT_MODIFIED
                    || status == ResponseHead.SWITCHING_PROTOCOLS;
        }

        @Override
        public void onData(Chunk chunk, boolean end) {
            user.onData(chunk, end);
        }

        @Override
        public void onTrailers(HeaderFields trailers) {
            user.onTrailers(trailers);
        }

        @Override
        public void onReset(StreamReset reset) {
            user.onReset(reset);
        }

        @Override
        public void onWritable() {
            user.onWritable();
        }
    }
}
