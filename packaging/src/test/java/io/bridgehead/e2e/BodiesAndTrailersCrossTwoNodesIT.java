package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What HTTP/1.1 can say passes two nodes and the HTTP/2 between them unchanged. */
final class BodiesAndTrailersCrossTwoNodesIT {
    private static final int LONG_BODY = 5 << 20;
    private static final String HOST = "host: shop.example\r\n";

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");

    @BeforeAll
    static void start() {
        ENDPOINT.at("/echo", BodiesAndTrailersCrossTwoNodesIT::echo);
        ENDPOINT.at("/trailers", BodiesAndTrailersCrossTwoNodesIT::trailers);
        ENDPOINT.at("/none", (request, out) -> write(out, "HTTP/1.1 204 No Content\r\nx-none: yes\r\n\r\n"));
        ENDPOINT.at("/cut", (request, out) -> {
            write(out, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nonly this");
            out.close();
        });
        ENDPOINT.at("/cut-chunks", (request, out) -> {
            write(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nonly this\r\n");
            out.close();
        });
        ENDPOINT.at(
                "/path",
                (request, out) -> write(
                        out,
                        "HTTP/1.1 200 OK\r\ncontent-length: " + request.target().length() + "\r\n\r\n"
                                + request.target()));
        FABRIC.start();
        FABRIC.applied(
                FABRIC.node("aws-a"),
                Documents.http("shop", "shop.example", Map.of("azure", List.of(ENDPOINT.address()))));
        TestFabric.awaitServing(FABRIC.node("aws-a"), "shop", "azure");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void echo(Message request, OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\ncontent-length: " + request.body().length + "\r\n\r\n");
        out.write(request.body());
    }

    private static void trailers(Message request, OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n");
        write(out, "5\r\nhello\r\n6\r\n world\r\n0\r\nx-sum: 11\r\nx-got: " + request.trailer("x-count") + "\r\n\r\n");
    }

    private static RawClient client() throws IOException {
        return RawClient.to(FABRIC.node("aws-a").http());
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void fiveMegabytesGoUpAndComeDownByteForByte() throws IOException {
        byte[] body = random(LONG_BODY);
        try (RawClient client = client()) {
            client.send("POST /echo HTTP/1.1\r\n" + HOST + "content-length: " + body.length + "\r\n\r\n")
                    .send(body);
            Message answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(body);
        }
    }

    @Test
    void aChunkedBodyAndTheTrailersOfBothDirectionsArrive() throws IOException {
        try (RawClient client = client()) {
            client.send("POST /trailers HTTP/1.1\r\n" + HOST + "te: trailers\r\ntransfer-encoding: chunked\r\n"
                    + "trailer: x-count\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nx-count: 5\r\n\r\n");
            Message answer = client.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("hello world");
            assertThat(answer.trailer("x-sum")).isEqualTo("11");
            assertThat(answer.trailer("x-got")).isEqualTo("5");
        }
        Message request = last("/trailers");
        assertThat(request.text()).isEqualTo("abcde");
        assertThat(request.trailer("x-count")).isEqualTo("5");
    }

    @Test
    void headHasItsLengthAndNoBody() throws IOException {
        try (RawClient client = client()) {
            client.send("HEAD /item HTTP/1.1\r\n" + HOST + "\r\n");
            Message answer = client.answerTo("HEAD");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.first("content-length")).isNotNull();
            assertThat(client.exchange("GET", "shop.example", "/after", "").text())
                    .isEqualTo("azure-1");
        }
    }

    @Test
    void noContentHasNoBodyAndNoLength() throws IOException {
        try (RawClient client = client()) {
            Message answer = client.exchange("DELETE", "shop.example", "/none", "");
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.first("x-none")).isEqualTo("yes");
            assertThat(answer.first("content-length")).isNull();
            assertThat(answer.first("transfer-encoding")).isNull();
            assertThat(client.exchange("GET", "shop.example", "/after", "").text())
                    .isEqualTo("azure-1");
        }
    }

    @Test
    void aClientThatWaitsForContinueGetsIt() throws IOException {
        try (RawClient client = client()) {
            client.send("POST /echo HTTP/1.1\r\n" + HOST + "expect: 100-continue\r\ncontent-length: 5\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(100);
            client.send("hello");
            assertThat(client.answer().text()).isEqualTo("hello");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        try (RawClient client = client()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                all.append("GET /path?")
                        .append(i)
                        .append(" HTTP/1.1\r\n")
                        .append(HOST)
                        .append("\r\n");
            }
            client.send(all.toString());
            for (int i = 0; i < 10; i++) {
                assertThat(client.answer().text()).isEqualTo("/path?" + i);
            }
        }
    }

    @Test
    void oneConnectionServesManyRequestsAndEndsWhenAsked() throws IOException {
        try (RawClient client = client()) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.exchange("POST", "shop.example", "/echo", "body " + i)
                                .text())
                        .isEqualTo("body " + i);
            }
            client.send("GET /last HTTP/1.1\r\n" + HOST + "connection: close\r\n\r\n");
            assertThat(client.answer().text()).isEqualTo("azure-1");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNeverACleanOne() throws IOException {
        for (String path : List.of("/cut", "/cut-chunks")) {
            try (RawClient client = client()) {
                client.send("POST " + path + " HTTP/1.1\r\n" + HOST + "content-length: 0\r\n\r\n");
                assertThatThrownBy(client::answer).as(path).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void hopByHopFieldsStayAndTheOthersPass() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /fields HTTP/1.1\r\n" + HOST + "connection: x-private\r\nx-private: 1\r\nx-public: 2\r\n"
                    + "bridgehead-caller: spiffe://e2e.example/operator/ada\r\nx-forwarded-for: 8.8.8.8\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
        Message request = last("/fields");
        assertThat(request.first("x-private")).isNull();
        assertThat(request.first("x-public")).isEqualTo("2");
        assertThat(request.first("bridgehead-caller")).isNull();
        assertThat(request.first("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(request.first("host")).isEqualTo("shop.example");
    }

    private static Message last(String path) {
        return ENDPOINT.requests().reversed().stream()
                .filter(request -> request.target().equals(path))
                .findFirst()
                .orElseThrow();
    }
}
