package io.bridgehead.proxy;

import org.jspecify.annotations.Nullable;

/**
 * What holds for all requests of one client connection because of its TLS.
 *
 * @param certificate what endpoints are told of the client's certificate
 * @param names the hosts that may be asked for here; null when any may: without TLS, and where Gateways say what is served
 * @param serverName what the client asked for (SNI) as {@link io.bridgehead.match.Hosts#normalise} gives it, empty when it named none; null
 *     unless this is TLS at a port that Gateways describe
 */
public record EdgeTerms(
        ForwardedCertificate certificate,
        @Nullable ServedNames names,
        @Nullable String serverName) {
    /** At a port where the certificate alone says what may be asked for. */
    public EdgeTerms(ForwardedCertificate certificate, @Nullable ServedNames names) {
        this(certificate, names, null);
    }

    /** Without TLS, or without anything to say of it. */
    public static final EdgeTerms PLAIN =
            new EdgeTerms(new ForwardedCertificate(ForwardedCertificate.Mode.SANITIZE_SET, null), null);
}
