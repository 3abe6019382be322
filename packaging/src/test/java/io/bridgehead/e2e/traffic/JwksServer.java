package io.bridgehead.e2e.traffic;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.bridgehead.authn.TestIssuer;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Where an issuer of tokens publishes its keys: {@code /jwks.json} on {@code localhost}, by TLS or without. */
public final class JwksServer implements AutoCloseable {
    private final TestIssuer issuer;
    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger readings = new AtomicInteger();
    private final AtomicReference<@Nullable String> instead = new AtomicReference<>();

    private JwksServer(TestIssuer issuer, HttpServer server, String scheme) {
        this.issuer = issuer;
        this.server = server;
        this.scheme = scheme;
        server.setExecutor(threads);
        server.createContext("/jwks.json", exchange -> {
            readings.incrementAndGet();
            String other = instead.get();
            byte[] body = other == null ? issuer.jwks() : other.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(other == null ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    /** Without TLS. */
    public static JwksServer plain(TestIssuer issuer) {
        try {
            return new JwksServer(issuer, HttpServer.create(address(), 50), "http");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By TLS, with a certificate for {@code localhost}. */
    public static JwksServer secure(TestIssuer issuer, MaterialFiles.Paths identity) {
        try {
            HttpsServer server = HttpsServer.create(address(), 50);
            server.setHttpsConfigurator(new HttpsConfigurator(TlsEndpoint.context(identity)));
            return new JwksServer(issuer, server, "https");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | MaterialException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.next());
    }

    /** Who signs. */
    public TestIssuer issuer() {
        return issuer;
    }

    /** Where the keys are. */
    public String url() {
        return scheme + "://localhost:" + server.getAddress().getPort() + "/jwks.json";
    }

    /** How often they were asked for. */
    public int readings() {
        return readings.get();
    }

    /** Answers 503 with this text from now on. */
    public JwksServer failing(String text) {
        instead.set(text);
        return this;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
