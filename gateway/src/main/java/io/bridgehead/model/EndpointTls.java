package io.bridgehead.model;

import org.jspecify.annotations.Nullable;

/**
 * How a service's endpoints are spoken to by TLS. It belongs to the fabric, so it names authorities and never files.
 *
 * @param serverName what is asked for (SNI, RFC 6066) and what the certificate must name; null for the endpoint's own host
 * @param authorities whose certificates are believed: {@link #SYSTEM}, {@link #BUNDLE}, or a name that each node's
 *     {@code gateway.yaml} resolves
 * @param spiffeId the certificate must be an SVID of this ID; null when it must name the server instead
 * @param clientCertificate whether the node shows its own certificate when asked
 * @param unsafeSkipVerify whether every certificate is taken
 */
public record EndpointTls(
        @Nullable String serverName,
        String authorities,
        @Nullable SpiffeId spiffeId,
        boolean clientCertificate,
        boolean unsafeSkipVerify) {
    /** The authorities that the Java platform trusts. */
    public static final String SYSTEM = "system";
    /** The authorities of the fabric's own trust domain. */
    public static final String BUNDLE = "bundle";
    /** The endpoint's own host name, certified by an authority that the platform trusts. */
    public static final EndpointTls DEFAULT = new EndpointTls(null, SYSTEM, null, false, false);

    /** The same without a name: connections that differ by nothing else share what is costly to make. */
    public EndpointTls withoutServerName() {
        return serverName == null
                ? this
                : new EndpointTls(null, authorities, spiffeId, clientCertificate, unsafeSkipVerify);
    }
}
