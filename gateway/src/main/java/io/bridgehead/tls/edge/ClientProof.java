package io.bridgehead.tls.edge;

import io.bridgehead.model.SpiffeId;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client certificate that was found valid.
 *
 * @param id who the client is, or null when the certificate is no X.509-SVID
 * @param chain the leaf, then what the client sent behind it
 */
public record ClientProof(@Nullable SpiffeId id, List<X509Certificate> chain) {
    public ClientProof {
        chain = List.copyOf(chain);
    }

    /** The client's own certificate. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }
}
