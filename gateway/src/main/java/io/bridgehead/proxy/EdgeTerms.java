package io.bridgehead.proxy;

import org.jspecify.annotations.Nullable;

/**
 * What holds for all requests of one client connection because of its TLS.
 *
 * @param certificate what endpoints are told of the client's certificate
 * @param names the hosts that may be asked for here; null without TLS, when any may
 */
public record EdgeTerms(
        ForwardedCertificate certificate, @Nullable ServedNames names) {
    /** Without TLS, or without anything to say of it. */
    public static final EdgeTerms PLAIN =
            new EdgeTerms(new ForwardedCertificate(ForwardedCertificate.Mode.SANITIZE_SET, null), null);
}
