package io.bridgehead.wire.http2;

import io.bridgehead.wire.Chunk;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** What Netty's codec reports of one connection, given to the exchange that it concerns. */
final class LinkFrames extends Http2EventAdapter {
    private final Http2Connection connection;
    private final Http2Connection.PropertyKey exchangeKey;
    private final LinkUser user;
    private final Http2Link link;

    LinkFrames(Http2Link link, LinkUser user) {
        this.link = link;
        this.connection = link.connection();
        this.exchangeKey = link.exchangeKey();
        this.user = user;
    }

    private @Nullable Http2Exchange exchange(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(exchangeKey);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream) {
        onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
        Http2Stream stream = connection.stream(streamId);
        if (stream == null || !(headers instanceof IncomingHeaders incoming)) {
            return;
        }
        Http2Exchange exchange = exchange(stream);
        if (exchange == null) {
            user.onNewStream(stream, incoming, endOfStream);
            return;
        }
        if (exchange.isOver()) {
            return;
        }
        try {
            if (exchange.headReceived()) {
                trailers(exchange, incoming, endOfStream);
            } else {
                user.onHead(exchange, incoming, endOfStream);
            }
        } catch (RuntimeException e) {
            user.onFailure(exchange, e);
        }
    }

    private void trailers(Http2Exchange exchange, IncomingHeaders headers, boolean end) {
        if (!end || headers.fault() != null || headers.hasPseudo() || !exchange.count(0, true)) {
            link.malformed(exchange);
            return;
        }
        StreamEvents events = exchange.events();
        boolean wanted = exchange.wantsData();
        exchange.remoteEnds();
        if (wanted && events != null) {
            events.onTrailers(headers.trailers());
        }
        exchange.abandonUnread();
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
        Http2Exchange exchange = exchange(connection.stream(streamId));
        int size = data.readableBytes();
        if (exchange == null) {
            return size + padding;
        }
        StreamEvents events = exchange.events();
        boolean wanted = exchange.wantsData();
        if (!exchange.isOver() && (!exchange.headReceived() || !exchange.count(size, endOfStream))) {
            link.malformed(exchange);
            return size + padding;
        }
        if (endOfStream) {
            exchange.remoteEnds();
        }
        if (wanted && events != null && (size > 0 || endOfStream)) {
            StreamWindows windows = link.windows();
            if (windows != null) {
                windows.received(exchange, size);
            }
            try {
                events.onData(Chunk.of(data.retain()), endOfStream);
            } catch (RuntimeException e) {
                user.onFailure(exchange, e);
            }
        }
        if (endOfStream) {
            exchange.abandonUnread();
        }
        return wanted ? padding : size + padding;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        cut(connection.stream(streamId), ResetCodes.fromPeer(errorCode));
    }

    @Override
    public void onStreamHalfClosed(Http2Stream stream) {
        Http2Exchange exchange = exchange(stream);
        if (exchange != null && exchange.isServer() && exchange.isAbandoned()) {
            link.abandon(exchange);
        }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        Http2Exchange exchange = exchange(stream);
        if (exchange != null && !exchange.isOver()) {
            boolean refused = connection.goAwayReceived()
                    && connection.local().isValidStreamId(stream.id())
                    && stream.id() > connection.local().lastStreamKnownByPeer();
            StreamReset other = stream.isResetSent() ? StreamReset.PROTOCOL_ERROR : StreamReset.CONNECTION_LOST;
            cut(stream, refused ? StreamReset.REFUSED : other);
        }
        if (exchange != null) {
            StreamWindows windows = link.windows();
            if (windows != null) {
                windows.closed(exchange);
            }
            if (!stream.isResetSent() && exchange.bothEnded()) {
                link.account().completed();
            }
            user.onStreamClosed();
        }
    }

    private void cut(@Nullable Http2Stream stream, StreamReset reset) {
        Http2Exchange exchange = exchange(stream);
        if (exchange != null) {
            try {
                exchange.cut(reset);
            } catch (RuntimeException e) {
                user.onFailure(exchange, e);
            }
        }
    }

    @Override
    public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
        user.onGoAway();
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        user.onSettings(settings);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
        link.pings().answered(data);
    }
}
