package io.bridgehead.tls.edge;

import io.bridgehead.model.ClientTls;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the TLS handler until the handshake ends, at most as long as it may take; judges the client's certificate again by the
 * trust in force at that moment, tells how it ended, and goes.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class EdgeGate extends ChannelInboundHandlerAdapter {
    private final EdgeTls tls;
    private final EdgeTls.Events events;
    private @Nullable EdgeCertificate certificate;
    private @Nullable String serverName;
    private @Nullable Future<?> timeout;
    private @Nullable Throwable trouble;
    private boolean told;

    EdgeGate(EdgeTls tls, EdgeTls.Events events) {
        this.tls = tls;
        this.events = events;
    }

    /** The certificate was chosen, by the name that the client asked for; null for none. */
    void shows(EdgeCertificate chosen, @Nullable String asked) {
        certificate = chosen;
        serverName = asked;
    }

    /** The client speaks HTTP without TLS and is being told so. */
    void isPlaintext(Channel channel) {
        insecure(HandshakeFault.NOT_TLS, "HTTP without TLS");
        assert channel.eventLoop().inEventLoop();
    }

    /** The client offers protocols, none of which is served, and is being told so. */
    void lacksProtocol(List<String> served) {
        insecure(HandshakeFault.NO_PROTOCOL, "ALPN offers none of " + String.join(", ", served));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        long millis = tls.settings().handshakeMillis();
        timeout = ctx.executor()
                .schedule(
                        () -> {
                            insecure(HandshakeFault.TIMEOUT, "TLS handshake not complete within " + millis + " ms");
                            ctx.close();
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        Future<?> pending = timeout;
        if (pending != null) {
            pending.cancel(false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess() && !told) {
                succeeded(ctx);
            } else if (!completion.isSuccess()) {
                insecure(HandshakeFault.of(completion.cause()), HandshakeFault.detail(completion.cause()));
                ctx.close();
            }
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            insecure(HandshakeFault.LOST, "the client ended its side during the TLS handshake");
            ctx.close();
        }
    }

    private void succeeded(ChannelHandlerContext ctx) {
        SslHandler handler = ctx.pipeline().get(SslHandler.class);
        EdgeCertificate shown = certificate;
        try {
            if (handler == null || shown == null) {
                throw new CertificateException("no certificate was chosen");
            }
            SSLSession session = handler.engine().getSession();
            List<X509Certificate> chain = chain(session);
            ClientProof proof = chain.isEmpty() ? null : proof(chain);
            String agreed = handler.applicationProtocol();
            SecuredClient client = new SecuredClient(
                    agreed == null ? "" : agreed,
                    shown.names(),
                    proof,
                    agreed(session, shown, chain, proof),
                    serverName);
            told = true;
            events.onSecured(client);
            ctx.pipeline().remove(this);
        } catch (CertificateException e) {
            insecure(HandshakeFault.CERTIFICATE_REFUSED, String.valueOf(e.getMessage()));
            ctx.close();
        }
    }

    private static ClientTls agreed(
            SSLSession session, EdgeCertificate shown, List<X509Certificate> chain, @Nullable ClientProof proof) {
        ClientTls.Certificate certificate = chain.isEmpty()
                ? ClientTls.Certificate.NONE
                : proof == null ? ClientTls.Certificate.UNVERIFIED : ClientTls.Certificate.VERIFIED;
        return new ClientTls(
                session.getProtocol(),
                TlsNames.cipher(session.getCipherSuite()),
                TlsNames.key(shown.leaf()),
                TlsNames.signature(shown.leaf()),
                certificate,
                proof == null ? null : TlsNames.commonName(proof.leaf()));
    }

    /** Empty when the client shows nothing, or is not asked. */
    private List<X509Certificate> chain(SSLSession session) throws CertificateException {
        if (!tls.settings().asksClients()) {
            return List.of();
        }
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate each : session.getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
        } catch (SSLPeerUnverifiedException e) {
            if (tls.settings().clientCertificates() == EdgeTlsSettings.ClientCertificates.REQUIRED) {
                throw new CertificateException("no client certificate; expected one", e);
            }
        }
        return chain;
    }

    private @Nullable ClientProof proof(List<X509Certificate> chain) throws CertificateException {
        return tls.settings().clientCertificates() == EdgeTlsSettings.ClientCertificates.UNCHECKED
                ? proofOrNone(chain)
                : tls.recheck(chain);
    }

    private @Nullable ClientProof proofOrNone(List<X509Certificate> chain) {
        try {
            return tls.recheck(chain);
        } catch (CertificateException _) {
            return null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        // nothing gets here before the handshake is over, and nothing is served when it failed
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        Throwable cause = trouble;
        insecure(HandshakeFault.LOST, cause == null ? "closed during the TLS handshake" : HandshakeFault.detail(cause));
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        trouble = cause;
        ctx.close();
    }

    private void insecure(HandshakeFault fault, String detail) {
        if (!told) {
            told = true;
            events.onInsecure(fault, detail);
        }
    }
}
