package io.bridgehead.tls.handshake;

import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.Anchors;
import io.bridgehead.tls.ChainTrust;
import io.bridgehead.tls.SvidValidator;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The trust of connections to endpoints: a server's chain must lead to given authorities, and it must name the server,
 * or be the SVID of one SPIFFE ID.
 */
final class ServerTrust {
    private ServerTrust() {}

    /** @param authorities null for those of the platform */
    static ChainTrust of(EndpointTls settings, @Nullable List<X509Certificate> authorities, Clock clock)
            throws GeneralSecurityException, IOException {
        if (settings.unsafeSkipVerify()) {
            return ChainTrust.inServers((chain, authType, engine) -> {});
        }
        X509ExtendedTrustManager platform = Anchors.trusting(authorities);
        SpiffeId wanted = settings.spiffeId();
        List<EndpointTls.SubjectName> names = settings.manifest().names();
        if (wanted == null && !names.isEmpty()) {
            return ChainTrust.inServers((chain, authType, engine) -> {
                named(platform, chain, authType, engine);
                SubjectNames.requireOne(names, chain[0]);
            });
        }
        if (wanted == null) {
            return ChainTrust.inServers((chain, authType, engine) -> named(platform, chain, authType, engine));
        }
        List<X509Certificate> anchors = authorities != null ? authorities : List.of(platform.getAcceptedIssuers());
        SvidValidator validator = new SvidValidator(wanted.trustDomain(), anchors, clock);
        return ChainTrust.inServers((chain, authType, engine) -> {
            SpiffeId found = validator.validate(List.of(chain));
            if (!found.equals(wanted)) {
                throw new CertificateException("found endpoint " + found + "; expected " + wanted);
            }
        });
    }

    /**
     * That the certificate names the server is asked by the engine's endpoint identification algorithm, where it is to; without an engine
     * nobody would.
     */
    private static void named(
            X509ExtendedTrustManager platform, X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        if (engine == null) {
            throw new CertificateException("asked for the trust in a server without an engine");
        }
        platform.checkServerTrusted(chain, authType, engine);
    }
}
