package io.bridgehead.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** A trust manager that leaves its answer to a judge of clients, of servers, or of both; who has no judge is never trusted. Immutable. */
public final class ChainTrust extends X509ExtendedTrustManager {
    private static final Judge NOBODY = (chain, authType, engine) -> {
        throw new CertificateException("asked for the trust in a side that this side is itself");
    };
    private static final X509Certificate[] NO_ISSUERS = {};

    private final Judge clients;
    private final Judge servers;
    private final Supplier<X509Certificate[]> issuers;

    /** Says whether a peer is trusted. */
    @FunctionalInterface
    public interface Judge {
        /**
         * Returns if it is.
         *
         * @param chain the leaf first
         * @param engine null when the connection has none
         * @throws CertificateException saying what was found and what was expected
         */
        void check(X509Certificate[] chain, String authType, @Nullable SSLEngine engine) throws CertificateException;
    }

    private ChainTrust(Judge clients, Judge servers, Supplier<X509Certificate[]> issuers) {
        this.clients = clients;
        this.servers = servers;
        this.issuers = issuers;
    }

    /** Trust of a server in its clients, who are told these issuers so that they can choose a certificate. */
    public static ChainTrust inClients(Judge judge, Supplier<X509Certificate[]> issuers) {
        return new ChainTrust(judge, NOBODY, issuers);
    }

    /** Trust of a client in its servers. */
    public static ChainTrust inServers(Judge judge) {
        return new ChainTrust(NOBODY, judge, NO_ISSUERS::clone);
    }

    /** Trust in peers, whichever side they are. They always show their one certificate, so they are told no issuers. */
    public static ChainTrust inPeers(Judge judge) {
        return new ChainTrust(judge, judge, NO_ISSUERS::clone);
    }

    private static void check(Judge judge, X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        try {
            judge.check(chain, authType, engine);
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
        check(clients, chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(clients, chain, authType, null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(clients, chain, authType, null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(servers, chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(servers, chain, authType, null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(servers, chain, authType, null);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return issuers.get();
    }
}
