package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that take their time are ended by the limits of the configuration, and each leaves a trace in the meters. */
@Tag("timed")
final class SlowClientsEndByTheirLimitsIT {
    private static final int BIG = 16 << 20;
    private static final String CLOSED = "bridgehead_connections_closed_total";

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");

    @BeforeAll
    static void start() {
        node().yaml()
                .set(
                        "limits",
                        "{ drainTimeout: 2s, requestHeadTimeout: 500ms, idleTimeout: 1s, requestBodyGrace: 500ms,"
                                + " lastBytesTimeout: 1s, bufferedBytesMax: 16MiB }");
        ENDPOINT.at("/big", SlowClientsEndByTheirLimitsIT::big);
        FABRIC.start();
        Map<String, List<String>> endpoints = Map.of("aws", List.of(ENDPOINT.address()));
        FABRIC.applied(
                node(),
                Documents.http("shop", "shop.example", endpoints)
                        + "---\n"
                        + Documents.http("brisk", "brisk.example", endpoints, "timeouts: { streamIdle: 1s }"));
        TestFabric.awaitServing(node(), "shop", "aws");
        TestFabric.awaitServing(node(), "brisk", "aws");
    }

    private static TestNode node() {
        return FABRIC.node("aws-a");
    }

    /** More than the system keeps for two sockets, and less than the node does. */
    private static void big(Message request, OutputStream out) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\ncontent-length: " + BIG + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[BIG]);
    }

    private static void awaitClosed(String reason, double before) {
        node().awaitMeter(count -> count > before, CLOSED, "reason=\"" + reason + "\"");
    }

    private static double closed(String reason) {
        return node().meter(CLOSED, "reason=\"" + reason + "\"");
    }

    @Test
    void aHeadThatIsNeverCompleteIsAnsweredAndCounted() throws IOException {
        double before = closed("head-timeout");
        double refusals = node().meter("bridgehead_refusals_total", "head-timeout");
        try (RawClient client = RawClient.to(node().http())) {
            client.send("GET / HTTP/1.1\r\nhost: shop.ex");
            assertThat(client.answer().status()).isEqualTo(408);
            assertThat(client.isEnded()).isTrue();
        }
        awaitClosed("head-timeout", before);
        node().awaitMeter(count -> count > refusals, "bridgehead_refusals_total", "head-timeout");
    }

    @Test
    void aBodyThatComesByTheByteIsAnsweredAndCounted() throws IOException {
        double before = closed("body-timeout");
        try (RawClient client = RawClient.to(node().http())) {
            client.send("POST / HTTP/1.1\r\nhost: shop.example\r\ncontent-length: 100000\r\n\r\nx");
            Message answer = client.answer();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.text()).contains("body-timeout");
        }
        awaitClosed("body-timeout", before);
    }

    @Test
    void aMalformedBodyIsCountedOnce() throws IOException {
        double before = refusals("bad-request");
        double gone = refusals("client-gone");
        try (RawClient client = RawClient.to(node().http())) {
            client.send("POST / HTTP/1.1\r\nhost: shop.example\r\ntransfer-encoding: chunked\r\n\r\nno size\r\n");
            assertThat(client.answer().status()).isEqualTo(400);
        }
        Patience.until("a refusal is counted", () -> refusals("bad-request") > before);
        assertThat(refusals("bad-request")).isEqualTo(before + 1);
        assertThat(refusals("client-gone")).isEqualTo(gone);
    }

    @Test
    void aClientThatDoesNotReadIsToBlame() throws IOException {
        ENDPOINT.at("/much", (request, out) -> {
            out.write("HTTP/1.1 200 OK\r\ncontent-length: 33554432\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[32 << 20]);
        });
        double before = refusals("client-stalled");
        double idle = refusals("stream-idle");
        try (RawClient client = RawClient.to(node().http())) {
            client.send("GET /much HTTP/1.1\r\nhost: brisk.example\r\n\r\n");
            Patience.until("the client is blamed", () -> refusals("client-stalled") > before);
        }
        assertThat(refusals("stream-idle")).isEqualTo(idle);
    }

    private static double refusals(String cause) {
        return node().meter("bridgehead_refusals_total", "\"" + cause + "\"");
    }

    @Test
    void theLastBytesWaitForAReaderAndNotForOneThatDoesNotRead() throws IOException {
        double before = closed("unread");
        try (RawClient client = RawClient.to(node().http())) {
            client.send("GET /big HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\n\r\n");
            awaitClosed("unread", before);
            assertThatThrownBy(client::rest).isInstanceOf(IOException.class);
        }
        try (RawClient client = RawClient.to(node().http())) {
            client.send("GET /big HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\n\r\n");
            assertThat(client.answer().body()).hasSize(BIG);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void aConnectionWithoutARequestEnds() throws IOException {
        double before = closed("idle");
        try (RawClient client = RawClient.to(node().http())) {
            assertThat(client.exchange("GET", "shop.example", "/", "").status()).isEqualTo(200);
            assertThat(client.isEnded()).isTrue();
        }
        awaitClosed("idle", before);
    }

    @Test
    void statusShowsWhatTheNodeMeasures() {
        Patience.until(
                "measured",
                () -> node().get("/v1/status").getJsonObject("overload").getDouble("descriptors") > 0);
        Patience.until(
                "it is well",
                () -> node().get("/v1/status")
                        .getJsonObject("overload")
                        .getString("level")
                        .equals("none"));
        node().awaitMeter(pressure -> pressure > 0, "bridgehead_overload_pressure", "descriptors");
        node().awaitMeter(level -> level == 0, "bridgehead_overload_level");
    }
}
