package io.bridgehead.tls.edge;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One consistent set of what a listener's files hold.
 *
 * @param certificates in the order of the configuration
 * @param clientAuthorities null when the node's trust bundle stands for them
 * @param clientRevocations lists of revoked client certificates, beside those of the node
 */
record EdgeMaterial(
        List<EdgeCertificate> certificates,
        @Nullable List<X509Certificate> clientAuthorities,
        List<X509CRL> clientRevocations) {}
