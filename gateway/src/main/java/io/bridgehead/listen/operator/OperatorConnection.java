package io.bridgehead.listen.operator;

import io.bridgehead.loop.Loop;
import io.bridgehead.loop.Timer;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.RefusedPeerException;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tls.handshake.TlsPeer;
import io.bridgehead.tls.handshake.TunnelTls;
import io.bridgehead.wire.HttpServerConnection;
import io.bridgehead.wire.RequestHandler;
import io.bridgehead.wire.ServerConnectionEvents;
import io.bridgehead.wire.ServerStream;
import io.bridgehead.wire.StreamEvents;
import io.bridgehead.wire.WireLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One operator's connection: TLS, then one request after another, each collected whole before it is answered.
 *
 * <pre>SECURING -> SERVING -> CLOSED; SECURING -> CLOSED</pre>
 */
@OwnedBy(Owner.EVENT_LOOP)
final class OperatorConnection extends ChannelInboundHandlerAdapter implements RequestHandler, ServerConnectionEvents {
    private static final List<String> PROTOCOLS = List.of("http/1.1");
    private static final WireLimits LIMITS = WireLimits.edge();
    private static final long LOOK_MILLIS_MAX = Duration.ofDays(1).toMillis();

    private final OperatorPort port;
    private final OperatorPort.Parts parts;
    private final Channel channel;
    private final String address;
    private CloseReason reason = CloseReason.PEER;
    private boolean told;
    private @Nullable TlsPeer peer;
    private @Nullable Timer ending;
    private @Nullable Throwable trouble;

    OperatorConnection(OperatorPort port, OperatorPort.Parts parts, Channel channel) {
        this.port = port;
        this.parts = parts;
        this.channel = channel;
        this.address = HostPort.textOf(channel.remoteAddress());
    }

    void begin() {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        parts.tls().accept(channel, PROTOCOLS, ExpectedPeer.anyone());
        channel.pipeline().addLast("operator", this);
    }

    Loop loop() {
        return parts.loop();
    }

    OperatorPort port() {
        return port;
    }

    OperatorDoor door() {
        return parts.door();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion && !told) {
            handshakeOver();
            TlsPeer secured = TunnelTls.peer(channel);
            if (completion.isSuccess() && secured != null) {
                peer = secured;
                HttpServerConnection.http1(parts.loop(), channel, LIMITS, this, this);
                recheckAtItsEnd(secured);
            } else {
                insecure(completion.cause());
                ctx.close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private void handshakeOver() {
        told = true;
        port.known();
    }

    private void insecure(@Nullable Throwable cause) {
        Throwable known = cause == null ? new CertificateException("no certificate; expected an operator's") : cause;
        parts.observer()
                .handshakeFailed(
                        OperatorPort.NAME, HandshakeFault.of(known), address + ": " + HandshakeFault.detail(known));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Timer pending = ending;
        if (pending != null) {
            pending.cancel();
        }
        if (!told) {
            handshakeOver();
            insecure(trouble == null ? new ClosedChannelException() : trouble);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        trouble = cause;
        if (peer == null) {
            ctx.close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }

    /** What was good in the handshake is good until the certificate ends, unless something changes before. */
    private void recheckAtItsEnd(TlsPeer secured) {
        Instant end = secured.chain().getFirst().getNotAfter().toInstant();
        long left = Duration.between(parts.tls().now(), end).toMillis() + 1;
        ending = parts.loop().after(Math.clamp(left, 1, LOOK_MILLIS_MAX), () -> {
            recheck();
            recheckAtItsEnd(secured);
        });
    }

    /** Closes the connection if its operator may not be here any more. */
    void recheck() {
        TlsPeer known = peer;
        if (known == null || !channel.isOpen()) {
            return;
        }
        String objection = parts.door().objection(known.id());
        if (objection != null) {
            end(known, Withdrawal.POLICY, objection);
            return;
        }
        try {
            parts.tls().judge(known.chain());
        } catch (CertificateException e) {
            end(known, RefusedPeerException.why(e), String.valueOf(e.getMessage()));
        }
    }

    private void end(TlsPeer known, Withdrawal why, String detail) {
        parts.observer().trustWithdrawn(OperatorPort.NAME, known.id(), why, "from " + address + ": " + detail);
        channel.close();
    }

    void close() {
        channel.close();
    }

    @Override
    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
        TlsPeer known = Objects.requireNonNull(peer, "nothing is read before the handshake is over");
        OperatorExchange exchange =
                new OperatorExchange(this, stream, new OperatorDoor.Question(known.id(), address, head));
        exchange.begin(end);
        return exchange;
    }

    @Override
    public void onRefused(Refusal refusal, String detail) {
        parts.observer().refused(OperatorPort.NAME, refusal);
    }

    @Override
    public void onBytesReceived() {
        // timers judge whether the other end lives
    }

    @Override
    public void onEnding(CloseReason why) {
        reason = why;
    }

    @Override
    public void onClosed(HttpServerConnection connection) {
        parts.observer().ended(OperatorPort.NAME, reason);
    }
}
