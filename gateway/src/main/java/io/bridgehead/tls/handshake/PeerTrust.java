package io.bridgehead.tls.handshake;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.SvidValidator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** The trust manager of links between nodes: the peer is its SPIFFE ID, host names play no part. Immutable. */
final class PeerTrust extends X509ExtendedTrustManager {
    private final SvidValidator validator;
    private final ExpectedPeer expected;

    PeerTrust(SvidValidator validator, ExpectedPeer expected) {
        this.validator = validator;
        this.expected = expected;
    }

    /** Who the holder of the chain is; throws when the chain is not valid or its holder is not expected. */
    static SpiffeId check(List<X509Certificate> chain, SvidValidator validator, ExpectedPeer expected)
            throws CertificateException {
        SpiffeId peer = validator.validate(chain);
        String problem = expected.problem(peer);
        if (problem != null) {
            throw new CertificateException(problem);
        }
        return peer;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        try {
            check(List.of(chain), validator, expected);
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            throw e;
        } catch (CertificateException e) {
            // Without a code of its own BoringSSL tells the peer "internal error" instead of "bad certificate".
            throw OpenSsl.isAvailable()
                    ? new OpenSslCertificateException(e.getMessage(), e, CertificateVerifier.X509_V_ERR_CERT_REJECTED)
                    : e;
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    /** None: a peer always presents its one certificate, and names of authorities are nobody else's business. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
