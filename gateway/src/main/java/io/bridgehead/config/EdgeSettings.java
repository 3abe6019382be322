package io.bridgehead.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a listener serves HTTP.
 *
 * @param tls null unless the protocol is HTTPS
 * @param http2 whether clients may speak HTTP/2: by ALPN on HTTPS, by prior knowledge on HTTP
 * @param forward what becomes of {@code X-Forwarded-Client-Cert}
 * @param tokens what is taken of JSON Web Tokens; null when nobody looks at them
 */
public record EdgeSettings(
        @Nullable Tls tls, boolean http2, ForwardClientCertificate forward, JwtSettings.@Nullable Taken tokens) {
    /**
     * TLS of a listener.
     *
     * @param certificates the first one serves clients that name no server, or an unknown one
     * @param clientAuthorities null for the trust bundle of the node
     * @param clientCrl lists of revoked client certificates, beside those of the node; null for none
     * @param requireHybrid refuse clients, and TLS libraries, without X25519MLKEM768
     */
    public record Tls(
            List<CertificateFiles> certificates,
            TlsVersion minVersion,
            ClientCertificates clientCertificates,
            @Nullable Path clientAuthorities,
            @Nullable Path clientCrl,
            boolean requireHybrid) {
        public Tls {
            certificates = List.copyOf(certificates);
        }

        /** The same with every path resolved against a folder. */
        public Tls in(Path folder) {
            return new Tls(
                    certificates.stream().map(files -> files.in(folder)).toList(),
                    minVersion,
                    clientCertificates,
                    clientAuthorities == null ? null : folder.resolve(clientAuthorities),
                    clientCrl == null ? null : folder.resolve(clientCrl),
                    requireHybrid);
        }
    }

    /** PEM files of one certificate chain and its key, and a DER file of an OCSP response or null. */
    public record CertificateFiles(
            Path certificate, Path key, @Nullable Path ocspStaple) {
        CertificateFiles in(Path folder) {
            return new CertificateFiles(
                    folder.resolve(certificate),
                    folder.resolve(key),
                    ocspStaple == null ? null : folder.resolve(ocspStaple));
        }
    }

    /** A version of TLS. */
    public enum TlsVersion {
        V1_2,
        V1_3
    }

    /** Whether clients show certificates. */
    public enum ClientCertificates {
        NONE("none"),
        OPTIONAL("optional"),
        REQUIRED("required");

        private final String word;

        ClientCertificates(String word) {
            this.word = word;
        }

        /** As the file writes it. */
        public String word() {
            return word;
        }
    }

    /** What becomes of {@code X-Forwarded-Client-Cert}; Envoy's words. */
    public enum ForwardClientCertificate {
        SANITIZE("sanitize"),
        SANITIZE_SET("sanitizeSet"),
        APPEND_FORWARD("appendForward"),
        FORWARD_ONLY("forwardOnly"),
        ALWAYS_FORWARD_ONLY("alwaysForwardOnly");

        private final String word;

        ForwardClientCertificate(String word) {
            this.word = word;
        }

        /** As the file writes it. */
        public String word() {
            return word;
        }
    }

    /** The same with every path resolved against a folder. */
    public EdgeSettings in(Path folder) {
        return tls == null ? this : new EdgeSettings(tls.in(folder), http2, forward, tokens);
    }
}
