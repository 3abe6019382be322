package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Http2Client;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.WebSocketEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client of HTTP/2 opens WebSockets by extended CONNECT (RFC 8441) to endpoints that know HTTP/1.1 only, through one node and
 * through two; and what an endpoint sends piece by piece reaches it piece by piece.
 */
final class WebSocketsOverHttp2CrossOneNodeAndTwoIT {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int EVENTS = 20;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final Map<String, Integer> LISTENERS = Map.of("aws-a", Ports.next(), "azure-a", Ports.next());
    private static final WebSocketEndpoint CHAT = FABRIC.closing(WebSocketEndpoint.start("azure"));
    private static final TestEndpoint PAGES = FABRIC.endpoint("pages");
    private static final Semaphore ARRIVED = new Semaphore(0);

    @BeforeAll
    static void start() {
        PAGES.talks("/events", (head, in, out) -> events(out));
        LISTENERS.forEach((node, port) -> FABRIC.node(node).yaml().listener("h2", port, "protocol: HTTP, http2: true"));
        FABRIC.start();
        TestNode aws = FABRIC.node("aws-a");
        FABRIC.applied(
                aws,
                String.join(
                        "---\n",
                        Documents.http(
                                        "chat",
                                        "chat.example",
                                        Map.of("azure", List.of(CHAT.address())),
                                        "upgrades: [ websocket ]")
                                .replace("http: { path: /ready }", "tcp: {}"),
                        Documents.http(
                                "pages",
                                "pages.example",
                                Map.of("azure", List.of(PAGES.address())),
                                "upgrades: [ websocket ]"),
                        Documents.http("plain", "plain.example", Map.of("azure", List.of(PAGES.address())))));
        TestFabric.awaitServing(aws, "chat", "azure");
        TestFabric.awaitServing(aws, "pages", "azure");
    }

    /** Sends an event only when the client has got the one before. */
    private static void events(OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n");
        for (int i = 0; i < EVENTS; i++) {
            write(out, event(i));
            try {
                if (!ARRIVED.tryAcquire(20, TimeUnit.SECONDS)) {
                    throw new IOException("the client did not get event " + i);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String event(int number) {
        return "data: " + number + "\n\n";
    }

    private static Http2Client client(String node) {
        return Http2Client.to(Objects.requireNonNull(LISTENERS.get(node)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void aStreamIsAWebSocket(String node) throws IOException {
        try (Http2Client client = client(node)) {
            Http2Client.Answer socket = client.webSocket("chat.example", "/chat");
            assertThat(socket.status()).isEqualTo(101);
            assertThat(socket.first("sec-websocket-accept")).isNull();
            assertThat(socket.nextFrame()).isEqualTo("1 azure");
            assertThat(socket.frame(TEXT, "hello").nextFrame()).isEqualTo("1 hello");
            String megabyte = "x".repeat(1 << 20);
            assertThat(socket.frame(TEXT, megabyte).nextFrame()).isEqualTo("1 " + megabyte);
            assertThat(socket.frame(PING, "you").nextFrame()).isEqualTo("10 you");
            socket.frame(CLOSE, "\u000f!bye");
            assertThat(socket.nextFrame()).isEqualTo("8 3873 bye");
            assertThat(socket.nextFrame()).isEqualTo("end");
            socket.endHalf();
        }
        Patience.until(
                node + " has counted it",
                () -> FABRIC.node(node)
                                .meter(
                                        "http_server_request_duration_seconds_count",
                                        "listener=\"h2\"",
                                        "http_request_method=\"CONNECT\"",
                                        "http_response_status_code=\"200\"")
                        >= 1,
                FABRIC.node(node)::metrics);
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void manyShareAConnection(String node) throws IOException {
        try (Http2Client client = client(node)) {
            List<Http2Client.Answer> sockets = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                sockets.add(client.webSocket("chat.example", "/many").frame(TEXT, "early " + i));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(sockets.get(i).nextFrame()).isEqualTo("1 azure");
                assertThat(sockets.get(i).nextFrame()).isEqualTo("1 early " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void whatIsNoYesIsAnOrdinaryAnswer(String node) throws IOException {
        try (Http2Client client = client(node)) {
            assertThat(client.webSocket("chat.example", "/refused").status()).isEqualTo(404);
            Http2Client.Answer page = client.webSocket("pages.example", "/page");
            assertThat(page.status()).as("200 would be a yes").isEqualTo(502);
            assertThat(page.first("proxy-status")).contains("http_protocol_error");
            Http2Client.Answer none = client.webSocket("plain.example", "/page");
            assertThat(none.status()).isEqualTo(400);
            assertThat(client.get("pages.example", "/page").rest()).isEqualTo("pages");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void serverSentEventsArriveAsTheyAreSent(String node) throws IOException {
        try (Http2Client client = client(node)) {
            Http2Client.Answer answer = client.get("pages.example", "/events");
            assertThat(answer.first("content-type")).isEqualTo("text/event-stream");
            for (int i = 0; i < EVENTS; i++) {
                assertThat(answer.text(event(i).length())).isEqualTo(event(i));
                ARRIVED.release();
            }
            assertThat(answer.rest()).isEmpty();
        }
    }
}
