package io.bridgehead.tls.edge;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one listener is secured, as configured.
 *
 * @param listener its name, for messages
 * @param pairs certificates with their keys; the first one serves clients that name no server, or an unknown one
 * @param tls12 whether TLS 1.2 is spoken beside 1.3
 * @param clientCertificates whether clients show a certificate
 * @param clientAuthorities PEM file of authorities whose client certificates are taken beside the X.509-SVIDs of the trust domain;
 *     null for the trust bundle of the node
 * @param requireHybrid refuse clients, and libraries, without X25519MLKEM768
 * @param handshakeMillis from the connection's begin to the end of the handshake; above 0
 */
public record EdgeTlsSettings(
        String listener,
        List<Pair> pairs,
        boolean tls12,
        ClientCertificates clientCertificates,
        @Nullable Path clientAuthorities,
        boolean requireHybrid,
        long handshakeMillis) {
    /** @throws IllegalArgumentException without a certificate, or when hybrid key exchange is to go with TLS 1.2 */
    public EdgeTlsSettings {
        pairs = List.copyOf(pairs);
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("listener '" + listener + "': no certificate: expected at least one");
        }
        if (requireHybrid && tls12) {
            throw new IllegalArgumentException("listener '" + listener
                    + "': requireHybrid with TLS 1.2: expected minVersion 1.3, TLS 1.2 has no hybrid key exchange");
        }
    }

    /**
     * The files of one certificate.
     *
     * @param certificate PEM: the leaf, then each issuer
     * @param key PEM: the leaf's private key
     * @param ocspStaple DER: an OCSP response for the leaf, or null
     */
    public record Pair(Path certificate, Path key, @Nullable Path ocspStaple) {}

    /** Whether clients show a certificate. */
    public enum ClientCertificates {
        /** They are not asked. */
        NONE,
        /** They are asked; one that they show must be valid. */
        OPTIONAL,
        /** Without a valid one there is no connection. */
        REQUIRED
    }

    boolean asksClients() {
        return clientCertificates != ClientCertificates.NONE;
    }
}
