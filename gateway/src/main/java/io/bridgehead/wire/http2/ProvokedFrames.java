package io.bridgehead.wire.http2;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what a peer can make this side send: resets for its errors in a window of time (CVE-2025-8671), and
 * acknowledgements that wait because
 * it does not read. Past a bound the connection ends with ENHANCE_YOUR_CALM.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class ProvokedFrames extends DecoratingHttp2ConnectionEncoder {
    private static final int WAITING_MAX = 1000;

    private final ResetCount resets;
    private final ChannelFutureListener onSent = sent -> sent();
    private @Nullable Http2LifecycleManager manager;
    private int waiting;
    private boolean ended;

    ProvokedFrames(Http2ConnectionEncoder encoder, ResetCount resets) {
        super(encoder);
        this.resets = resets;
    }

    @Override
    public void lifecycleManager(Http2LifecycleManager lifecycleManager) {
        manager = lifecycleManager;
        super.lifecycleManager(lifecycleManager);
    }

    @Override
    public ChannelFuture writeRstStream(ChannelHandlerContext ctx, int streamId, long code, ChannelPromise promise) {
        ChannelFuture written = super.writeRstStream(ctx, streamId, code, promise);
        if (code != Http2Error.CANCEL.code()
                && code != Http2Error.NO_ERROR.code()
                && code != Http2Error.REFUSED_STREAM.code()) {
            LimitExceeded tooMany = resets.more();
            if (tooMany != null) {
                end(ctx, tooMany);
            }
        }
        return written;
    }

    @Override
    public ChannelFuture writeSettingsAck(ChannelHandlerContext ctx, ChannelPromise promise) {
        return super.writeSettingsAck(ctx, counted(ctx, promise));
    }

    @Override
    public ChannelFuture writePing(ChannelHandlerContext ctx, boolean ack, long data, ChannelPromise promise) {
        return super.writePing(ctx, ack, data, ack ? counted(ctx, promise) : promise);
    }

    private ChannelPromise counted(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (++waiting > WAITING_MAX) {
            end(ctx, new LimitExceeded(CloseReason.UNREAD, "too many acknowledgements wait to be read"));
        }
        return promise.unvoid().addListener(onSent);
    }

    private void sent() {
        waiting--;
    }

    private void end(ChannelHandlerContext ctx, LimitExceeded why) {
        if (!ended && manager != null) {
            ended = true;
            manager.onError(ctx, true, why);
        }
    }
}
