package io.bridgehead.listen;

import io.bridgehead.model.Caller;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.RefusedPeerException;
import io.bridgehead.tls.edge.ClientProof;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.edge.SecuredClient;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** What the client of one connection has proved by TLS, and whether it still holds. */
@OwnedBy(Owner.EVENT_LOOP)
final class TlsWatch {
    private final Accepted accepted;
    private final EdgeTls tls;
    private @Nullable ClientProof proof;

    TlsWatch(Accepted accepted, EdgeTls tls) {
        this.accepted = accepted;
        this.tls = tls;
    }

    /** The handshake has ended well. */
    void secured(SecuredClient client) {
        proof = client.proof();
    }

    /** What endpoints may be told of the client's certificate; null without one. */
    @Nullable
    String details() {
        ClientProof shown = proof;
        return shown == null ? null : CertificateDetails.of(shown.leaf());
    }

    /** The client, by the identity in its certificate if there is one. */
    Caller caller() {
        ClientProof shown = proof;
        SpiffeId id = shown == null ? null : shown.id();
        Caller unproven = accepted.caller();
        return id == null ? unproven : new Caller(id, Caller.Proof.CERTIFICATE, unproven.site(), unproven.address());
    }

    /** Closes the connection if the client's certificate is not trusted any more. */
    void recheck() {
        ClientProof shown = proof;
        if (shown == null) {
            return;
        }
        try {
            tls.recheck(shown.chain());
        } catch (CertificateException e) {
            accepted.parts()
                    .observer()
                    .trustWithdrawn(
                            accepted.spec().name(),
                            shown.id(),
                            RefusedPeerException.why(e),
                            String.valueOf(e.getMessage()));
            accepted.channel().close();
        }
    }
}
