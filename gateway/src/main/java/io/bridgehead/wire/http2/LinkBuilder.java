package io.bridgehead.wire.http2;

import io.bridgehead.loop.Loop;
import io.bridgehead.wire.WindowBudget;
import io.bridgehead.wire.WireLimits;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Puts Netty's HTTP/2 parts together with this package's own, and sets every limit that Netty has. */
final class LinkBuilder extends AbstractHttp2ConnectionHandlerBuilder<Http2Link, LinkBuilder> {
    private static final float WINDOW_UPDATE_AT = 0.5f;
    private static final int SMALL_CONTINUATIONS_MAX = 16;
    private static final int EMPTY_DATA_FRAMES_MAX = 2;
    private static final AsciiString AUTHORIZATION = AsciiString.cached("authorization");
    private static final AsciiString COOKIE = AsciiString.cached("cookie");
    private static final AsciiString PROXY_AUTHORIZATION = AsciiString.cached("proxy-authorization");
    private static final AsciiString SET_COOKIE = AsciiString.cached("set-cookie");

    private final Loop loop;
    private final boolean server;
    private final WireLimits limits;
    private final @Nullable WindowBudget budget;
    private final Http2Connection.PropertyKey exchangeKey;

    private LinkBuilder(Loop loop, boolean server, WireLimits limits, @Nullable WindowBudget budget) {
        this.loop = loop;
        this.server = server;
        this.limits = limits;
        this.budget = budget;
        Http2Connection connection = new DefaultHttp2Connection(server);
        this.exchangeKey = connection.newKey();
        connection
                .local()
                .flowController(
                        new DefaultHttp2LocalFlowController(connection, WINDOW_UPDATE_AT, limits.peerIsGateway()));
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new PendingWatch(connection, exchangeKey)));
        Http2ConnectionEncoder encoder = new ProvokedFrames(
                new DefaultHttp2ConnectionEncoder(
                        connection,
                        new DefaultHttp2FrameWriter(new DefaultHttp2HeadersEncoder(LinkBuilder::isSensitive))),
                limits.resetsMax(),
                limits.resetsSeconds(),
                loop::nanoTime);
        Http2FrameReader reader = new DefaultHttp2FrameReader(new FlatDecoder(limits, server), SMALL_CONTINUATIONS_MAX);
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection, encoder, reader, Http2PromisedRequestVerifier.ALWAYS_VERIFY, true, true, false);
        decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_DATA_FRAMES_MAX);
        decoderEnforceMaxRstFramesPerWindow(limits.resetsMax(), limits.resetsSeconds());
        initialSettings(settings());
        gracefulShutdownTimeoutMillis(0);
        frameListener(new Http2EventAdapter()); // the builder asks for one; the link sets its own
        codec(decoder, encoder);
    }

    /** @param budget lets stream windows grow; null for windows of one size */
    static Http2Link link(Loop loop, boolean server, WireLimits limits, @Nullable WindowBudget budget) {
        return new LinkBuilder(loop, server, limits, budget).build();
    }

    private Http2Settings settings() {
        Http2Settings settings =
                new Http2Settings().initialWindowSize(limits.streamWindow()).maxHeaderListSize(limits.headBytesMax());
        return server
                ? settings.maxConcurrentStreams(limits.streamsMax()).connectProtocolEnabled(true)
                : settings.pushEnabled(false);
    }

    /** What must never enter a compression table that others' requests share (RFC 7541, section 7.1). */
    private static boolean isSensitive(CharSequence name, CharSequence value) {
        return switch (name.length()) {
            case 6 -> COOKIE.contentEquals(name);
            case 10 -> SET_COOKIE.contentEquals(name);
            case 13 -> AUTHORIZATION.contentEquals(name);
            case 19 -> PROXY_AUTHORIZATION.contentEquals(name);
            default -> false;
        };
    }

    @Override
    protected Http2Link build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        return new Http2Link(decoder, encoder, settings, loop, limits, budget, exchangeKey);
    }

    private static final class FlatDecoder extends DefaultHttp2HeadersDecoder {
        private final WireLimits limits;
        private final boolean requests;

        FlatDecoder(WireLimits limits, boolean requests) {
            super(false, limits.headBytesMax());
            this.limits = limits;
            this.requests = requests;
        }

        @Override
        protected Http2Headers newHeaders() {
            return new IncomingHeaders(limits, requests);
        }
    }
}
