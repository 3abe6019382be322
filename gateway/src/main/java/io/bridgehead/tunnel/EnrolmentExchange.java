package io.bridgehead.tunnel;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request for an identity, and its end: four bytes of length, so much text, an answer of the same form. Stands behind TLS; the connection
 * ends after the answer, or after {@value #TOTAL_MILLIS} ms.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class EnrolmentExchange extends ByteToMessageDecoder {
    static final int REQUEST_BYTES_MAX = 8 * 1024;
    static final int TOTAL_MILLIS = 10_000;

    private final Loop loop;
    private final LocalEnd local;
    private final EnrolmentService service;
    private final EnrolmentService.@Nullable Shown peer;
    private final Runnable over;
    private @Nullable Timer timer;
    private boolean asked;

    /**
     * @param peer who showed a certificate; null for one who has a token
     * @param over run once, when the connection has ended
     */
    EnrolmentExchange(
            Loop loop, LocalEnd local, EnrolmentService service, EnrolmentService.@Nullable Shown peer, Runnable over) {
        this.loop = loop;
        this.local = local;
        this.service = service;
        this.peer = peer;
        this.over = over;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        timer = loop.after(TOTAL_MILLIS, ctx::close);
        ctx.channel().closeFuture().addListener(_ -> {
            cancelTimer();
            over.run();
        });
    }

    private void cancelTimer() {
        Timer pending = timer;
        if (pending != null) {
            pending.cancel();
            timer = null;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion && !completion.isSuccess()) {
            local.observer()
                    .intruderRefused(
                            Identities.addressOf(ctx.channel()),
                            TunnelFault.HANDSHAKE_FAILED,
                            "somebody without certificate: " + completion.cause());
            ctx.close();
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (asked) {
            in.skipBytes(in.readableBytes());
        } else if (in.readableBytes() >= Integer.BYTES) {
            int length = in.getInt(in.readerIndex());
            if (length <= 0 || length > REQUEST_BYTES_MAX) {
                turnAway(ctx, in, false);
            } else if (in.readableBytes() >= Integer.BYTES + length) {
                take(ctx, in, length);
            }
        }
    }

    private void take(ChannelHandlerContext ctx, ByteBuf in, int length) {
        if (!hasTurn(ctx)) {
            turnAway(ctx, in, true);
            return;
        }
        asked = true;
        byte[] request = new byte[length];
        in.skipBytes(Integer.BYTES).readBytes(request);
        String address = Identities.addressOf(ctx.channel());
        if (peer == null) {
            service.onJoin(request, address, answer -> loop.execute(() -> end(ctx, answer)));
        } else {
            service.onRenewal(request, peer, address, answer -> loop.execute(() -> end(ctx, answer)));
        }
    }

    private boolean hasTurn(ChannelHandlerContext ctx) {
        if (peer != null) {
            return local.enrolments().mayRenew(peer.id(), loop.nanoTime());
        }
        return !(ctx.channel().remoteAddress() instanceof InetSocketAddress remote)
                || local.enrolments().mayJoin(remote.getAddress(), loop.nanoTime());
    }

    private void turnAway(ChannelHandlerContext ctx, ByteBuf in, boolean tooOften) {
        asked = true;
        in.skipBytes(in.readableBytes());
        end(ctx, service.onTurnedAway(peer == null, tooOften, Identities.addressOf(ctx.channel())));
    }

    private static void end(ChannelHandlerContext ctx, byte[] answer) {
        if (ctx.channel().isActive()) {
            ByteBuf out = ctx.alloc().buffer(Integer.BYTES + answer.length);
            out.writeInt(answer.length).writeBytes(answer);
            ctx.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
