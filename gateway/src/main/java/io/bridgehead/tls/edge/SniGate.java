package io.bridgehead.tls.edge;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands where the TLS handler will: reads the ClientHello, chooses the certificate and puts the handler in its own place. A client that
 * speaks HTTP without TLS is told so, in HTTP; one that offers only protocols that are not served, by an alert.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class SniGate extends AbstractSniHandler<Boolean> {
    /** A ClientHello with hybrid key share is under 2 KiB; encrypted ones and many extensions need some more. */
    private static final int CLIENT_HELLO_BYTES_MAX = 64 * 1024;

    private static final String ADVICE = "This port speaks TLS: use https://\r\n";
    private static final byte[] USE_TLS = ("HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: "
                    + ADVICE.length() + "\r\nconnection: close\r\n\r\n" + ADVICE)
            .getBytes(StandardCharsets.US_ASCII);

    /** A fatal alert in clear: no key has been agreed on yet (RFC 7301, section 3.2; RFC 8446, section 6). */
    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

    private final EdgeTls tls;
    private final EdgeGate gate;
    private boolean begun;
    private boolean refused;

    SniGate(EdgeTls tls, EdgeGate gate) {
        super(CLIENT_HELLO_BYTES_MAX, 0);
        this.tls = tls;
        this.gate = gate;
    }

    /** What a client reads that speaks HTTP without TLS. */
    static ByteBuf advice() {
        return Unpooled.wrappedBuffer(USE_TLS);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (!begun && in.isReadable()) {
            begun = true;
            int first = in.getByte(in.readerIndex());
            if (first >= 'A' && first <= 'Z') {
                refused = true;
                gate.isPlaintext(ctx.channel());
                ctx.writeAndFlush(advice()).addListener(ChannelFutureListener.CLOSE);
            }
        }
        if (refused) {
            in.skipBytes(in.readableBytes());
        } else {
            super.decode(ctx, in, out);
        }
    }

    /** @param hello null when it is none that this class can read, which the TLS library then says */
    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf hello) throws Exception {
        List<String> served = tls.applicationProtocols();
        refused = hello != null && !served.isEmpty() && OfferedProtocols.lack(served, hello);
        return super.lookup(ctx, hello);
    }

    @Override
    protected Future<Boolean> lookup(ChannelHandlerContext ctx, @Nullable String serverName) {
        return ctx.executor().newSucceededFuture(true);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String serverName, Future<Boolean> future) {
        if (refused) {
            gate.lacksProtocol(tls.applicationProtocols());
            ctx.writeAndFlush(Unpooled.wrappedBuffer(NO_APPLICATION_PROTOCOL)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        EdgeContexts held = tls.acquire();
        try {
            EdgeContexts.Entry chosen = held.choose(serverName);
            SslHandler handler = held.newHandler(chosen, ctx.alloc(), tls.nowMillis());
            handler.setHandshakeTimeoutMillis(0);
            gate.shows(chosen.certificate(), serverName);
            ctx.pipeline().replace(this, "tls", handler);
        } finally {
            held.release();
        }
    }
}
