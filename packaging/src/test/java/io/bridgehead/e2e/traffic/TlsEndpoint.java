package io.bridgehead.e2e.traffic;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** An HTTP/1.1 endpoint by TLS, made with the JDK's server: says its name, at {@code /ready} as well, and counts what else it is asked. */
public final class TlsEndpoint implements AutoCloseable {
    private static final char[] PASSWORD = {'t', 'e', 's', 't'};

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();

    private TlsEndpoint(String name, MaterialFiles.Paths identity, boolean asksForCertificates)
            throws IOException, GeneralSecurityException, MaterialException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.next()), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(context(identity)) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setNeedClientAuth(asksForCertificates);
                parameters.setSSLParameters(ssl);
            }
        });
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            if (!exchange.getRequestURI().getPath().equals("/ready")) {
                requests.incrementAndGet();
            }
            byte[] body = name.getBytes(StandardCharsets.US_ASCII);
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    /** @param asksForCertificates whether clients must have one of the identity's own trust domain */
    public static TlsEndpoint start(String name, MaterialFiles.Paths identity, boolean asksForCertificates) {
        try {
            return new TlsEndpoint(name, identity, asksForCertificates);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | MaterialException e) {
            throw new IllegalStateException(e);
        }
    }

    static SSLContext context(MaterialFiles.Paths identity)
            throws GeneralSecurityException, IOException, MaterialException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(
                "own",
                PemFile.read(identity.key()).privateKey(),
                PASSWORD,
                PemFile.read(identity.certificate()).certificates().toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (X509Certificate authority : PemFile.read(identity.bundle()).certificates()) {
            trusted.setCertificateEntry("authority", authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** How often it was asked for anything but whether it is ready. */
    public int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
