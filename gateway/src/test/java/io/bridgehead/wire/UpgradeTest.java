package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.model.ResponseHead;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket's opening handshake in both its forms, and the bytes behind it, with and without HTTP/2 between. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class UpgradeTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final String ASK = "GET /chat?x=1 HTTP/1.1\r\nHost: a.example\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat\r\nSec-WebSocket-Key: ";

    private final WireBed bed = new WireBed();
    private final Quiet quiet = new Quiet();
    private final List<HttpClientConnection> opened = new ArrayList<>();
    private @Nullable ScriptedEndpoint endpoint;

    @AfterEach
    void stop() throws IOException {
        bed.close();
        if (endpoint != null) {
            endpoint.close();
        }
    }

    /** A relay to the script's endpoint, over as many HTTP/2 hops as said. */
    private StreamOpener upstream(int hops, ScriptedEndpoint.Script script) throws IOException {
        ScriptedEndpoint started = new ScriptedEndpoint(script);
        endpoint = started;
        StreamOpener next = connect(started.port(), false)::open;
        for (int i = 0; i < hops; i++) {
            StreamOpener behind = next;
            int port = bed.listen((loop, channel) ->
                    HttpServerConnection.http2(loop, channel, WireLimits.tunnel(), new Relay(behind), quiet));
            next = connect(port, true)::open;
        }
        return next;
    }

    private HttpClientConnection connect(int port, boolean http2) {
        HttpClientConnection connection = bed.connect(
                port,
                channel -> http2
                        ? HttpClientConnection.http2(bed.loop(), channel, WireLimits.tunnel(), quiet)
                        : HttpClientConnection.http1(bed.loop(), channel, WireLimits.endpoint(), quiet));
        if (http2) {
            // the peer's settings say whether extended CONNECT may be used
            bed.until(() -> connection.streamsMax() == WireLimits.tunnel().streamsMax());
        }
        opened.add(connection);
        return connection;
    }

    private RawHttp client(int hops, ScriptedEndpoint.Script script) throws IOException {
        StreamOpener next = upstream(hops, script);
        int port = bed.listen((loop, channel) ->
                HttpServerConnection.http1(loop, channel, WireLimits.edge(), new Relay(next), quiet));
        return RawHttp.connect(port);
    }

    private static String acceptOf(String head) {
        String lower = head.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("sec-websocket-key: ") + 19;
        String key = head.substring(at, head.indexOf('\n', at));
        assertThat(Base64.getDecoder().decode(key)).hasSize(16);
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static String accepting(String requestHead) {
        return "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Accept: " + acceptOf(requestHead) + "\r\n\r\n";
    }

    private static void echo(RawHttp peer) throws IOException {
        peer.send(accepting(peer.head()));
        byte[] buffer = new byte[10_000];
        for (int n = peer.socket().getInputStream().read(buffer);
                n >= 0;
                n = peer.socket().getInputStream().read(buffer)) {
            peer.socket().getOutputStream().write(buffer, 0, n);
        }
    }

    private static RequestHead ask() {
        HeaderFields fields = new HeaderFields();
        fields.add("sec-websocket-version", "13");
        int marks = RequestMark.UPGRADE.bit() | RequestMark.WEB_SOCKET.bit();
        return new RequestHead("GET", "http", "a.example", "/chat", fields, marks);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void bytesPassBothWaysOnceTheEndpointHasAccepted(int hops) throws IOException {
        CompletableFuture<String> asked = new CompletableFuture<>();
        CompletableFuture<Boolean> proceed = new CompletableFuture<>();
        try (RawHttp client = client(hops, peer -> {
            String head = peer.head();
            asked.complete(head);
            WireBed.await(proceed);
            peer.send(accepting(head) + "first");
            for (int i = 0; i < 3; i++) {
                peer.send("[" + peer.line() + "]");
            }
            peer.send(peer.rest() + ".");
        })) {
            client.send(ASK + KEY + "\r\n\r\nGET / HTTP/1.1\n");
            String head = WireBed.await(asked);
            assertThat(head)
                    .startsWith("GET /chat?x=1 HTTP/1.1\n")
                    .contains("connection: Upgrade\n", "upgrade: websocket\n", "sec-websocket-version: 13\n")
                    .contains("sec-websocket-protocol: chat\n")
                    .doesNotContain(KEY)
                    .doesNotContain("transfer-encoding", "content-length");
            client.send("more\n");
            proceed.complete(true);
            String answer = client.head();
            assertThat(answer)
                    .startsWith("HTTP/1.1 101 ")
                    .contains("sec-websocket-accept: " + ACCEPT + "\n", "connection: Upgrade\n", "upgrade: websocket\n")
                    .contains("sec-websocket-protocol: chat\n")
                    .doesNotContain("transfer-encoding", "content-length", "connection: close");
            client.send("and more\nlast").endOutput();
            assertThat(client.rest()).isEqualTo("first[GET / HTTP/1.1][more][and more]last.");
        }
        bed.until(() -> opened.getFirst().activeStreams() == 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void extendedConnectAsksAnEndpointOfHttp11(int hops) throws IOException {
        StreamOpener next = upstream(hops, UpgradeTest::echo);
        Recorder recorder = Recorder.consuming();
        ClientStream stream = bed.on(() -> next.open(ask(), false, recorder));
        bed.run(() -> recorder.on(stream));
        bed.until(() -> recorder.head != null);
        ResponseHead head = Objects.requireNonNull(recorder.head);
        assertThat(head.status()).isEqualTo(101);
        assertThat(head.fields().toString()).isEqualTo("sec-websocket-protocol: chat\n");
        bed.run(() -> stream.sendData(Chunk.of("over HTTP/2".getBytes(StandardCharsets.US_ASCII)), false));
        bed.until(() -> recorder.text().equals("over HTTP/2"));
        bed.run(() -> stream.sendData(Chunk.empty(), true));
        assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
        bed.until(() -> opened.stream().allMatch(connection -> connection.activeStreams() == 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void anotherAnswerIsAnOrdinaryOneAndTheLastOfBothConnections(int hops) throws IOException {
        CompletableFuture<String> ended = new CompletableFuture<>();
        try (RawHttp client = client(hops, peer -> {
            peer.head();
            peer.send("HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8\r\nContent-Length: 3\r\n\r\nold");
            ended.complete(peer.rest());
        })) {
            client.send(ASK + KEY + "\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n");
            RawHttp.Message answer = client.message();
            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.head()).contains("sec-websocket-version: 8\n", "connection: close\n");
            assertThat(answer.body()).isEqualTo("old");
            assertThat(client.rest()).isEmpty();
            assertThat(WireBed.await(ended))
                    .as("the endpoint's connection ends as well")
                    .isEmpty();
            bed.until(() -> opened.stream().allMatch(connection -> connection.activeStreams() == 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aWrongAcceptIsAnErrorOfTheEndpoint(int hops) throws IOException {
        StreamOpener next = upstream(hops, peer -> {
            peer.head();
            peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: " + ACCEPT + "\r\n\r\n");
            peer.rest();
        });
        Recorder recorder = Recorder.consuming();
        bed.run(() -> recorder.on(next.open(ask(), false, recorder)));
        assertThat(WireBed.await(recorder.outcome)).isIn("PROTOCOL_ERROR", "PEER_RESET");
        assertThat(recorder.head).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aResetPassesBothWays(int hops) throws IOException {
        CompletableFuture<RawHttp> there = new CompletableFuture<>();
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        try (RawHttp client = client(hops, peer -> {
            peer.send(accepting(peer.head()));
            there.complete(peer);
            WireBed.await(done);
        })) {
            client.send(ASK + KEY + "\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            WireBed.await(there).socket().setSoLinger(true, 0);
            WireBed.await(there).close();
            assertThat(ends(client)).isEqualTo("reset");
            done.complete(true);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aResetOfTheClientReachesTheEndpoint(int hops) throws IOException {
        CompletableFuture<String> end = new CompletableFuture<>();
        try (RawHttp client = client(hops, peer -> {
            peer.send(accepting(peer.head()));
            end.complete(ends(peer));
        })) {
            client.send(ASK + KEY + "\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            client.socket().setSoLinger(true, 0);
        }
        assertThat(WireBed.await(end)).isEqualTo("reset");
    }

    private static String ends(RawHttp peer) {
        try {
            return peer.socket().getInputStream().read() < 0 ? "end" : "bytes";
        } catch (SocketTimeoutException e) {
            return "nothing";
        } catch (IOException e) {
            return "reset";
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void eachHalfEndsByItself(int hops) throws IOException {
        try (RawHttp client = client(hops, peer -> {
            peer.send(accepting(peer.head()) + "all I have to say");
            peer.endOutput();
            peer.send("never sent" + peer.rest());
        })) {
            client.send(ASK + KEY + "\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            assertThat(client.rest()).isEqualTo("all I have to say");
            client.send("still heard").endOutput();
        }
        bed.until(() -> opened.stream().allMatch(connection -> connection.activeStreams() == 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void whatNobodyReadsStopsTheSender(int hops) throws IOException {
        CompletableFuture<Boolean> read = new CompletableFuture<>();
        int size = 30_000_000;
        try (RawHttp client = client(hops, peer -> {
            peer.send(accepting(peer.head()));
            WireBed.await(read);
            peer.send(Integer.toString(peer.rest().length()));
        })) {
            client.send(ASK + KEY + "\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 101 ");
            CompletableFuture<Boolean> sent = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    client.send(new byte[size]).endOutput();
                    sent.complete(true);
                } catch (IOException e) {
                    sent.completeExceptionally(e);
                }
            });
            for (int i = 0; i < 300; i++) {
                bed.run(() -> {});
            }
            assertThat(sent).isNotDone();
            read.complete(true);
            assertThat(client.rest()).isEqualTo(Integer.toString(size));
        }
    }

    @Test
    void malformedHandshakesAreRefused() throws IOException {
        int port = bed.listen((loop, channel) -> HttpServerConnection.http1(
                loop, channel, WireLimits.edge(), new Relay((head, end, events) -> fail()), quiet));
        String start = ASK.substring(0, ASK.indexOf("Sec-WebSocket-Key"));
        for (String rest : new String[] {
            "Sec-WebSocket-Key: short\r\n\r\n",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ!!\r\n\r\n",
            "Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Key: " + KEY + "\r\n\r\n",
            "Sec-WebSocket-Key: " + KEY + "\r\nContent-Length: 1\r\n\r\nx",
            "Sec-WebSocket-Key: " + KEY + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        }) {
            try (RawHttp client = RawHttp.connect(port)) {
                client.send(start + rest);
                assertThat(client.message().status()).as(rest).isEqualTo(400);
                assertThat(client.rest()).isEmpty();
            }
        }
    }

    private static ClientStream fail() {
        throw new AssertionError("not refused");
    }

    @Test
    void whatIsNoHandshakeIsServedAsItIs() throws IOException {
        try (RawHttp client = client(0, peer -> {
            while (true) {
                String head = peer.head();
                assertThat(head).doesNotContain("pgrade");
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        })) {
            for (String request : new String[] {
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nSec-WebSocket-Key: " + KEY + "\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: "
                        + KEY + "\r\n\r\n"
            }) {
                client.send(request);
                assertThat(client.message().status()).as(request).isEqualTo(200);
                bed.until(() -> opened.getFirst().canOpen());
            }
        }
    }
}
