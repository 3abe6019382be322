package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rarer things that HTTP/1.1 can say (RFC 9110, RFC 9112), each through the node of the endpoint's site and through
 * another site's node and the tunnel.
 */
final class OneNodeAndTwoServeHttp11CompletelyIT {
    private static final String HOST = "host: shop.example\r\n";
    private static final int UPLOAD = 20 << 20;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");
    private static final BlockingQueue<String> SEEN = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() {
        ENDPOINT.talks("/continue", (head, in, out) -> {
            SEEN.add(String.valueOf(head.first("expect")));
            write(out, "HTTP/1.1 100 Continue\r\nx-hint: go on\r\n\r\n");
            respond(out, head.withBody(in, false).text());
        });
        ENDPOINT.talks(
                "/no-continue",
                (head, in, out) -> respond(out, head.withBody(in, false).text()));
        ENDPOINT.talks("/refuse-early", (head, in, out) -> {
            write(out, "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno");
            in.transferTo(OutputStream.nullOutputStream());
        });
        ENDPOINT.talks("/hints", (head, in, out) -> {
            write(out, "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n");
            write(out, "HTTP/1.1 103 Early Hints\r\nlink: </b.css>\r\n\r\nHTTP/1.1 199 Odd\r\n\r\n");
            respond(out, "at last");
        });
        ENDPOINT.talks("/many-hints", (head, in, out) -> {
            int hints = Integer.parseInt(head.first("x-hints"));
            write(out, "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(hints));
            respond(out, "done");
        });
        ENDPOINT.talks("/both-ways", OneNodeAndTwoServeHttp11CompletelyIT::bothWays);
        ENDPOINT.talks("/events", OneNodeAndTwoServeHttp11CompletelyIT::events);
        ENDPOINT.talks("/cut-body", (head, in, out) -> {
            SEEN.add("head");
            try {
                head.withBody(in, false);
                SEEN.add("whole");
            } catch (IOException e) {
                SEEN.add("broken");
            }
        });
        ENDPOINT.at(
                "/not-modified",
                (request, out) ->
                        write(out, "HTTP/1.1 304 Not Modified\r\netag: \"1\"\r\ncontent-length: 1234\r\n\r\n"));
        ENDPOINT.at(
                "/not-modified-bare", (request, out) -> write(out, "HTTP/1.1 304 Not Modified\r\netag: \"2\"\r\n\r\n"));
        ENDPOINT.at("/sized-head", (request, out) -> write(out, "HTTP/1.1 200 OK\r\ncontent-length: 77\r\n\r\n"));
        ENDPOINT.at("/bare-head", (request, out) -> write(out, "HTTP/1.1 200 OK\r\nx-bare: yes\r\n\r\n"));
        ENDPOINT.at("/none", (request, out) -> write(out, "HTTP/1.1 204 No Content\r\n\r\n"));
        ENDPOINT.at(
                "/chunks",
                (request, out) -> write(
                        out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"));
        ENDPOINT.at("/target", (request, out) -> respond(out, request.start() + " for " + request.first("host")));
        ENDPOINT.at("*", (request, out) -> respond(out, request.start()));
        FABRIC.start();
        FABRIC.applied(
                FABRIC.node("aws-a"),
                Documents.http("shop", "shop.example", Map.of("azure", List.of(ENDPOINT.address())))
                        + "---\n"
                        + Documents.http(
                                "addressed",
                                "127.0.0.1, \"2001:DB8:0::1\"",
                                Map.of("azure", List.of(ENDPOINT.address()))));
        TestFabric.awaitServing(FABRIC.node("aws-a"), "shop", "azure");
        TestFabric.awaitServing(FABRIC.node("azure-a"), "shop", "azure");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void respond(OutputStream out, String body) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Answers before the request has ended, and each piece of it by itself. */
    private static void bothWays(Message head, InputStream in, OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
            byte[] piece = in.readNBytes(size);
            in.skipNBytes(2);
            write(out, Integer.toHexString(size) + "\r\n" + new String(piece, StandardCharsets.US_ASCII) + "\r\n");
        }
        write(out, "0\r\n\r\n");
    }

    private static int chunkSize(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            line.append((char) c);
        }
        return Integer.parseInt(line.toString().strip(), 16);
    }

    private static final BlockingQueue<String> ARRIVED = new LinkedBlockingQueue<>();

    /** Sends an event only when the client has got the one before. */
    private static void events(Message head, InputStream in, OutputStream out) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
        for (int i = 0; i < 20; i++) {
            String event = "data: " + i + "\n\n";
            write(out, Integer.toHexString(event.length()) + "\r\n" + event + "\r\n");
            if (!("got " + i).equals(take(ARRIVED))) {
                throw new IOException("the client did not get event " + i);
            }
        }
        write(out, "0\r\n\r\n");
    }

    private static String take(BlockingQueue<String> queue) {
        try {
            String next = queue.poll(20, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void aHostMayBeAnAddress(String node) throws IOException {
        TestFabric.awaitServing(FABRIC.node(node), "addressed", "azure");
        try (RawClient client = client(node)) {
            for (String host : List.of("127.0.0.1", "127.0.0.1:8080", "[2001:db8::1]", "[2001:0db8:0:0::1]:80")) {
                assertThat(client.exchange("GET", host, "/", "").status())
                        .as(host)
                        .isEqualTo(200);
            }
            assertThat(client.exchange("GET", "[2001:db8::2]", "/", "").status())
                    .isEqualTo(404);
        }
    }

    private static RawClient client(String node) throws IOException {
        return RawClient.to(FABRIC.node(node).http());
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void aClientThatWaitsForContinueGetsTheEndpointsOwn(String node) throws IOException {
        SEEN.clear();
        try (RawClient client = client(node)) {
            client.send("POST /continue HTTP/1.1\r\n" + HOST + "expect: 100-continue\r\ncontent-length: 5\r\n\r\n");
            Message hint = client.head();
            assertThat(hint.status()).isEqualTo(100);
            assertThat(hint.first("x-hint")).isEqualTo("go on");
            assertThat(take(SEEN)).isEqualTo("100-continue");
            client.send("hello");
            Message answer = client.head();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(client.bytes(5)).asString().isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void aClientThatDoesNotWaitIsServedToo(String node) throws IOException {
        try (RawClient client = client(node)) {
            client.send(
                    "POST /no-continue HTTP/1.1\r\n" + HOST + "expect: 100-continue\r\ncontent-length: 5\r\n\r\nhello");
            Message answer = client.head();
            assertThat(answer.status()).as("no 100 is made up").isEqualTo(200);
            assertThat(client.bytes(5)).asString().isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void aFinalAnswerInsteadOfContinueIsPassedOn(String node) throws IOException {
        try (RawClient client = client(node)) {
            client.send("POST /refuse-early HTTP/1.1\r\n" + HOST + "expect: 100-continue\r\ncontent-length: 5\r\n\r\n");
            Message answer = client.head();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.first("connection")).as("the body may still come").isEqualTo("close");
            assertThat(client.bytes(2)).asString().isEqualTo("no");
            assertThat(client.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void interimAnswersPassInOrder(String node) throws IOException {
        try (RawClient client = client(node)) {
            client.send("GET /hints HTTP/1.1\r\n" + HOST + "\r\n");
            List<String> heads = new ArrayList<>();
            Message head = client.head();
            for (; head.status() < 200; head = client.head()) {
                heads.add(head.status() + " " + head.first("link"));
            }
            assertThat(heads).containsExactly("102 null", "103 </a.css>", "103 </b.css>", "199 null");
            assertThat(head.status()).isEqualTo(200);
            assertThat(client.bytes(7)).asString().isEqualTo("at last");
        }
        try (RawClient old = client(node)) {
            old.send("GET /hints HTTP/1.0\r\n" + HOST + "\r\n");
            assertThat(old.head().status()).as("HTTP/1.0 knows none").isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void sixteenInterimAnswersPassAndMoreAreAnError(String node) throws IOException {
        assertThat(statusAfterHints(node, 16)).isEqualTo(200);
        assertThat(statusAfterHints(node, 17)).isEqualTo(502);
    }

    private static int statusAfterHints(String node, int count) throws IOException {
        try (RawClient client = client(node)) {
            client.send("POST /many-hints HTTP/1.1\r\n" + HOST + "x-hints: " + count + "\r\ncontent-length: 0\r\n\r\n");
            Message head = client.head();
            int interim = 0;
            for (; head.status() < 200; head = client.head()) {
                interim++;
            }
            assertThat(interim).isEqualTo(16);
            return head.status();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void answersWithoutABodyKeepWhatTheirHeadsSay(String node) throws IOException {
        try (RawClient client = client(node)) {
            assertThat(bodiless(client, "HEAD", "/sized-head").first("content-length"))
                    .isEqualTo("77");
            assertThat(bodiless(client, "HEAD", "/bare-head").first("x-bare")).isEqualTo("yes");
            assertThat(bodiless(client, "GET", "/not-modified").first("content-length"))
                    .isEqualTo("1234");
            assertThat(bodiless(client, "GET", "/not-modified-bare").first("etag"))
                    .isEqualTo("\"2\"");
            Message none = bodiless(client, "GET", "/none");
            assertThat(none.first("content-length")).isNull();
            assertThat(none.first("transfer-encoding")).isNull();
            client.send("GET /after HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.answer().text()).isEqualTo("azure-1");
        }
    }

    private static Message bodiless(RawClient client, String method, String path) throws IOException {
        client.send(method + " " + path + " HTTP/1.1\r\n" + HOST + "\r\n");
        return client.answerTo(method);
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void bodiesStreamBothWaysBeforeTheRequestEnds(String node) throws IOException {
        try (RawClient client = client(node)) {
            client.send("POST /both-ways HTTP/1.1\r\n" + HOST + "transfer-encoding: chunked\r\n\r\n");
            assertThat(client.head().status()).isEqualTo(200);
            for (String word : List.of("one", "two", "six")) {
                client.send("3\r\n" + word + "\r\n");
                assertThat(client.bytes(8)).asString().isEqualTo("3\r\n" + word + "\r\n");
            }
            client.send("0\r\n\r\n");
            assertThat(client.bytes(5)).asString().isEqualTo("0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void serverSentEventsArriveAsTheyAreSent(String node) throws IOException {
        ARRIVED.clear();
        try (RawClient client = client(node)) {
            client.send("GET /events HTTP/1.1\r\n" + HOST + "accept: text/event-stream\r\n\r\n");
            assertThat(client.head().first("content-type")).isEqualTo("text/event-stream");
            for (int i = 0; i < 20; i++) {
                String event = "data: " + i + "\n\n";
                String chunk = Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
                assertThat(client.bytes(chunk.length())).asString().isEqualTo(chunk);
                ARRIVED.add("got " + i);
            }
            assertThat(client.bytes(5)).asString().isEqualTo("0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void clientsOfHttp10GetWhatTheyCanRead(String node) throws IOException {
        try (RawClient client = client(node)) {
            client.send("GET /chunks HTTP/1.0\r\n" + HOST + "\r\n");
            Message answer = client.answer();
            assertThat(answer.first("transfer-encoding")).isNull();
            assertThat(answer.first("content-length")).isNull();
            assertThat(answer.text()).isEqualTo("abcdef");
        }
        try (RawClient client = client(node)) {
            client.send("GET /one HTTP/1.0\r\n" + HOST + "connection: keep-alive\r\n\r\n");
            Message first = client.answer();
            assertThat(first.first("connection")).isEqualTo("keep-alive");
            client.send("GET /two HTTP/1.0\r\n" + HOST + "\r\n");
            assertThat(client.answer().text()).isEqualTo("azure-1");
            assertThat(client.isEnded()).as("not asked to be kept").isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void pipelinedRequestsAreAnsweredInOrderRefusedOnesToo(String node) throws IOException {
        try (RawClient client = client(node)) {
            client.send("GET /target?1 HTTP/1.1\r\n" + HOST + "\r\nGET / HTTP/1.1\r\nhost: nobody.example\r\n\r\n"
                    + "POST /target?3 HTTP/1.1\r\n" + HOST + "content-length: 3\r\n\r\nabcGET /a%2Fb HTTP/1.1\r\n"
                    + HOST + "\r\nGET /target?5 HTTP/1.1\r\n" + HOST + "\r\nGET /bad path HTTP/1.1\r\n" + HOST
                    + "\r\nGET /target?7 HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.answer().text()).startsWith("GET /target?1 ");
            assertThat(client.answer().status()).isEqualTo(404);
            assertThat(client.answer().text()).startsWith("POST /target?3 ");
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.answer().text()).startsWith("GET /target?5 ");
            Message malformed = client.answer();
            assertThat(malformed.status()).isEqualTo(400);
            assertThat(malformed.first("connection")).isEqualTo("close");
            assertThat(client.isEnded())
                    .as("nothing behind a malformed request is read")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void targetsComeInEveryForm(String node) throws IOException {
        try (RawClient client = client(node)) {
            client.send("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.answer().text()).isEqualTo("OPTIONS * HTTP/1.1");
            client.send("GET http://shop.example/target?x HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.answer().text()).isEqualTo("GET /target?x HTTP/1.1 for shop.example");
            client.send("OPTIONS http://shop.example HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.answer().text()).isEqualTo("OPTIONS * HTTP/1.1");
            client.send("CONNECT shop.example:80 HTTP/1.1\r\nhost: shop.example:80\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(405);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void anEarlyFinalAnswerReachesAClientThatStillSends(String node) throws IOException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                RawClient client = client(node)) {
            client.send("POST /refuse-early HTTP/1.1\r\n" + HOST + "content-length: " + UPLOAD + "\r\n\r\n");
            CompletableFuture<Void> sending = CompletableFuture.runAsync(
                    () -> {
                        try {
                            client.send(new byte[UPLOAD]);
                        } catch (IOException e) {
                            // the other end is closed before all is sent
                        }
                    },
                    threads);
            Message answer = client.answer();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).isEqualTo("no");
            assertThat(client.isEnded()).isTrue();
            sending.join();
        }
        assertThat(RawClient.get(FABRIC.node(node).http(), "shop.example", "/after")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"azure-a", "aws-a"})
    void aRequestThatBreaksOffIsNeverAWholeOne(String node) throws IOException {
        for (String framing :
                List.of("content-length: 10\r\n\r\nhalf", "transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n")) {
            SEEN.clear();
            try (RawClient client = client(node)) {
                client.send("POST /cut-body HTTP/1.1\r\n" + HOST + framing);
                assertThat(take(SEEN)).isEqualTo("head");
                client.halfClose();
                assertThatThrownBy(client::answer).isInstanceOf(IOException.class);
            }
            assertThat(take(SEEN)).as(framing).isEqualTo("broken");
        }
    }
}
