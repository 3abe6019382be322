package io.bridgehead.e2e.traffic;

import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS 1.3 as the JDK speaks it, with a certificate of one authority on each side: an endpoint that demands one, and its clients. */
public final class TlsPeer {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final char[] NO_PASSWORD = new char[0];

    private final KeyManager[] keys;
    private final TrustManager[] trust;

    private TlsPeer(KeyManager[] keys, TrustManager[] trust) {
        this.keys = keys;
        this.trust = trust;
    }

    /** Another one for each connection: the JDK's client would go on with an earlier session and its server name. */
    private SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys, trust, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One who has this certificate, and trusts who has one of the same authority. */
    public static TlsPeer with(MaterialFiles.Paths paths) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            Certificate[] chain =
                    PemFile.read(paths.certificate()).certificates().toArray(Certificate[]::new);
            store.setKeyEntry("me", PemFile.read(paths.key()).privateKey(), NO_PASSWORD, chain);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            KeyStore anchors = KeyStore.getInstance("PKCS12");
            anchors.load(null, NO_PASSWORD);
            for (X509Certificate anchor : PemFile.read(paths.bundle()).certificates()) {
                anchors.setCertificateEntry("ca" + anchors.size(), anchor);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(anchors);
            return new TlsPeer(keys.getKeyManagers(), trust.getTrustManagers());
        } catch (GeneralSecurityException | IOException | MaterialException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Connects, says something and is done; the text of the answer, which begins with the server's certificate's name.
     *
     * @param serverName null to name none
     */
    public String say(int port, @Nullable String serverName, String text) throws IOException {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
                SSLSocket socket =
                        (SSLSocket) context().getSocketFactory().createSocket(plain, "127.0.0.1", port, true)) {
            plain.setSoTimeout(TIMEOUT_MILLIS);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(serverName == null ? List.of() : List.of(new SNIHostName(serverName)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return name(socket.getSession()) + " says " + answer;
        }
    }

    /** Serves on a free port: says who called which server with what, when the client is done. */
    public Endpoint serve() {
        try {
            SSLServerSocket server = (SSLServerSocket) context()
                    .getServerSocketFactory()
                    .createServerSocket(Ports.next(), 50, InetAddress.getLoopbackAddress());
            server.setNeedClientAuth(true);
            return new Endpoint(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The SPIFFE ID of the other side's certificate. */
    private static String name(SSLSession session) throws IOException {
        try {
            X509Certificate leaf = (X509Certificate) session.getPeerCertificates()[0];
            return String.valueOf(
                    leaf.getSubjectAlternativeNames().iterator().next().get(1));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** A server that demands a certificate. */
    public static final class Endpoint implements AutoCloseable {
        private final SSLServerSocket server;
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

        Endpoint(SSLServerSocket server) {
            this.server = server;
            threads.execute(this::accept);
        }

        public String address() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        private void accept() {
            try {
                while (!server.isClosed()) {
                    SSLSocket connection = (SSLSocket) server.accept();
                    threads.execute(() -> serve(connection));
                }
            } catch (IOException e) {
                // Closed.
            }
        }

        private static void serve(SSLSocket connection) {
            try (connection) {
                connection.setSoTimeout(TIMEOUT_MILLIS);
                connection.startHandshake();
                ExtendedSSLSession session = (ExtendedSSLSession) connection.getSession();
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                InputStream in = connection.getInputStream();
                in.transferTo(all);
                String answer = name(session) + " called "
                        + session.getRequestedServerNames().stream()
                                .map(named -> new String(named.getEncoded(), StandardCharsets.US_ASCII))
                                .toList()
                        + " with " + all.toString(StandardCharsets.UTF_8);
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // A probe, or a client without a certificate.
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            threads.shutdownNow();
        }
    }
}
