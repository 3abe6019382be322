package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The client side of HTTP/1.1 against servers that behave and servers that do not. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class Http1ClientTest {
    private final WireBed bed = new WireBed();
    private final Quiet quiet = new Quiet();

    @AfterEach
    void stop() {
        bed.close();
    }

    private HttpClientConnection connect(ScriptedEndpoint endpoint) {
        return bed.connect(
                endpoint.port(),
                channel -> HttpClientConnection.http1(bed.loop(), channel, WireLimits.endpoint(), quiet));
    }

    private static RequestHead request(String method, String path, String... namesAndValues) {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new RequestHead(method, "http", "a.example", path, fields);
    }

    private Recorder get(HttpClientConnection connection) {
        return send(connection, request("GET", "/"));
    }

    private Recorder send(HttpClientConnection connection, RequestHead head) {
        Recorder recorder = Recorder.consuming();
        bed.run(() -> recorder.on(connection.open(head, true, recorder)));
        return recorder;
    }

    private static int status(Recorder recorder) {
        ResponseHead head = recorder.head;
        return Objects.requireNonNull(head).status();
    }

    /** What becomes of one GET that is answered with these bytes. */
    private Recorder answeredWith(String bytes) throws IOException {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            peer.head();
            peer.send(bytes);
            peer.rest();
        })) {
            HttpClientConnection connection = connect(endpoint);
            Recorder recorder = get(connection);
            WireBed.await(recorder.outcome);
            return recorder;
        }
    }

    private void expectClosed() {
        bed.until(() -> quiet.closed == 1);
        assertThat(quiet.idle).isZero();
    }

    @Test
    void usesAConnectionAgain() throws IOException {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            while (true) {
                RawHttp.Message request = peer.message();
                String body = request.head() + request.body() + request.trailers();
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\nX: y\r\n\r\n" + body);
            }
        })) {
            HttpClientConnection connection = connect(endpoint);
            Recorder first = get(connection);
            assertThat(WireBed.await(first.outcome)).isEqualTo("end");
            assertThat(first.text()).isEqualTo("GET / HTTP/1.1\nhost: a.example\n[]");
            bed.until(() -> quiet.idle == 1);
            assertThat(bed.on(connection::canOpen)).isTrue();

            Recorder second = Recorder.consuming();
            bed.run(() -> {
                ClientStream stream = connection.open(request("POST", "/x", "te", "trailers"), false, second);
                stream.sendData(Chunk.of("body".getBytes(StandardCharsets.US_ASCII)), false);
                HeaderFields trailers = new HeaderFields();
                trailers.add("x-sum", "1");
                stream.sendTrailers(trailers);
                second.on(stream);
            });
            assertThat(WireBed.await(second.outcome)).isEqualTo("end");
            assertThat(second.text())
                    .isEqualTo("POST /x HTTP/1.1\nhost: a.example\nconnection: te\nte: trailers\n"
                            + "transfer-encoding: chunked\nbody[x-sum: 1]");

            Recorder third = send(connection, request("POST", "/empty"));
            assertThat(WireBed.await(third.outcome)).isEqualTo("end");
            assertThat(third.text()).contains("content-length: 0");
            bed.until(() -> quiet.idle == 3);
        }
    }

    @Test
    void readsChunkedBodiesAndTrailers() throws IOException {
        Recorder recorder = answeredWith(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nGrpc-Status: 0\r\n\r\n");
        assertThat(recorder.text()).isEqualTo("abc");
        assertThat(Objects.requireNonNull(recorder.trailers).toString()).isEqualTo("grpc-status: 0\n");
        bed.until(() -> quiet.idle == 1 || quiet.closed == 1);
    }

    @Test
    void readsABodyThatEndsWithTheConnection() throws IOException {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\n\r\nall of it");
        })) {
            Recorder recorder = get(connect(endpoint));
            assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
            assertThat(recorder.text()).isEqualTo("all of it");
            expectClosed();
        }
    }

    @Test
    void forwardsInformationalHeadsUpToABound() throws IOException {
        Recorder few = answeredWith(String.join(
                "\r\n\r\n",
                "HTTP/1.1 102 Processing",
                "HTTP/1.1 103 Early Hints\r\nLink: x",
                "HTTP/1.1 199 Odd",
                "HTTP/1.1 204 No Content",
                ""));
        assertThat(few.informational).extracting(ResponseHead::status).containsExactly(102, 103, 199);
        assertThat(status(few)).isEqualTo(204);
        Recorder most = answeredWith("HTTP/1.1 102 Processing\r\n\r\n".repeat(16) + "HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(most.informational).hasSize(16);
        assertThat(status(most)).isEqualTo(204);
        Recorder many = answeredWith("HTTP/1.1 102 Processing\r\n\r\n".repeat(17));
        assertThat(many.informational).hasSize(16);
        assertThat(WireBed.await(many.outcome)).isEqualTo("PROTOCOL_ERROR");
    }

    @Test
    void a101ThatNobodyAskedForIsAnError() throws IOException {
        Recorder recorder = answeredWith("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
        assertThat(WireBed.await(recorder.outcome)).isEqualTo("PROTOCOL_ERROR");
        expectClosed();
    }

    @Test
    void bytesBehindTheAnswerCloseTheConnection() throws IOException {
        Recorder recorder = answeredWith("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n");
        assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
        expectClosed();
    }

    @Test
    void refusesAnswersWithDoubtfulFraming() throws IOException {
        for (String fields : new String[] {
            "Content-Length: 2\r\nTransfer-Encoding: chunked",
            "Content-Length: 2\r\nContent-Length: 3",
            "Content-Length: x",
            "Transfer-Encoding: gzip",
            "X : y",
            "X: a\0b"
        }) {
            Recorder recorder = answeredWith("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\nok");
            assertThat(WireBed.await(recorder.outcome)).as(fields).isEqualTo("PROTOCOL_ERROR");
        }
        assertThat(WireBed.await(answeredWith("HTTP/2 200 OK\r\n\r\n").outcome)).isEqualTo("PROTOCOL_ERROR");
        assertThat(WireBed.await(answeredWith("HTTP/1.1 99 OK\r\n\r\n").outcome))
                .isEqualTo("PROTOCOL_ERROR");
        assertThat(WireBed.await(answeredWith("x".repeat(20_000)).outcome)).isEqualTo("PROTOCOL_ERROR");
    }

    @Test
    void aTruncatedBodyIsAReset() throws IOException {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        })) {
            Recorder recorder = get(connect(endpoint));
            assertThat(WireBed.await(recorder.outcome)).isEqualTo("CONNECTION_LOST");
            assertThat(recorder.text()).isEqualTo("half");
            expectClosed();
        }
    }

    @Test
    void aResetIsNeverTheEndOfABodyThatLastsUntilTheConnectionEnds() throws IOException {
        CompletableFuture<Boolean> arrived = new CompletableFuture<>();
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\n\r\nhalf");
            WireBed.await(arrived);
            peer.socket().setSoLinger(true, 0);
        })) {
            Recorder recorder = get(connect(endpoint));
            bed.until(() -> recorder.text().equals("half"));
            arrived.complete(true);
            assertThat(WireBed.await(recorder.outcome)).isEqualTo("CONNECTION_LOST");
            expectClosed();
        }
    }

    @Test
    void aPooledConnectionThatClosesIsStaleAndAFreshOneLost() throws IOException {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            peer.head();
        })) {
            HttpClientConnection connection = connect(endpoint);
            assertThat(WireBed.await(get(connection).outcome)).isEqualTo("end");
            assertThat(WireBed.await(get(connection).outcome)).isEqualTo("STALE");
        }
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(RawHttp::head)) {
            assertThat(WireBed.await(get(connect(endpoint)).outcome)).isEqualTo("CONNECTION_LOST");
        }
    }

    @Test
    void anAnswerBeforeTheRequestsEndIsTheLastOfItsConnection() throws IOException {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            peer.head();
            peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
            peer.rest();
        })) {
            HttpClientConnection connection = connect(endpoint);
            Recorder recorder = Recorder.consuming();
            ClientStream stream = bed.on(() -> connection.open(request("POST", "/"), false, recorder));
            assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
            assertThat(status(recorder)).isEqualTo(413);
            bed.run(() -> stream.sendData(Chunk.of(new byte[10]), true));
            expectClosed();
        }
    }

    @Test
    void opensOneAtATimeOnly() throws IOException {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(RawHttp::rest)) {
            HttpClientConnection connection = connect(endpoint);
            Recorder first = get(connection);
            assertThat(bed.on(connection::canOpen)).isFalse();
            assertThat(WireBed.await(get(connection).outcome)).isEqualTo("REFUSED");
            bed.run(() -> Objects.requireNonNull(first.stream).reset(StreamReset.CANCEL));
            expectClosed();
            assertThat(first.outcome).isNotDone();
        }
    }

    @Test
    void stopsReadingWhenNobodyConsumes() throws IOException {
        try (ScriptedEndpoint endpoint = new ScriptedEndpoint(peer -> {
            peer.head();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n");
            peer.send(new byte[20_000_000]);
            peer.rest();
        })) {
            HttpClientConnection connection = connect(endpoint);
            Recorder recorder = Recorder.holding();
            bed.run(() -> recorder.on(connection.open(request("GET", "/"), true, recorder)));
            bed.until(() -> recorder.held >= 64 * 1024);
            int stopped = bed.on(() -> recorder.held);
            for (int i = 0; i < 200; i++) {
                assertThat(bed.on(() -> recorder.held)).isEqualTo(stopped);
            }
            assertThat(stopped).isLessThan(256 * 1024);
            bed.run(() -> {
                recorder.hold = false;
                Objects.requireNonNull(recorder.stream).consumed(recorder.held);
            });
            assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
            assertThat(recorder.body.size()).isEqualTo(20_000_000);
        }
    }
}
