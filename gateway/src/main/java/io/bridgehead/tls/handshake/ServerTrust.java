package io.bridgehead.tls.handshake;

import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.SvidValidator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The trust manager of connections to endpoints: a server's chain must lead to given authorities, and it must name the server,
 * or be the SVID of one SPIFFE ID. Immutable.
 */
final class ServerTrust extends X509ExtendedTrustManager {
    private final Check check;

    private ServerTrust(Check check) {
        this.check = check;
    }

    /** What is asked of a chain. */
    private interface Check {
        void check(X509Certificate[] chain, String authType, SSLEngine engine) throws CertificateException;
    }

    /** @param authorities null for those of the platform */
    static ServerTrust of(EndpointTls settings, @Nullable List<X509Certificate> authorities, Clock clock)
            throws GeneralSecurityException, IOException {
        if (settings.unsafeSkipVerify()) {
            return new ServerTrust((chain, authType, engine) -> {});
        }
        X509ExtendedTrustManager platform = platform(authorities);
        SpiffeId wanted = settings.spiffeId();
        if (wanted == null) {
            // that the certificate names the server is asked by the engine's endpoint identification algorithm
            return new ServerTrust(platform::checkServerTrusted);
        }
        List<X509Certificate> anchors = authorities != null ? authorities : List.of(platform.getAcceptedIssuers());
        SvidValidator validator = new SvidValidator(wanted.trustDomain(), anchors, clock);
        return new ServerTrust((chain, authType, engine) -> {
            SpiffeId found = validator.validate(List.of(chain));
            if (!found.equals(wanted)) {
                throw new CertificateException("found endpoint " + found + "; expected " + wanted);
            }
        });
    }

    private static X509ExtendedTrustManager platform(@Nullable List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = null;
        if (authorities != null) {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("the Java platform has no trust manager for X.509");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            check.check(chain, authType, engine);
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            throw e;
        } catch (CertificateException e) {
            // Without a code of its own BoringSSL tells the endpoint "internal error" instead of "bad certificate".
            throw OpenSsl.isAvailable()
                    ? new OpenSslCertificateException(e.getMessage(), e, CertificateVerifier.X509_V_ERR_CERT_REJECTED)
                    : e;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw onlyEngines();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw onlyEngines();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw onlyEngines();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw onlyEngines();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw onlyEngines();
    }

    private static CertificateException onlyEngines() {
        return new CertificateException("asked in another role than that of a client with an engine");
    }

    /** None: clients have no use for it. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
