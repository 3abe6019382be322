package io.bridgehead.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a service's endpoints are spoken to by TLS. It belongs to the fabric, so it names authorities and never files.
 *
 * @param serverName what is asked for (SNI, RFC 6066) and what the certificate must name; null for the endpoint's own host
 * @param authorities whose certificates are believed: {@link #SYSTEM}, {@link #BUNDLE}, or a name that each node's
 *     {@code gateway.yaml} resolves, or the manifests that the node reads
 * @param spiffeId the certificate must be an SVID of this ID; null when it must name the server instead
 * @param clientCertificate whether the node shows its own certificate when asked
 * @param unsafeSkipVerify whether every certificate is taken
 * @param manifest what only manifests of the Gateway API can ask for
 */
public record EndpointTls(
        @Nullable String serverName,
        String authorities,
        @Nullable SpiffeId spiffeId,
        boolean clientCertificate,
        boolean unsafeSkipVerify,
        Manifest manifest) {
    /** The authorities that the Java platform trusts. */
    public static final String SYSTEM = "system";
    /** The authorities of the fabric's own trust domain. */
    public static final String BUNDLE = "bundle";
    /** The endpoint's own host name, certified by an authority that the platform trusts. */
    public static final EndpointTls DEFAULT = new EndpointTls(null, SYSTEM, null, false, false);

    /** Without anything that only manifests can ask for. */
    public EndpointTls(
            @Nullable String serverName,
            String authorities,
            @Nullable SpiffeId spiffeId,
            boolean clientCertificate,
            boolean unsafeSkipVerify) {
        this(serverName, authorities, spiffeId, clientCertificate, unsafeSkipVerify, Manifest.NONE);
    }

    /**
     * What a BackendTLSPolicy and a Gateway ask for.
     *
     * @param names the certificate must have one of these instead of the server name, which is then only asked for; empty for the
     *     server name
     * @param clientCertificate name of the certificate that is shown when asked, among those that manifests hold; null for none, or for
     *     the node's own
     */
    public record Manifest(
            List<SubjectName> names, @Nullable String clientCertificate) {
        /** Nothing. */
        public static final Manifest NONE = new Manifest(List.of(), null);

        public Manifest {
            names = List.copyOf(names);
        }
    }

    /** A subject alternative name that a certificate may have. */
    public sealed interface SubjectName {
        /**
         * A DNS name.
         *
         * @param name in lower case; with {@code *} as its first label it fits every name with another one there, and itself
         */
        record Hostname(String name) implements SubjectName {}

        /** A URI, such as a SPIFFE ID, compared as it is. */
        record Uri(String uri) implements SubjectName {}
    }

    /** The same without a name: connections that differ by nothing else share what is costly to make. */
    public EndpointTls withoutServerName() {
        return serverName == null
                ? this
                : new EndpointTls(null, authorities, spiffeId, clientCertificate, unsafeSkipVerify, manifest);
    }
}
