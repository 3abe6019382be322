package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.RawHttp2;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Browsers and services reach the fabric over HTTPS and HTTP/2, through one node and through two. */
final class ClientsComeOverTlsIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int AWS = Ports.next();
    private static final int AZURE = Ports.next();
    private static final int CLEAR = Ports.next();
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");

    @BeforeAll
    static void start() {
        ENDPOINT.at("/echo", ClientsComeOverTlsIT::echo);
        ENDPOINT.at("/trailers", ClientsComeOverTlsIT::trailers);
        for (TestNode node : FABRIC.nodes()) {
            FABRIC.pki().web(node.folder(), "web", "localhost", "shop.example", "team.example");
            FABRIC.pki().web(node.folder(), "wild", "*.wild.example");
        }
        listen(FABRIC.node("aws-a"), AWS);
        listen(FABRIC.node("azure-a"), AZURE);
        FABRIC.node("aws-a").yaml().listener("clear", CLEAR, "http2: true");
        FABRIC.start();
        Map<String, List<String>> sites = Map.of("azure", List.of(ENDPOINT.address()));
        FABRIC.applied(
                FABRIC.node("aws-a"),
                Documents.http("shop", "localhost, shop.example, a.wild.example, b.wild.example", sites) + "---\n"
                        + Documents.http(
                                "team",
                                "team.example",
                                sites,
                                "allow: [ { from: [ \"spiffe://" + TestFabric.TRUST_DOMAIN + "/team/*\" ] } ]"));
        for (TestNode node : FABRIC.nodes()) {
            TestFabric.awaitServing(node, "shop", "azure");
            TestFabric.awaitServing(node, "team", "azure");
        }
    }

    private static void listen(TestNode node, int port) {
        node.yaml()
                .set("limits", "{ drainTimeout: 2s, tlsHandshakeTimeout: 30s }")
                .listener(
                        "https",
                        port,
                        "protocol: HTTPS, tls: { certificates: [ { certificate: web.crt, key: web.key },"
                                + " { certificate: wild.crt, key: wild.key } ], clientCertificates: optional }");
    }

    private static void echo(Message request, OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\ncontent-length: " + request.body().length + "\r\n\r\n");
        out.write(request.body());
    }

    private static void trailers(Message request, OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-got\r\n\r\n");
        write(out, "5\r\nhello\r\n0\r\nx-got: " + request.trailer("x-count") + "\r\n\r\n");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static TlsClient client() {
        return TlsClient.trusting(FABRIC.pki().folder().resolve("ca.crt"), null);
    }

    private static int get(SSLSocket socket, String host) throws IOException {
        return RawClient.over(socket).exchange("GET", host, "/", "").status();
    }

    @Test
    void javasClientSpeaksBothVersionsThroughOneNodeAndTwo() throws Exception {
        byte[] body = new byte[1 << 20];
        new Random(1).nextBytes(body);
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(client().context()).build()) {
            for (int port : List.of(AZURE, AWS)) {
                for (HttpClient.Version version : List.of(HttpClient.Version.HTTP_2, HttpClient.Version.HTTP_1_1)) {
                    HttpResponse<byte[]> answer = client.send(
                            HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/echo"))
                                    .version(version)
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
                    assertThat(answer.version()).isEqualTo(version);
                    assertThat(answer.body()).isEqualTo(body);
                    Message seen = ENDPOINT.requests().getLast();
                    assertThat(seen.first("x-forwarded-proto")).isEqualTo("https");
                    assertThat(String.valueOf(seen.first("via")))
                            .startsWith(version == HttpClient.Version.HTTP_2 ? "2 " : "1.1 ");
                }
            }
        }
    }

    @Test
    void aHundredStreamsShareOneConnection() throws Exception {
        byte[] body = new byte[64 * 1024];
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(client().context()).build()) {
            URI uri = URI.create("https://localhost:" + AWS + "/echo");
            client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
            List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                all.add(client.sendAsync(
                        HttpRequest.newBuilder(uri)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray()));
            }
            for (CompletableFuture<HttpResponse<byte[]>> one : all) {
                HttpResponse<byte[]> answer = one.get(60, TimeUnit.SECONDS);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).hasSize(body.length);
            }
        }
    }

    @Test
    void trailersOfBothDirectionsPass() throws IOException {
        for (int port : List.of(AZURE, AWS)) {
            try (RawHttp2 http = client().http2(port, "shop.example")) {
                int stream = http.open("POST", "shop.example", "/trailers", false, "te", "trailers");
                http.data(stream, "abc".getBytes(StandardCharsets.UTF_8), false);
                http.trailer(stream, "x-count", "3");
                RawHttp2.Answer answer = http.await(stream);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("hello");
                assertThat(answer.trailer("x-got")).isEqualTo("3");
            }
        }
    }

    @Test
    void hostsOfTheCertificateShareAConnectionAndOthersAreMisdirected() throws IOException {
        try (RawHttp2 http = client().http2(AWS, "shop.example")) {
            assertThat(http.get("shop.example", "/").status()).isEqualTo(200);
            assertThat(http.get("localhost", "/").status()).isEqualTo(200);
            assertThat(http.get("a.wild.example", "/").status()).isEqualTo(421);
        }
        try (SSLSocket wild = client().to(AWS, "a.wild.example");
                SSLSocket unknown = client().to(AWS, "unknown.example")) {
            assertThat(get(wild, "b.wild.example")).isEqualTo(200);
            assertThat(get(wild, "shop.example")).isEqualTo(421);
            assertThat(get(unknown, "unknown.example")).isEqualTo(421);
            assertThat(TlsClient.names(unknown)).contains("shop.example");
        }
    }

    @Test
    void tls12WithoutAlpnIsServedAndOlderOnesAreNot() throws IOException {
        try (SSLSocket socket = client().to(AWS, "shop.example")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThat(get(socket, "shop.example")).isEqualTo(200);
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
    }

    @Test
    void aClientThatOffersOnlyOtherProtocolsGetsAnAlert() throws IOException {
        try (SSLSocket socket = client().to(AWS, "shop.example", "http/1.0", "h3")) {
            assertThatThrownBy(socket::startHandshake).hasMessageContaining("no_application_protocol");
        }
        try (SSLSocket socket = client().to(AWS, "shop.example", "h3", "http/1.1")) {
            assertThat(get(socket, "shop.example")).isEqualTo(200);
        }
        Patience.until(
                "the refusal is counted",
                () -> FABRIC.node("aws-a").meter("bridgehead_tls_handshakes_failed", "no-protocol") > 0);
    }

    @Test
    void aClientCertificateIsTheCallerForBothSites() throws IOException {
        TlsClient shop = TlsClient.trusting(
                FABRIC.pki().folder().resolve("ca.crt"), FABRIC.pki().workload("/team/shop", "shop"));
        for (int port : List.of(AZURE, AWS)) {
            try (RawHttp2 known = shop.http2(port, "team.example");
                    RawHttp2 unknown = client().http2(port, "team.example")) {
                assertThat(known.get("team.example", "/team", "x-forwarded-client-cert", "Hash=forged")
                                .status())
                        .isEqualTo(200);
                assertThat(unknown.get("team.example", "/").status()).isEqualTo(403);
            }
            assertThat(String.valueOf(ENDPOINT.requests().getLast().first("x-forwarded-client-cert")))
                    .startsWith("By=spiffe://e2e.example/site/")
                    .contains("Hash=", "Subject=", "URI=spiffe://e2e.example/team/shop")
                    .doesNotContain("forged");
        }
    }

    @Test
    void aNewCertificateIsShownWhileAStreamRuns() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        try (RawHttp2 running = client().http2(AWS, "a.wild.example")) {
            int stream = running.open("POST", "a.wild.example", "/echo", false);
            running.data(stream, "before ".getBytes(StandardCharsets.UTF_8), false);
            FABRIC.pki().web(aws.folder(), "wild", "*.wild.example", "new.example");
            aws.awaitLog("certificates reloaded", "new.example");
            Patience.until("the new one is shown", () -> shown("new.example").contains("new.example"));
            running.data(stream, "after".getBytes(StandardCharsets.UTF_8), true);
            assertThat(running.await(stream).text()).isEqualTo("before after");
        }
    }

    private static String shown(String serverName) {
        try (SSLSocket socket = client().to(AWS, serverName)) {
            socket.startHandshake();
            return TlsClient.names(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aBrokenFileKeepsTheOldPairAndIsReported() throws IOException {
        TestNode azure = FABRIC.node("azure-a");
        Path certificate = azure.folder().resolve("wild.crt");
        byte[] whole = Files.readAllBytes(certificate);
        Files.write(certificate, Arrays.copyOf(whole, whole.length / 2));
        azure.awaitLog("wild.crt", "cut off or broken");
        Cli.Result reload = Cli.run("reload", "--socket", azure.socket().toString());
        assertThat(reload.exit()).isEqualTo(1);
        assertThat(reload.err()).contains("listener 'https'", "wild.crt");
        Cli.Result validate = Cli.run("validate", azure.config().toString());
        assertThat(validate.exit()).isEqualTo(1);
        assertThat(validate.out() + validate.err()).contains("wild.crt");
        try (SSLSocket socket = client().to(AZURE, "a.wild.example")) {
            assertThat(get(socket, "a.wild.example")).isEqualTo(200);
        }
        Files.write(certificate, whole);
        Cli.run("reload", "--socket", azure.socket().toString()).good();
    }

    @Test
    void plaintextAtTheTlsPortIsToldSo() throws IOException {
        Message answer = RawClient.get(AWS, "shop.example", "/");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("https");
        Patience.until(
                "the refusal is counted",
                () -> FABRIC.node("aws-a").meter("bridgehead_tls_handshakes_failed", "not-tls") > 0);
    }

    @Test
    void http2InClearTextNeedsPriorKnowledgeAndPermission() throws IOException {
        try (RawHttp2 clear = RawHttp2.over(new Socket(InetAddress.getLoopbackAddress(), CLEAR), "http")) {
            int stream = clear.open("POST", "shop.example", "/echo", false);
            clear.data(stream, "hello".getBytes(StandardCharsets.UTF_8), true);
            assertThat(clear.await(stream).text()).isEqualTo("hello");
        }
        assertThat(RawClient.get(CLEAR, "shop.example", "/").status()).isEqualTo(200);
        // the node may have ended the connection before the client has said all of its preface
        int http = FABRIC.node("aws-a").http();
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), http)) {
            assertThatThrownBy(() -> {
                        try (RawHttp2 refused = RawHttp2.over(plain, "http")) {
                            refused.get("shop.example", "/");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void statusSaysWhichKeyExchangeIsUsed() {
        assertThat(FABRIC.node("aws-a")
                        .get("/v1/status")
                        .getJsonArray("listeners")
                        .encode())
                .contains("\"protocol\":\"HTTPS\"", "X25519MLKEM768", "*.wild.example");
    }
}
