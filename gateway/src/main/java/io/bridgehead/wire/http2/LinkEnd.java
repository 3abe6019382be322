package io.bridgehead.wire.http2;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.wire.flow.Farewell;
import io.bridgehead.wire.flow.LastBytes;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/**
 * How a link ends: the peer is asked to open no more streams, then told which are the last (RFC 9113, section 6.8), and the channel closed
 * behind that. A client that may still be sending then would lose the GOAWAY to a reset, and with it the word that its last request was not
 * begun: it is waited for ({@link Farewell}). Gateways read to the end themselves.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class LinkEnd {
    private final Http2Link link;
    private final Loop loop;
    private @Nullable Farewell farewell;

    LinkEnd(Http2Link link, Loop loop) {
        this.link = link;
        this.loop = loop;
    }

    /** Tells the peer to open no more streams; those on their way are still taken. */
    void ask() {
        if (!link.isClosed() && !link.connection().goAwaySent()) {
            writeGoAway(Integer.MAX_VALUE);
        }
    }

    /** Tells the peer that no more of its streams are taken. */
    void refuseStreams() {
        if (!link.isClosed()) {
            link.account()
                    .unwanted()
                    .mayCome((long) link.limits().streamsMax() * link.limits().streamWindow());
            writeGoAway(link.connection().remote().lastStreamCreated());
        }
    }

    private void writeGoAway(int lastStream) {
        ChannelHandlerContext ctx = link.context();
        link.encoder()
                .writeGoAway(ctx, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
        link.markDirty();
    }

    /** Closes the channel behind all that was written; once a link. */
    void inOrder(Runnable onUnread) {
        link.flushNow();
        ChannelHandlerContext ctx = link.context();
        if (waitsForClient()) {
            farewell = Farewell.begin(loop, ctx.channel());
        }
        LastBytes.close(loop, ctx, link.limits().lastBytesMillis(), onUnread);
    }

    /** What comes from now on is dropped, and closes of the channel wait for the client for a while; false for peers that are not waited for. */
    boolean onFailure() {
        if (waitsForClient() && farewell == null) {
            farewell = Farewell.brief(loop, link.context().channel());
        }
        return farewell != null;
    }

    /** Whether the end of the input is no news any more. */
    boolean isFarewell() {
        return farewell != null;
    }

    /** Closes now, without waiting for the client any more. */
    void over() {
        Farewell begun = farewell;
        if (begun != null) {
            begun.over();
        }
    }

    private boolean waitsForClient() {
        return link.connection().isServer() && !link.limits().peerIsGateway();
    }
}
