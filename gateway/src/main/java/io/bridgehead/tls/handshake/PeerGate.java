package io.bridgehead.tls.handshake;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.LiveTls;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.OpenSslSession;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;

/**
 * Stands behind the TLS handler until the handshake ends: lets nothing pass unless an application protocol was agreed on,
 * the peer's chain is valid under the material in force at that moment, and the peer is the one expected here.
 *
 * <p>Handlers behind it see exactly one {@link SslHandshakeCompletionEvent}: success, then {@link TlsPeer} is known, or
 * failure with the reason, then the channel is being closed.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class PeerGate extends ChannelInboundHandlerAdapter {
    static final AttributeKey<TlsPeer> PEER = AttributeKey.valueOf(PeerGate.class, "peer");

    private final LiveTls live;
    private final ExpectedPeer expected;
    private final List<String> applicationProtocols;
    private boolean refused;

    PeerGate(LiveTls live, ExpectedPeer expected, List<String> applicationProtocols) {
        this.live = live;
        this.expected = expected;
        this.applicationProtocols = applicationProtocols;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent completion) || !completion.isSuccess()) {
            ctx.fireUserEventTriggered(event);
            return;
        }
        try {
            TlsPeer peer = judge(ctx.pipeline().get(SslHandler.class));
            ctx.channel().attr(PEER).set(peer);
            ctx.fireUserEventTriggered(event);
            ctx.pipeline().remove(this);
        } catch (CertificateException | SSLException e) {
            refused = true;
            ctx.fireUserEventTriggered(new SslHandshakeCompletionEvent(e));
            ChannelFuture _ = ctx.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    private TlsPeer judge(SslHandler handler) throws CertificateException, SSLException {
        String agreed = handler.applicationProtocol();
        if (agreed == null || !applicationProtocols.contains(agreed)) {
            throw new SSLHandshakeException("application protocol (ALPN): found "
                    + (agreed == null ? "none in common" : "'" + agreed + "'") + "; expected one of "
                    + applicationProtocols);
        }
        SSLSession session = handler.engine().getSession();
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : session.getPeerCertificates()) {
            chain.add((X509Certificate) certificate);
        }
        LiveTls.Generation now = live.current();
        SpiffeId id = PeerTrust.check(chain, now.validator(), expected);
        return new TlsPeer(
                id,
                List.copyOf(chain),
                agreed,
                session.getProtocol(),
                session.getCipherSuite(),
                keyExchange(session),
                Resumption.seen(handler.engine()),
                now.number());
    }

    private static String keyExchange(SSLSession session) {
        String group = session instanceof OpenSslSession boring ? boring.getNamedGroup() : null;
        return group == null ? TlsPeer.UNKNOWN_KEY_EXCHANGE : group;
    }
}
