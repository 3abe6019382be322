package io.bridgehead.tls.edge;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that a listener can show, read and found right.
 *
 * @param file where it came from
 * @param chain the leaf, then each issuer
 * @param names the hosts it covers; at least one
 * @param staple an OCSP response, or null
 */
record EdgeCertificate(
        Path file,
        List<X509Certificate> chain,
        PrivateKey key,
        CertificateNames names,
        @Nullable Staple staple) {

    X509Certificate leaf() {
        return chain.getFirst();
    }

    Instant notBefore() {
        return leaf().getNotBefore().toInstant();
    }

    Instant notAfter() {
        return leaf().getNotAfter().toInstant();
    }

    /** An OCSP response (RFC 6960) in DER. Immutable: nobody changes what {@link #response} gives. */
    static final class Staple {
        private final byte[] response;
        private final long untilMillis;

        /** @param untilMillis when the responder expects to know more */
        Staple(byte[] response, long untilMillis) {
            this.response = response;
            this.untilMillis = untilMillis;
        }

        byte[] response() {
            return response;
        }

        /** Whether it may be sent at this time. */
        boolean isFresh(long nowMillis) {
            return nowMillis < untilMillis;
        }
    }

    @Override
    public String toString() {
        return String.join(", ", names.all()) + " until " + notAfter() + ", key ***";
    }
}
