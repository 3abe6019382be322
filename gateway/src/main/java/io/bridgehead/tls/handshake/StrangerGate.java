package io.bridgehead.tls.handshake;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.tls.edge.OfferedProtocols;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands where TLS will until a ClientHello says whether its sender has a certificate to show or wants one: who offers the protocol for
 * strangers is one.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class StrangerGate extends SslClientHelloHandler<Boolean> {
    private static final int CLIENT_HELLO_BYTES_MAX = 64 * 1024;

    private final String protocol;
    private final long timeoutMillis;
    private final Consumer<Boolean> decided;
    private @Nullable ScheduledFuture<?> timer;

    /** @param decided puts what comes next in this handler's place; true for a stranger */
    StrangerGate(String protocol, long timeoutMillis, Consumer<Boolean> decided) {
        super(CLIENT_HELLO_BYTES_MAX);
        this.protocol = protocol;
        this.timeoutMillis = timeoutMillis;
        this.decided = decided;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        timer = ctx.executor().schedule(() -> tooLate(ctx), timeoutMillis, TimeUnit.MILLISECONDS);
        super.handlerAdded(ctx);
    }

    private void tooLate(ChannelHandlerContext ctx) {
        ctx.fireUserEventTriggered(new SslHandshakeCompletionEvent(
                new SslHandshakeTimeoutException("no ClientHello within " + timeoutMillis + " ms")));
        ctx.close();
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
        cancelTimer();
        super.handlerRemoved0(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        cancelTimer();
        super.channelInactive(ctx);
    }

    private void cancelTimer() {
        ScheduledFuture<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
            timer = null;
        }
    }

    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf hello) {
        return ctx.executor().newSucceededFuture(hello != null && OfferedProtocols.offers(protocol, hello));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<Boolean> future) {
        decided.accept(future.getNow());
    }
}
