package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import io.bridgehead.model.Caller;
import io.bridgehead.model.Refusal;
import io.bridgehead.proxy.ForwardedCertificate;
import io.bridgehead.tls.LiveTls;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.edge.EdgeTls;
import io.bridgehead.tls.edge.EdgeTlsSettings.ClientCertificates;
import io.bridgehead.tls.edge.HandshakeFault;
import io.bridgehead.tls.handshake.TunnelTls.Library;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener for HTTPS: versions of HTTP, names, client certificates, sessions, files that change. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
final class HttpsListenerTest extends HttpsBed {
    @ParameterizedTest
    @EnumSource(
            value = Library.class,
            names = {"BORINGSSL", "JDK"})
    void bothVersionsOfHttpAreServed(Library library) throws Exception {
        open(library, keys.settings(ClientCertificates.NONE, LOCAL));
        try (HttpClient client = http(keys.client(null))) {
            for (HttpClient.Version version : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
                HttpResponse<String> got =
                        send(client, to("/a").version(version).POST(HttpRequest.BodyPublishers.ofString("hello")));
                assertThat(got.statusCode()).isEqualTo(200);
                assertThat(got.body()).isEqualTo("hello");
                assertThat(got.version()).isEqualTo(version);
                Headers fields = seen();
                assertThat(fields.getFirst("via")).startsWith(version == HttpClient.Version.HTTP_2 ? "2 " : "1.1 ");
                assertThat(fields.getFirst("x-forwarded-proto")).isEqualTo("https");
                assertThat(fields.getFirst("x-forwarded-client-cert")).isNull();
            }
        }
    }

    @Test
    void manyStreamsShareAConnectionAndLargeBodiesPass() throws Exception {
        open();
        byte[] large = new byte[1 << 20];
        Arrays.fill(large, (byte) 'x');
        try (HttpClient client = http(keys.client(null))) {
            send(client, to("/first"));
            List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(client.sendAsync(
                        to("/" + i)
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(large))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> one : all) {
                assertThat(Arrays.equals(one.get(30, TimeUnit.SECONDS).body(), large))
                        .isTrue();
            }
            assertThat(Objects.requireNonNull(gateway.listeners.open().get("https"))
                            .connections())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Library.class,
            names = {"BORINGSSL", "JDK"})
    void tls12WithoutAlpnSpeaksHttp11WithAnAeadSuite(Library library) throws Exception {
        open(library, keys.settings(ClientCertificates.NONE, LOCAL));
        try (SSLSocket socket = raw(keys.client(null), "localhost", "TLSv1.2")) {
            assertThat(get(socket, "localhost")).startsWith("HTTP/1.1 200");
            assertThat(socket.getSession().getCipherSuite()).containsAnyOf("_GCM_", "_CHACHA20_");
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
        try (SSLSocket old = raw(keys.client(null), "localhost", "TLSv1.2")) {
            old.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
            assertThatThrownBy(old::startHandshake).isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Library.class,
            names = {"BORINGSSL", "JDK"})
    void aClientThatOffersOnlyOtherProtocolsGetsAnAlert(Library library) throws Exception {
        open(library, keys.settings(ClientCertificates.NONE, LOCAL));
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (SSLSocket socket = raw(keys.client(null), "localhost", version)) {
                offer(socket, "http/1.0", "h2c", "h3");
                assertThatThrownBy(socket::startHandshake)
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining("no_application_protocol");
            }
            assertThat(faults.poll(10, TimeUnit.SECONDS)).isEqualTo(HandshakeFault.NO_PROTOCOL);
            try (SSLSocket socket = raw(keys.client(null), "localhost", version)) {
                offer(socket, "h3", "http/1.1");
                assertThat(get(socket, "localhost")).startsWith("HTTP/1.1 200");
                assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void theServerNameChoosesTheCertificate() throws Exception {
        open();
        try (SSLSocket wild = raw(keys.client(null), "a.wild.example");
                SSLSocket local = raw(keys.client(null), "LOCALHOST");
                SSLSocket unknown = raw(keys.client(null), "nobody.example");
                SSLSocket none = raw(keys.client(null), "")) {
            assertThat(get(wild, "b.wild.example")).startsWith("HTTP/1.1 200");
            assertThat(names(wild)).contains("*.wild.example");
            assertThat(get(local, "shop.example:443")).startsWith("HTTP/1.1 200");
            unknown.startHandshake();
            assertThat(names(unknown)).contains("localhost");
            assertThat(get(none, "localhost")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aHostThatTheCertificateDoesNotCoverIsMisdirected() throws Exception {
        open();
        try (SSLSocket socket = raw(keys.client(null), "localhost")) {
            assertThat(get(socket, "a.wild.example")).startsWith("HTTP/1.1 421").contains("proxy-status");
            assertThat(gateway.nextRecord().refusal()).isEqualTo(Refusal.MISDIRECTED);
            assertThat(get(socket, "localhost")).startsWith("HTTP/1.1 200");
            assertThat(get(socket, "x.shop.example")).startsWith("HTTP/1.1 421");
        }
        try (H2Caller h2 = H2Caller.over(alpn(raw(keys.client(null), "localhost")))) {
            assertThat(h2.get("https", "a.wild.example", "/")).isEqualTo(421);
            assertThat(h2.get("https", "shop.example", "/")).isEqualTo(200);
            assertThat(h2.get("https", "localhost", "/")).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Library.class,
            names = {"BORINGSSL", "JDK"})
    void anSvidIsTheCallersIdentity(Library library) throws Exception {
        open(library, keys.settings(ClientCertificates.OPTIONAL, LOCAL));
        MaterialFiles.Paths shop = keys.issue("shop", "/team/shop");
        try (HttpClient client = http(keys.client(shop));
                HttpClient nobody = http(keys.client(null))) {
            assertThat(send(client, to("/").header("x-forwarded-client-cert", "Hash=forged"))
                            .statusCode())
                    .isEqualTo(200);
            Caller caller = gateway.nextRecord().caller();
            assertThat(caller.identity()).hasToString("spiffe://" + Gateway.DOMAIN + "/team/shop");
            assertThat(caller.proof()).isEqualTo(Caller.Proof.CERTIFICATE);
            assertThat(seen().getFirst("x-forwarded-client-cert"))
                    .matches("By=spiffe://[^;]+/gateway/a;Hash=[0-9a-f]{64};Subject=\"O=Bridgehead,CN=shop\";"
                            + "URI=spiffe://[^;,]+/team/shop");
            send(nobody, to("/"));
            assertThat(gateway.nextRecord().caller().proof()).isEqualTo(Caller.Proof.LISTENER);
            assertThat(seen().getFirst("x-forwarded-client-cert")).isNull();
        }
    }

    @Test
    void aProxyWithACertificateAppends() throws Exception {
        open(Library.BEST, keys.settings(ClientCertificates.REQUIRED, LOCAL), ForwardedCertificate.Mode.APPEND_FORWARD);
        try (HttpClient client = http(keys.client(keys.issue("proxy", "/team/proxy", "proxy.example")))) {
            send(client, to("/").header("x-forwarded-client-cert", "By=x;Hash=y"));
            assertThat(seen().getFirst("x-forwarded-client-cert"))
                    .startsWith("By=x;Hash=y,By=spiffe://")
                    .endsWith("/team/proxy;DNS=proxy.example");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Library.class,
            names = {"BORINGSSL", "JDK"})
    void aClientWithoutTheRequiredCertificateGetsNowhere(Library library) throws Exception {
        open(library, keys.settings(ClientCertificates.REQUIRED, LOCAL));
        try (SSLSocket socket = raw(keys.client(null), "localhost")) {
            assertThatThrownBy(() -> get(socket, "localhost")).isInstanceOf(IOException.class);
        }
        assertThat(faults.poll(10, TimeUnit.SECONDS)).isEqualTo(HandshakeFault.CERTIFICATE_REFUSED);
        Files.createDirectory(folder.resolve("foreign"));
        try (EdgeKeys foreign = new EdgeKeys(folder.resolve("foreign"));
                SSLSocket socket =
                        raw(keys.clientWith(foreign.load(foreign.issue("shop", "/team/shop"))), "localhost")) {
            assertThatThrownBy(() -> get(socket, "localhost")).isInstanceOf(IOException.class);
        }
        assertThat(faults.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void sessionsAreResumedInBothVersionsUntilTheCertificateChanges() throws Exception {
        EdgeTls tls = open(Library.BORINGSSL, keys.settings(ClientCertificates.NONE, LOCAL));
        SSLContext context = keys.client(null);
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            long first = begun(context, protocol);
            assertThat(begun(context, protocol)).isEqualTo(first);
            assertThat(begun(context, protocol)).isEqualTo(first);
            keys.issue("localhost", "/web/" + protocol.toLowerCase(java.util.Locale.ROOT), "localhost");
            assertThat(tls.poll()).isTrue();
            assertThat(begun(context, protocol)).isNotEqualTo(first);
        }
    }

    /** When the session of a connection began: at an earlier one if it was resumed. */
    private long begun(SSLContext context, String protocol) throws Exception {
        try (SSLSocket socket = raw(context, "localhost", protocol)) {
            assertThat(get(socket, "localhost")).startsWith("HTTP/1.1 200");
            return socket.getSession().getCreationTime();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Library.class,
            names = {"BORINGSSL", "JDK"})
    void noSessionIsResumedWhereClientsShowCertificates(Library library) throws Exception {
        open(library, keys.settings(ClientCertificates.REQUIRED, LOCAL));
        SSLContext context = keys.client(keys.issue("shop", "/team/shop"));
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            long first;
            try (SSLSocket socket = raw(context, "localhost", protocol)) {
                get(socket, "localhost");
                first = socket.getSession().getCreationTime();
            }
            // two sessions of one millisecond would look like one
            while (System.currentTimeMillis() <= first) {
                Thread.onSpinWait();
            }
            try (SSLSocket socket = raw(context, "localhost", protocol)) {
                get(socket, "localhost");
                if (library == Library.BORINGSSL) {
                    assertThat(socket.getSession().getCreationTime()).isNotEqualTo(first);
                }
            }
        }
    }

    @Test
    void aClientIsJudgedAgainWhenTrustChanges() throws Exception {
        open(Library.BEST, keys.settings(ClientCertificates.REQUIRED, LOCAL));
        keys.live.subscribe((LiveTls.Generation _) -> gateway.listeners.recheck());
        try (SSLSocket socket = raw(keys.client(keys.issue("shop", "/team/shop")), "localhost")) {
            assertThat(get(socket, "localhost")).startsWith("HTTP/1.1 200");
            keys.live.swap(keys.live.current().material());
            assertThat(get(socket, "localhost")).startsWith("HTTP/1.1 200");
            Files.createDirectory(folder.resolve("other"));
            try (EdgeKeys other = new EdgeKeys(folder.resolve("other"))) {
                keys.live.swap(other.live.current().material());
            }
            assertThat(withdrawn.poll(10, TimeUnit.SECONDS)).contains("no valid path");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void newFilesServeNewConnectionsAndBrokenOnesChangeNothing() throws Exception {
        EdgeTls tls = open();
        try (SSLSocket before = raw(keys.client(null), "localhost")) {
            assertThat(get(before, "localhost")).startsWith("HTTP/1.1 200");
            MaterialFiles.Paths paths = keys.issue("localhost", "/web/new", "localhost", "new.example");
            assertThat(tls.poll()).isTrue();
            assertThat(tls.status().certificates()).contains("new.example");
            assertThat(get(before, "shop.example")).startsWith("HTTP/1.1 200");
            assertThat(get(before, "new.example")).startsWith("HTTP/1.1 421");
            Files.write(paths.certificate(), Arrays.copyOf(EdgeKeys.bytes(paths.certificate()), 200));
            assertThat(tls.poll()).isFalse();
            assertThat(keys.refused).isEmpty();
            assertThat(tls.poll()).isFalse();
            assertThat(keys.refused.poll()).hasMessageContaining("cut off or broken");
            assertThat(tls.poll()).isFalse();
            assertThat(keys.refused).isEmpty();
            try (SSLSocket after = raw(keys.client(null), "new.example")) {
                after.startHandshake();
                assertThat(names(after)).contains("new.example");
            }
            keys.issue("localhost", "/web/new", "localhost", "third.example");
            assertThat(tls.poll()).isTrue();
        }
    }
}
