package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.Withdrawal;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.proxy.ForwardedCertificate;
import io.bridgehead.routing.ServiceRoute;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.edge.EdgeTlsSettings;
import io.bridgehead.tls.edge.EdgeTlsSettings.ClientCertificates;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tls.handshake.TunnelTls.Library;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway with a listener for HTTPS on real sockets, an endpoint behind it, keys that clients trust, and what its observers were told.
 * A test is one by inheritance.
 */
abstract class HttpsBed {
    static final List<String> LOCAL = List.of("localhost", "shop.example");
    static final List<String> WILD = List.of("*.wild.example");

    final BlockingQueue<HandshakeFault> faults = new LinkedBlockingQueue<>();
    final BlockingQueue<String> withdrawn = new LinkedBlockingQueue<>();
    Backend backend;
    Gateway gateway;
    EdgeKeys keys;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws Exception {
        keys = new EdgeKeys(folder);
        backend = new Backend();
        gateway = gateway(ConnectionAge.ANY);
    }

    Gateway gateway(ConnectionAge age) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(Gateway.SITE, List.of(backend.endpoint()));
        ServiceRoute orders = ServiceRoute.http(
                "orders",
                List.of("localhost", "shop.example", "a.wild.example", "b.wild.example", "other.example"),
                sites,
                Authorizer.everySite(Gateway.DOMAIN));
        return new Gateway(age, new Faults(), orders);
    }

    final class Faults implements ListenerObserver {
        @Override
        public void handshakeFailed(String listener, HandshakeFault fault, String detail) {
            faults.add(fault);
        }

        @Override
        public void trustWithdrawn(String listener, @Nullable SpiffeId identity, Withdrawal why, String detail) {
            withdrawn.add(detail);
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
        backend.close();
        keys.close();
    }

    EdgeTls open(Library library, EdgeTlsSettings settings) throws Exception {
        return open(library, settings, ForwardedCertificate.Mode.SANITIZE_SET);
    }

    EdgeTls open(Library library, EdgeTlsSettings settings, ForwardedCertificate.Mode mode) throws Exception {
        EdgeTls tls = keys.tls(settings, library);
        assertThat(gateway.reconcile(new ListenerSpec(
                        "https",
                        "127.0.0.1",
                        0,
                        ListenerSpec.Protocol.HTTPS,
                        SpiffeId.unauthenticated(Gateway.DOMAIN, Gateway.SITE),
                        100,
                        ClientRules.NONE,
                        new ListenerSpec.Edge(tls, true, mode))))
                .isEmpty();
        return tls;
    }

    EdgeTls open() throws Exception {
        return open(Library.BEST, keys.settings(ClientCertificates.NONE, LOCAL, WILD));
    }

    HttpClient http(SSLContext context) {
        return HttpClient.newBuilder().sslContext(context).build();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.port("https") + path))
                .timeout(Duration.ofMillis(Gateway.BOUND_MILLIS));
    }

    static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    Headers seen() throws InterruptedException {
        return Objects.requireNonNull(backend.fields.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS));
    }

    /** A TLS client that asks for one server name, or none. */
    SSLSocket raw(SSLContext context, String serverName, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), gateway.port("https"));
        socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        socket.setSSLParameters(parameters);
        return socket;
    }

    static void offer(SSLSocket socket, String... protocols) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
    }

    static SSLSocket alpn(SSLSocket socket) throws IOException {
        offer(socket, "h2");
        socket.startHandshake();
        assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
        return socket;
    }

    static String get(Socket socket, String host) throws IOException {
        return exchange(socket, "GET / HTTP/1.1\r\nhost: " + host + "\r\n\r\n");
    }

    static String exchange(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + head);
            }
            head.append((char) next);
        }
        int length = head.toString().toLowerCase(Locale.ROOT).indexOf("content-length: ");
        if (length >= 0) {
            int end = head.indexOf("\r\n", length);
            in.readNBytes(Integer.parseInt(head.substring(length + "content-length: ".length(), end)));
        }
        return head.toString();
    }

    static String names(SSLSocket socket) throws Exception {
        return String.valueOf(
                ((java.security.cert.X509Certificate) socket.getSession().getPeerCertificates()[0])
                        .getSubjectAlternativeNames());
    }
}
