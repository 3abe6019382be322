package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.RequestHead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 into one relay, HTTP/2 to a second, HTTP/1.1 to an endpoint: what goes in comes out, both ways. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class TwoHopsTest {
    private final WireBed bed = new WireBed();
    private final Quiet quiet = new Quiet();
    private final ArrayDeque<HttpClientConnection> pool = new ArrayDeque<>();
    private final CompletableFuture<String> seen = new CompletableFuture<>();
    private @Nullable ScriptedEndpoint endpoint;
    private int port;

    private static final class Http11Echo {
        static void serve(RawHttp peer) throws IOException {
            while (true) {
                RawHttp.Message request = peer.message(false);
                String trailers = request.trailers().isEmpty() ? "" : "X-Seen: " + request.trailers() + "\r\n";
                boolean sized = request.head().contains("content-length");
                if (sized) {
                    peer.send("HTTP/1.1 200 OK\r\n" + trailers + "Content-Length: "
                            + request.body().length() + "\r\n\r\n" + request.body());
                } else {
                    peer.send("HTTP/1.1 200 OK\r\n" + trailers + "Transfer-Encoding: chunked\r\n\r\n");
                    if (!request.body().isEmpty()) {
                        peer.send(Integer.toHexString(request.body().length()) + "\r\n" + request.body() + "\r\n");
                    }
                    peer.send("0\r\nX-Back: yes\r\n\r\n");
                }
            }
        }
    }

    private void chain(ScriptedEndpoint.Script script) throws IOException {
        ScriptedEndpoint started = new ScriptedEndpoint(script);
        endpoint = started;
        for (int i = 0; i < 4; i++) {
            pool.add(bed.connect(
                    started.port(),
                    channel ->
                            HttpClientConnection.http1(bed.loop(), channel, WireLimits.endpoint(), new Returning())));
        }
        int second = bed.listen((loop, channel) ->
                HttpServerConnection.http2(loop, channel, WireLimits.tunnel(), new Relay(this::open), quiet));
        HttpClientConnection tunnel = bed.connect(
                second, channel -> HttpClientConnection.http2(bed.loop(), channel, WireLimits.tunnel(), quiet));
        port = bed.listen((loop, channel) ->
                HttpServerConnection.http1(loop, channel, WireLimits.edge(), new Relay(tunnel::open), quiet));
    }

    private ClientStream open(RequestHead head, boolean end, ResponseEvents events) {
        return pool.remove().open(head, end, events);
    }

    private final class Returning implements ClientConnectionEvents {
        @Override
        public void onIdle(HttpClientConnection connection) {
            pool.add(connection);
        }

        @Override
        public void onGoingAway(HttpClientConnection connection) {}

        @Override
        public void onClosed(HttpClientConnection connection) {
            pool.remove(connection);
        }

        @Override
        public void onBytesReceived() {}
    }

    @AfterEach
    void stop() throws IOException {
        bed.close();
        ScriptedEndpoint started = endpoint;
        if (started != null) {
            started.close();
        }
    }

    private static String body(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 5_000_000})
    void sizedBodies(int size) throws Exception {
        chain(Http11Echo::serve);
        String body = body(size);
        try (RawHttp client = RawHttp.connect(port)) {
            for (int round = 0; round < 3; round++) {
                Thread sender = Thread.ofVirtual()
                        .start(() -> send(
                                client, "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n" + body));
                RawHttp.Message answer = client.message();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body().equals(body)).isTrue();
                sender.join();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_536, 5_000_000})
    void chunkedBodiesWithTrailers(int size) throws Exception {
        chain(Http11Echo::serve);
        String body = body(size);
        String chunks = size == 0 ? "" : Integer.toHexString(size) + "\r\n" + body + "\r\n";
        try (RawHttp client = RawHttp.connect(port)) {
            for (int round = 0; round < 3; round++) {
                Thread sender = Thread.ofVirtual()
                        .start(() -> send(
                                client,
                                "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
                                        + "0\r\nX-Sum: 9\r\n\r\n"));
                RawHttp.Message answer = client.message();
                assertThat(answer.body().equals(body)).isTrue();
                assertThat(answer.head()).contains("x-seen: [x-sum: 9]");
                assertThat(answer.trailers()).containsExactly("x-back: yes");
                sender.join();
            }
        }
    }

    private static void send(RawHttp client, String text) {
        try {
            client.send(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void pipelinedRequestsComeBackInOrder() throws IOException {
        chain(Http11Echo::serve);
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            requests.append("POST /")
                    .append(i)
                    .append(" HTTP/1.1\r\nHost: a\r\nContent-Length: ")
                    .append(Integer.toString(i).length())
                    .append("\r\n\r\n")
                    .append(i);
        }
        try (RawHttp client = RawHttp.connect(port)) {
            client.send(requests.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(client.message().body()).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void aTruncatedAnswerStaysTruncated() throws IOException {
        chain(peer -> {
            peer.message();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        });
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThatThrownBy(client::message).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aCancelledUploadReachesTheEndpointAsAnEndOfConnection() throws IOException {
        chain(peer -> {
            String head = peer.head();
            seen.complete(head + peer.rest());
        });
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf");
            bed.until(() -> pool.size() == 3);
        }
        assertThat(WireBed.await(seen)).startsWith("POST / HTTP/1.1");
    }

    @Test
    void aContinueIsPassedOn() throws IOException {
        chain(peer -> {
            String head = peer.head();
            assertThat(head).contains("expect: 100-continue");
            peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
            peer.line();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.message().status()).isEqualTo(100);
            assertThat(client.message().status()).isEqualTo(103);
            client.send("line\n");
            assertThat(client.message().body()).isEqualTo("ok");
        }
    }

    @Test
    void aSlowReaderStopsTheEndpoint() throws Exception {
        AtomicLong sent = new AtomicLong();
        chain(peer -> {
            peer.message();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
            byte[] part = new byte[100_000];
            for (int i = 0; i < 1000; i++) {
                peer.send(part);
                sent.addAndGet(part.length);
            }
        });
        try (RawHttp client = RawHttp.connect(port)) {
            client.socket().setReceiveBufferSize(64 * 1024);
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            client.head();
            long before = -1;
            long now = 0;
            while (before != now) {
                before = now;
                for (int i = 0; i < 500; i++) {
                    bed.run(() -> {});
                }
                now = sent.get();
            }
            assertThat(now).isLessThan(60_000_000);
            byte[] rest = client.socket().getInputStream().readNBytes(100_000_000);
            assertThat(rest.length).isEqualTo(100_000_000);
        }
    }
}
