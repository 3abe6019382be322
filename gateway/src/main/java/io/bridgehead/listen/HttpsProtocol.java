package io.bridgehead.listen;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.proxy.EdgeTerms;
import io.bridgehead.proxy.ForwardedCertificate;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tls.edge.SecuredClient;
import io.bridgehead.wire.HttpServerConnection;
import org.jspecify.annotations.Nullable;

/** HTTP over TLS: HTTP/2 or HTTP/1.1, as ALPN says; HTTP/1.1 for clients that do not use ALPN. */
final class HttpsProtocol implements EdgeProtocol {
    private final EdgeTls tls;

    HttpsProtocol(EdgeTls tls) {
        this.tls = tls;
    }

    @Override
    public void serve(Accepted connection) {
        connection.track(begin(connection, tls, null));
    }

    /**
     * Begins the handshake.
     *
     * @param serverName what the client asks for, where that and not the certificate says what it may ask for; else null
     * @return the connection, for its end with its listener
     */
    static LoopConnections.Open begin(Accepted connection, EdgeTls tls, @Nullable String serverName) {
        Secured secured = new Secured(connection, tls, serverName);
        tls.accept(connection.channel(), secured);
        return secured;
    }

    /** One connection, from the handshake on. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Secured implements EdgeTls.Events, LoopConnections.Open {
        private final Accepted accepted;
        private final @Nullable String serverName;
        private final TlsWatch watch;
        private @Nullable HttpServerConnection http;
        private boolean spared;

        Secured(Accepted accepted, EdgeTls tls, @Nullable String serverName) {
            this.accepted = accepted;
            this.serverName = serverName;
            this.watch = new TlsWatch(accepted, tls);
        }

        @Override
        public void onSecured(SecuredClient client) {
            watch.secured(client);
            ForwardedCertificate certificate =
                    new ForwardedCertificate(accepted.spec().edge().forward(), watch.details());
            EdgeTerms terms = serverName == null
                    ? new EdgeTerms(certificate, client.names()::covers)
                    : new EdgeTerms(certificate, null, serverName);
            boolean http2 = client.applicationProtocol().equals(EdgeTls.HTTP2);
            ListenerSpec.Page page = accepted.spec().edge().page();
            if (page != null) {
                http = HttpProtocol.begin(accepted, http2, new PageHandler(page));
                return;
            }
            String asked = serverName == null ? client.serverName() : serverName;
            http = HttpProtocol.begin(accepted, http2, watch.caller(), terms, asked);
        }

        @Override
        public void onInsecure(HandshakeFault fault, String detail) {
            accepted.parts().observer().handshakeFailed(accepted.spec().name(), fault, detail);
        }

        @Override
        public void drain() {
            HttpServerConnection begun = http;
            if (begun != null) {
                accepted.drain(begun);
            } else if (spared || !accepted.spares(this::drain)) {
                accepted.channel().close();
            } else {
                spared = true;
            }
        }

        @Override
        public void close() {
            accepted.channel().close();
        }

        @Override
        public void hurryIdle() {
            HttpServerConnection begun = http;
            if (begun != null) {
                begun.hurryIdle();
            }
        }

        @Override
        public void recheck() {
            watch.recheck();
        }
    }
}
