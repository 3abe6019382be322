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
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import io.bridgehead.e2e.traffic.WebSocketClient;
import io.bridgehead.e2e.traffic.WebSocketEndpoint;
import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A WebSocket works as if nothing stood between client and endpoint: through the node of the endpoint's site, and through
 * another site's node and the tunnel.
 */
final class WebSocketsCrossOneNodeAndTwoIT {
    private static final int MEBIBYTE = 1 << 20;
    private static final String HANDSHAKE = "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
            + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final WebSocketEndpoint AZURE = FABRIC.closing(WebSocketEndpoint.start("azure"));
    private static final WebSocketEndpoint AWS = FABRIC.closing(WebSocketEndpoint.start("aws"));
    private static final TestEndpoint PAGES = FABRIC.endpoint("pages");

    private static final WebSocketEndpoint SECURED =
            FABRIC.closing(WebSocketEndpoint.secured("secure", FABRIC.pki().workload("/team/chat", "chat")));
    private static final Map<String, Integer> HTTPS = Map.of("aws-a", Ports.next(), "azure-a", Ports.next());

    @BeforeAll
    static void start() {
        for (TestNode node : FABRIC.nodes()) {
            FABRIC.pki().web(node.folder(), "web", "secured.example", "half.example");
        }
        HTTPS.forEach((node, port) -> FABRIC.node(node)
                .yaml()
                .listener(
                        "https",
                        port,
                        "protocol: HTTPS, tls: { certificates: [ { certificate: web.crt, key: web.key } ] }"));
        FABRIC.start();
        TestNode aws = FABRIC.node("aws-a");
        FABRIC.applied(
                aws,
                String.join(
                        "---\n",
                        chat("chat", "localhost", Map.of("azure", List.of(AZURE.address()))),
                        chat("half", "half.example", Map.of("azure", List.of(AZURE.address()))),
                        Documents.http(
                                "pages",
                                "pages.example",
                                Map.of("azure", List.of(PAGES.address())),
                                "upgrades: [ websocket ]"),
                        chat(
                                "secured",
                                "secured.example",
                                Map.of("azure", List.of(SECURED.address())),
                                "protocol: https",
                                "tls: { spiffeId: \"spiffe://" + TestFabric.TRUST_DOMAIN + "/team/chat\" }"),
                        Documents.http("plain", "plain.example", Map.of("azure", List.of(PAGES.address())))));
        TestFabric.awaitServing(aws, "chat", "azure");
        TestFabric.awaitServing(aws, "pages", "azure");
        TestFabric.awaitServing(aws, "secured", "azure");
        TestFabric.awaitServing(aws, "half", "azure");
    }

    private static String chat(String name, String host, Map<String, List<String>> endpoints, String... more) {
        String[] all = Arrays.copyOf(more, more.length + 1);
        all[more.length] = "upgrades: [ websocket ]";
        return Documents.http(name, host, endpoints, all).replace("http: { path: /ready }", "tcp: {}");
    }

    private static WebSocketClient open(String node, String path, String... subprotocols) {
        WebSocketClient client =
                WebSocketClient.open("ws://localhost:" + FABRIC.node(node).http() + path, subprotocols);
        assertThat(client.next()).isEqualTo("azure");
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void messagesComeBack(String node) {
        byte[] bytes = new byte[MEBIBYTE];
        new Random(1).nextBytes(bytes);
        String text = "ä".repeat(MEBIBYTE / 2);
        try (WebSocketClient client = open(node, "/echo?x=1", WebSocketEndpoint.SUBPROTOCOL)) {
            assertThat(client.subprotocol()).isEqualTo(WebSocketEndpoint.SUBPROTOCOL);
            assertThat(client.text("hello").next()).isEqualTo("hello");
            assertThat(client.text("in ", "three ", "frames").next()).isEqualTo("in three frames");
            assertThat(client.binary(bytes).next()).isEqualTo("binary " + MEBIBYTE + " " + Arrays.hashCode(bytes));
            assertThat(client.text(text).next()).isEqualTo(text);
            assertThat(client.binary(new byte[0]).next()).isEqualTo("binary 0 1");
        }
        assertThat(AZURE.events()).contains("open /echo?x=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void pingsAreAnsweredByTheOtherEnd(String node) {
        try (WebSocketClient client = open(node, "/pings")) {
            assertThat(client.ping("are you there").next()).isEqualTo("pong are you there");
            int pongs = pongs();
            assertThat(client.text("ping").next()).isEqualTo("ping");
            Patience.until("the endpoint has its pong", () -> pongs() > pongs);
        }
    }

    /** From a client by TLS to an endpoint by TLS; frames are written out because Java's client cannot be told another host. */
    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void tlsOnBothSidesChangesNothing(String node) throws IOException {
        TlsClient tls = TlsClient.trusting(FABRIC.pki().folder().resolve("ca.crt"), null);
        int port = Objects.requireNonNull(HTTPS.get(node));
        try (RawClient client = RawClient.over(tls.to(port, "secured.example", "http/1.1"))) {
            client.send("GET /wss HTTP/1.1\r\nhost: secured.example\r\n" + HANDSHAKE);
            assertThat(client.head().status()).isEqualTo(101);
            assertThat(client.bytes(8)).isEqualTo(frame("secure"));
            byte[] masked = {(byte) 0x81, (byte) (0x80 | 5), 0, 0, 0, 0, 'h', 'e', 'l', 'l', 'o'};
            client.send(masked);
            assertThat(client.bytes(7)).isEqualTo(frame("hello"));
        }
        assertThat(SECURED.events()).contains("open /wss");
    }

    /** The endpoint ends its half, which the client's TLS is told; what the client says after that arrives. */
    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void aClientByTlsMaySpeakAfterTheEndpointHasEnded(String node) throws IOException {
        TlsClient tls = TlsClient.trusting(FABRIC.pki().folder().resolve("ca.crt"), null);
        int pongs = pongs();
        try (RawClient client =
                RawClient.over(tls.to(Objects.requireNonNull(HTTPS.get(node)), "half.example", "http/1.1"))) {
            client.send("GET /half HTTP/1.1\r\nhost: half.example\r\n" + HANDSHAKE);
            assertThat(client.head().status()).isEqualTo(101);
            client.send(new byte[] {(byte) 0x81, (byte) (0x80 | 3), 0, 0, 0, 0, 'e', 'n', 'd'});
            assertThat(client.rest()).isEqualTo(frame("azure"));
            client.send(new byte[] {(byte) 0x8a, (byte) 0x80, 0, 0, 0, 0});
            Patience.until("the endpoint has its pong", () -> pongs() > pongs);
        }
    }

    private static byte[] frame(String text) {
        byte[] frame = new byte[2 + text.length()];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) text.length();
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, frame, 2, text.length());
        return frame;
    }

    @Test
    void explainSaysThatAnUpgradeMayBeAskedFor() {
        String socket = FABRIC.node("aws-a").socket().toString();
        assertThat(Cli.run("explain", "GET", "http://localhost/", "--socket", socket)
                        .good()
                        .out())
                .contains("upgrade to a WebSocket");
        assertThat(Cli.run("explain", "GET", "http://plain.example/", "--socket", socket)
                        .good()
                        .out())
                .doesNotContain("WebSocket");
        assertThat(Cli.run("status", "--socket", socket).out()).contains("TLS by ", "certificates for secured.example");
    }

    private static int pongs() {
        return (int) AZURE.events().stream().filter("pong"::equals).count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void eitherEndClosesWithItsCodeAndReason(String node) {
        try (WebSocketClient client = open(node, "/close")) {
            client.closing(4001, "bye from " + node);
            Patience.until("the endpoint knows why", () -> AZURE.events().contains("close 4001 bye from " + node));
            assertThat(client.next()).startsWith("close 4001");
        }
        try (WebSocketClient client = open(node, "/close")) {
            assertThat(client.text("close 4002 had enough").next()).isEqualTo("close 4002 had enough");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void anEndpointThatEndsWithoutAWordEndsTheClientWithoutOne(String node) throws IOException {
        // not the JDK's client: connected to the endpoint itself, it is not told of one such end in thirty
        try (RawClient client = RawClient.to(FABRIC.node(node).http())) {
            client.send("GET /cut HTTP/1.1\r\nhost: localhost\r\n" + HANDSHAKE);
            assertThat(client.head().status()).isEqualTo(101);
            assertThat(client.bytes(7)).isEqualTo(frame("azure"));
            AZURE.cut();
            assertThat(client.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void aRefusalOfTheEndpointIsPassedOn(String node) throws IOException {
        assertThatThrownBy(() -> open(node, "/refused"))
                .extracting(Throwable::getCause)
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refusal ->
                                assertThat(refusal.getResponse().statusCode()).isEqualTo(404));
        try (RawClient client = RawClient.to(FABRIC.node(node).http())) {
            client.send("GET /page HTTP/1.1\r\nhost: pages.example\r\n" + HANDSHAKE);
            Message answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("pages");
            assertThat(answer.first("bridgehead-status")).isNull();
            assertThat(client.isEnded()).as("nothing more is read from it").isTrue();
        }
        assertThat(RawClient.get(FABRIC.node(node).http(), "pages.example", "/after")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void aServiceThatDoesNotSayUpgradesHasNone(String node) throws IOException {
        int before = PAGES.requests().size();
        try (RawClient client = RawClient.to(FABRIC.node(node).http())) {
            client.send("GET /page HTTP/1.1\r\nhost: plain.example\r\n" + HANDSHAKE);
            Message answer = client.answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.first("proxy-status")).contains("http_request_denied");
            assertThat(client.isEnded()).isTrue();
        }
        assertThat(PAGES.requests()).hasSize(before);
        FABRIC.node(node)
                .awaitMeter(
                        refusals -> refusals >= 1,
                        "bridgehead_refusals_total",
                        "error_type=\"upgrade-not-allowed\"",
                        "service=\"plain\"");
    }

    @Test
    void theMetersSayWhatItWas() {
        try (WebSocketClient client = open("aws-a", "/counted")) {
            client.text("close 1000 done");
            assertThat(client.next()).isEqualTo("close 1000 done");
        }
        awaitCounted("aws-a", "GET", "101");
        awaitCounted("azure-a", "CONNECT", "200");
    }

    private static void awaitCounted(String node, String method, String status) {
        Patience.until(
                node + " has counted it",
                () -> FABRIC.node(node)
                                .meter(
                                        "http_server_request_duration_seconds_count",
                                        "service=\"chat\"",
                                        "http_request_method=\"" + method + "\"",
                                        "http_response_status_code=\"" + status + "\"")
                        >= 1,
                FABRIC.node(node)::metrics);
    }

    @Test
    void anOpenStreamStaysWhenItsServiceMovesToAnotherSite() {
        TestNode aws = FABRIC.node("aws-a");
        Map<String, List<String>> both = new LinkedHashMap<>();
        both.put("aws", List.of(AWS.address()));
        both.put("azure", List.of(AZURE.address()));
        FABRIC.applied(aws, chat("moving", "127.0.0.1", both, "failover: { holdDown: 1s }"), "--source", "moving");
        TestFabric.awaitServing(aws, "moving", "aws");
        String uri = "ws://127.0.0.1:" + aws.http() + "/moving";
        try (WebSocketClient first = WebSocketClient.open(uri)) {
            assertThat(first.next()).isEqualTo("aws");
            FABRIC.applied(
                    aws, chat("moving", "127.0.0.1", Map.of("azure", List.of(AZURE.address()))), "--source", "moving");
            TestFabric.awaitServing(aws, "moving", "azure");
            try (WebSocketClient second = WebSocketClient.open(uri)) {
                assertThat(second.next()).isEqualTo("azure");
                assertThat(first.text("still here").next()).isEqualTo("still here");
                FABRIC.applied(
                        aws, chat("moving", "127.0.0.1", both, "failover: { holdDown: 1s }"), "--source", "moving");
                TestFabric.awaitServing(aws, "moving", "aws");
                assertThat(second.text("and I").next()).isEqualTo("and I");
            }
            assertThat(first.text("to the end").next()).isEqualTo("to the end");
        }
    }
}
