package io.bridgehead.app;

import io.bridgehead.config.NodeConfig.Http2Limits;
import io.bridgehead.config.NodeConfig.NodeLimits;
import io.bridgehead.config.NodeConfig.Protection;
import io.bridgehead.limit.ResetBudget;
import io.bridgehead.wire.FrameLimits;
import io.bridgehead.wire.WireLimits;
import java.util.concurrent.ThreadLocalRandom;

/** What {@code limits} of a configuration means for connections. */
final class ConnectionBounds {
    private ConnectionBounds() {}

    /** Those of clients. */
    static WireLimits edge(NodeLimits limits) {
        WireLimits edge = WireLimits.edge();
        Protection protection = limits.protection();
        Http2Limits http2 = protection.http2();
        return new WireLimits(
                limits.headerBytesMax(),
                limits.headerFieldsMax(),
                edge.underscoresAllowed(),
                edge.peerIsGateway(),
                limits.requestHeadTimeout().toMillis(),
                limits.idleTimeout().toMillis(),
                limits.edge().lastBytesTimeout().toMillis(),
                protection.bodyGrace().toMillis(),
                protection.bodyBytesPerSecondMin(),
                limits.bufferedBytesMax(),
                edge.unreadBodyMax(),
                protection.informationalMax(),
                http2.streamsMax(),
                http2.streamWindow(),
                http2.connectionWindow(),
                edge.streamPendingMax(),
                http2.floods().resetsMax(),
                (int) http2.floods().resetsPeriod().toSeconds(),
                frames(http2.floods(), FrameLimits.OUTSIDE.tinyDataCounts()));
    }

    private static FrameLimits frames(Http2Limits.Floods floods, boolean tinyDataCounts) {
        return new FrameLimits(
                floods.frameBudget(),
                floods.framesPerSecond(),
                tinyDataCounts,
                floods.unreadTimeout().toMillis());
    }

    /** Those to endpoints. */
    static WireLimits endpoint(NodeLimits limits) {
        Protection protection = limits.protection();
        return WireLimits.endpoint()
                .withLastBytes(limits.edge().lastBytesTimeout().toMillis())
                .withInformational(protection.informationalMax())
                .withFrames(frames(protection.http2().floods(), FrameLimits.OUTSIDE.tinyDataCounts()));
    }

    /** Those between nodes. */
    static WireLimits tunnel(NodeLimits limits) {
        return WireLimits.tunnel()
                .withInformational(limits.protection().informationalMax())
                .withStreamsMax(limits.protection().http2().tunnelStreamsMax());
    }

    /** What all connections of one address may reset. */
    static ResetBudget resets(NodeLimits limits) {
        Http2Limits.Floods floods = limits.protection().http2().floods();
        return new ResetBudget(
                floods.resetsPerAddressMax(),
                (int) floods.resetsPeriod().toSeconds(),
                ThreadLocalRandom.current().nextLong());
    }
}
