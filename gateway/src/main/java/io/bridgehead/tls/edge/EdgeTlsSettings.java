package io.bridgehead.tls.edge;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one listener is secured, as configured.
 *
 * @param listener its name, for messages
 * @param pairs certificates with their keys; the first one serves clients that name no server, or an unknown one; empty when
 *     certificates come from memory
 * @param tls12 whether TLS 1.2 is spoken beside 1.3
 * @param clientCertificates whether clients show a certificate
 * @param clientAuthorities PEM file of authorities whose client certificates are taken beside the X.509-SVIDs of the trust domain;
 *     null for the trust bundle of the node
 * @param clientCrl file of lists of revoked client certificates, beside those of the node; null for none
 * @param requireHybrid refuse clients, and libraries, without X25519MLKEM768
 * @param handshakeMillis from the connection's begin to the end of the handshake; above 0
 */
public record EdgeTlsSettings(
        String listener,
        List<Pair> pairs,
        boolean tls12,
        ClientCertificates clientCertificates,
        @Nullable Path clientAuthorities,
        @Nullable Path clientCrl,
        boolean requireHybrid,
        long handshakeMillis) {
    /** @throws IllegalArgumentException when hybrid key exchange is to go with TLS 1.2 */
    public EdgeTlsSettings {
        pairs = List.copyOf(pairs);
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
        REQUIRED,
        /** They are asked; one that is not valid proves nothing, and is no reason to end the connection. */
        UNCHECKED
    }

    /** For certificates from memory: TLS 1.2 and 1.3. */
    public static EdgeTlsSettings inMemory(
            String listener, ClientCertificates clientCertificates, long handshakeMillis) {
        return new EdgeTlsSettings(listener, List.of(), true, clientCertificates, null, null, false, handshakeMillis);
    }

    boolean asksClients() {
        return clientCertificates != ClientCertificates.NONE;
    }
}
