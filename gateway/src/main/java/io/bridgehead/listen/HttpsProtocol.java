package io.bridgehead.listen;

import io.bridgehead.model.Caller;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.proxy.EdgeTerms;
import io.bridgehead.proxy.ForwardedCertificate;
import io.bridgehead.tls.edge.ClientProof;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tls.edge.SecuredClient;
import io.bridgehead.wire.HttpServerConnection;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** HTTP over TLS: HTTP/2 or HTTP/1.1, as ALPN says; HTTP/1.1 for clients that do not use ALPN. */
final class HttpsProtocol implements EdgeProtocol {
    private final EdgeTls tls;

    HttpsProtocol(EdgeTls tls) {
        this.tls = tls;
    }

    @Override
    public void serve(Accepted connection) {
        Secured secured = new Secured(connection, tls);
        connection.track(secured);
        tls.accept(connection.channel(), secured);
    }

    /** One connection, from the handshake on. */
    @OwnedBy(Owner.EVENT_LOOP)
    private static final class Secured implements EdgeTls.Events, LoopConnections.Open {
        private final Accepted accepted;
        private final EdgeTls tls;
        private @Nullable HttpServerConnection http;
        private @Nullable ClientProof proof;

        Secured(Accepted accepted, EdgeTls tls) {
            this.accepted = accepted;
            this.tls = tls;
        }

        @Override
        public void onSecured(SecuredClient client) {
            proof = client.proof();
            String details = proof == null ? null : CertificateDetails.of(proof.leaf());
            EdgeTerms terms = new EdgeTerms(
                    new ForwardedCertificate(accepted.spec().edge().forward(), details), client.names()::covers);
            boolean http2 = client.applicationProtocol().equals(EdgeTls.HTTP2);
            http = HttpProtocol.begin(accepted, http2, caller(proof), terms);
        }

        private Caller caller(@Nullable ClientProof shown) {
            SpiffeId id = shown == null ? null : shown.id();
            Caller unproven = accepted.caller();
            return id == null
                    ? unproven
                    : new Caller(id, Caller.Proof.CERTIFICATE, unproven.site(), unproven.address());
        }

        @Override
        public void onInsecure(HandshakeFault fault, String detail) {
            accepted.parts().observer().handshakeFailed(accepted.spec().name(), fault, detail);
        }

        @Override
        public void drain() {
            HttpServerConnection begun = http;
            if (begun == null) {
                accepted.channel().close();
            } else {
                begun.drain();
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
            ClientProof shown = proof;
            if (shown == null) {
                return;
            }
            try {
                tls.recheck(shown.chain());
            } catch (CertificateException e) {
                accepted.parts().observer().trustWithdrawn(accepted.spec().name(), String.valueOf(e.getMessage()));
                accepted.channel().close();
            }
        }
    }
}
