package io.bridgehead.tls.handshake;

import io.bridgehead.model.SpiffeId;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Who is at the other end of a tunnel connection and what the handshake agreed on.
 *
 * @param id the peer, proved by {@code chain}
 * @param chain the peer's certificates, the leaf first; kept to judge them again when the trust changes
 * @param applicationProtocol by ALPN (RFC 7301)
 * @param protocol such as {@code TLSv1.3}
 * @param cipherSuite such as {@code TLS_AES_128_GCM_SHA256}
 * @param keyExchange such as {@code X25519MLKEM768}, or {@code unknown} when the engine does not say
 * @param resumed whether the handshake resumed a session, which those of tunnels should not
 * @param generation of the key material in force when the connection was accepted
 */
public record TlsPeer(
        SpiffeId id,
        List<X509Certificate> chain,
        String applicationProtocol,
        String protocol,
        String cipherSuite,
        String keyExchange,
        Resumption.Seen resumed,
        long generation) {
    /** What {@link #keyExchange} says when the engine does not tell. */
    public static final String UNKNOWN_KEY_EXCHANGE = "unknown";
}
