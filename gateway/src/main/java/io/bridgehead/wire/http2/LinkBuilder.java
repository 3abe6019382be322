package io.bridgehead.wire.http2;

import io.bridgehead.loop.Loop;
import io.bridgehead.wire.WindowBudget;
import io.bridgehead.wire.WireLimits;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import org.jspecify.annotations.Nullable;

/** Puts Netty's HTTP/2 parts together with this package's own, and sets every limit that Netty has. */
final class LinkBuilder extends AbstractHttp2ConnectionHandlerBuilder<Http2Link, LinkBuilder> {
    private static final float WINDOW_UPDATE_AT = 0.5f;
    private static final int SMALL_CONTINUATIONS_MAX = 16;
    private static final int EMPTY_DATA_FRAMES_MAX = 2;

    private final Loop loop;
    private final boolean server;
    private final WireLimits limits;
    private final @Nullable WindowBudget budget;
    private final Http2Connection.PropertyKey exchangeKey;
    private final BlockFrameWriter frameWriter;
    private final FrameAccount account;

    private LinkBuilder(Loop loop, boolean server, WireLimits limits, @Nullable WindowBudget budget) {
        this.loop = loop;
        this.server = server;
        this.limits = limits;
        this.frameWriter = new BlockFrameWriter(loop.buffers());
        this.budget = budget;
        Http2Connection connection = new DefaultHttp2Connection(server);
        this.exchangeKey = connection.newKey();
        connection
                .local()
                .flowController(new DefaultHttp2LocalFlowController(
                        connection, WINDOW_UPDATE_AT, !server || limits.peerIsGateway()));
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new PendingWatch(connection, exchangeKey)));
        if (server) {
            // at once, whether the peer acknowledges it or not; what it opens too early may be sent again
            connection.remote().maxActiveStreams(limits.streamsMax());
        }
        ResetCount resets = new ResetCount(limits, loop::nanoTime);
        Http2ConnectionEncoder encoder =
                new ProvokedFrames(new DefaultHttp2ConnectionEncoder(connection, frameWriter), resets);
        Http2FrameReader reader =
                new DefaultHttp2FrameReader(new BlockDecoder(limits, server), SMALL_CONTINUATIONS_MAX);
        this.account = new FrameAccount(
                reader, limits.frames(), resets, loop::nanoTime, new UnwantedData(connection, exchangeKey));
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection, encoder, account, Http2PromisedRequestVerifier.ALWAYS_VERIFY, true, true, false);
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

    @Override
    protected Http2Link build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        return new Http2Link(
                decoder,
                encoder,
                settings,
                loop,
                new Http2Link.Parts(limits, budget, exchangeKey, frameWriter, account));
    }
}
