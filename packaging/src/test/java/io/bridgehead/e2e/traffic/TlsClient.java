package io.bridgehead.e2e.traffic;

import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A TLS client that trusts one authority, and shows a certificate or none. */
public final class TlsClient {
    private static final char[] NO_PASSWORD = new char[0];
    private static final int TIMEOUT_MILLIS = 20_000;

    private final SSLContext context;

    private TlsClient(SSLContext context) {
        this.context = context;
    }

    /** @param identity what it shows, or null */
    public static TlsClient trusting(Path authority, MaterialFiles.@Nullable Paths identity) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, NO_PASSWORD);
            trusted.setCertificateEntry(
                    "ca", PemFile.read(authority).certificates().getFirst());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, NO_PASSWORD);
            if (identity != null) {
                own.setKeyEntry(
                        "me",
                        PemFile.read(identity.key()).privateKey(),
                        NO_PASSWORD,
                        PemFile.read(identity.certificate()).certificates().toArray(Certificate[]::new));
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return new TlsClient(context);
        } catch (GeneralSecurityException | IOException | MaterialException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For other clients. */
    public SSLContext context() {
        return context;
    }

    /** Connects to a port of loopback; the handshake is still to be done. */
    public SSLSocket to(int port, String serverName, String... applicationProtocols) throws IOException {
        return from(InetAddress.getLoopbackAddress(), port, serverName, applicationProtocols);
    }

    /** As {@link #to}, from a loopback address of the client's own choice. */
    public SSLSocket from(InetAddress own, int port, String serverName, String... applicationProtocols)
            throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port, own, 0);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        parameters.setApplicationProtocols(applicationProtocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** HTTP/2 over TLS. */
    public RawHttp2 http2(int port, String serverName) throws IOException {
        SSLSocket socket = to(port, serverName, "h2");
        socket.startHandshake();
        if (!socket.getApplicationProtocol().equals("h2")) {
            throw new IOException("ALPN: found '" + socket.getApplicationProtocol() + "', expected h2");
        }
        return RawHttp2.over(socket, "https");
    }

    /** The names in the certificate that the server shows. */
    public static String names(SSLSocket socket) throws IOException {
        try {
            return String.valueOf(
                    ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectAlternativeNames());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
