package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.RequestMark;
import io.bridgehead.model.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Both sides of HTTP/2 with each other on loopback sockets. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class Http2Test {
    private final WireBed bed = new WireBed();
    private final Manual manual = new Manual();
    private final Quiet serverEvents = new Quiet();
    private final Quiet clientEvents = new Quiet();
    private final List<HttpServerConnection> accepted = new ArrayList<>();

    @AfterEach
    void stop() {
        bed.close();
    }

    private HttpClientConnection connect(RequestHandler handler, WireLimits limits) {
        int port = bed.listen((loop, channel) ->
                accepted.add(HttpServerConnection.http2(loop, channel, limits, handler, serverEvents)));
        return bed.connect(port, channel -> HttpClientConnection.http2(bed.loop(), channel, limits, clientEvents));
    }

    private static RequestHead request(String method, String path, String... namesAndValues) {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new RequestHead(method, "https", "a.example", path, fields);
    }

    private static ResponseHead head(int status) {
        return new ResponseHead(status, new HeaderFields());
    }

    private static Chunk chunk(String text) {
        return Chunk.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Recorder send(HttpClientConnection connection, RequestHead head, boolean end) {
        Recorder recorder = Recorder.consuming();
        bed.run(() -> recorder.on(connection.open(head, end, recorder)));
        return recorder;
    }

    private ServerStream stream(int index) {
        bed.until(() -> manual.streams.size() > index);
        return manual.streams.get(index);
    }

    private static Stream of(Recorder recorder) {
        return Objects.requireNonNull(recorder.stream);
    }

    @Test
    void carriesRequestsAndAnswersBothWays() {
        HttpClientConnection connection = connect(new Answers(), WireLimits.tunnel());
        Recorder get = send(
                connection,
                request(
                        "GET",
                        "/x?y",
                        "x-a",
                        "b",
                        "cookie",
                        "c=d",
                        "cookie",
                        "e=f",
                        "connection",
                        "x",
                        "te",
                        "trailers"),
                true);
        assertThat(WireBed.await(get.outcome)).isEqualTo("end");
        assertThat(get.text()).isEqualTo("GET https a.example /x?y [] x-a=b te=trailers cookie=c=d; e=f\n");
        Recorder post = send(connection, request("POST", "/", "content-length", "5"), false);
        bed.run(() -> {
            of(post).sendData(chunk("he"), false);
            of(post).sendData(chunk("llo"), true);
        });
        assertThat(WireBed.await(post.outcome)).isEqualTo("end");
        assertThat(post.text()).isEqualTo("POST https a.example / [hello] content-length=5\n");
        Recorder trailers = send(connection, request("POST", "/"), false);
        bed.run(() -> {
            HeaderFields fields = new HeaderFields();
            fields.add("x-sum", "1");
            of(trailers).sendData(chunk("x"), false);
            of(trailers).sendTrailers(fields);
        });
        assertThat(WireBed.await(trailers.outcome)).isEqualTo("end");
        assertThat(trailers.text()).isEqualTo("POST https a.example / [x] trailers x-sum: 1\n");
        assertThat(bed.on(connection::activeStreams)).isZero();
        assertThat(clientEvents.idle).isEqualTo(3);
    }

    @Test
    void carriesInformationalHeadsTrailersAndHead() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        Recorder get = send(connection, request("GET", "/"), true);
        ServerStream stream = stream(0);
        bed.run(() -> {
            stream.sendInformational(head(103));
            stream.sendResponse(head(200), false);
            stream.sendData(chunk("body"), false);
            HeaderFields fields = new HeaderFields();
            fields.add("grpc-status", "0");
            stream.sendTrailers(fields);
        });
        assertThat(WireBed.await(get.outcome)).isEqualTo("end");
        assertThat(get.informational).extracting(ResponseHead::status).containsExactly(103);
        assertThat(get.text()).isEqualTo("body");
        assertThat(Objects.requireNonNull(get.trailers).toString()).isEqualTo("grpc-status: 0\n");
        Recorder headOnly = send(connection, request("HEAD", "/"), true);
        ServerStream second = stream(1);
        bed.run(() -> RefusalResponse.of(Refusal.NO_ROUTE, null, null).sendTo(second));
        assertThat(WireBed.await(headOnly.outcome)).isEqualTo("end");
        assertThat(headOnly.text()).isEmpty();
        assertThat(Objects.requireNonNull(headOnly.head).status()).isEqualTo(404);
    }

    @Test
    void mapsResetsBothWays() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        Recorder refused = send(connection, request("GET", "/"), true);
        bed.run(() -> stream(0, StreamReset.CONNECT_FAILED));
        assertThat(WireBed.await(refused.outcome)).isEqualTo("REFUSED");
        Recorder failed = send(connection, request("GET", "/"), true);
        ServerStream second = stream(1);
        bed.run(() -> {
            second.sendResponse(head(200), false);
            second.reset(StreamReset.CONNECTION_LOST);
            second.sendData(chunk("late"), true);
            second.consumed(3);
        });
        assertThat(WireBed.await(failed.outcome)).isEqualTo("PEER_RESET");
        Recorder cancelled = send(connection, request("POST", "/"), false);
        stream(2);
        bed.run(() -> {
            of(cancelled).sendData(chunk("x".repeat(10_000)), false);
            of(cancelled).reset(StreamReset.TIMEOUT);
            of(cancelled).sendData(chunk("late"), true);
        });
        assertThat(WireBed.await(manual.recorders.get(2).outcome)).isEqualTo("CANCEL");
        assertThat(cancelled.outcome).isNotDone();
    }

    private void stream(int index, StreamReset reset) {
        if (manual.streams.size() > index) {
            manual.streams.get(index).reset(reset);
        } else {
            bed.loop().execute(() -> stream(index, reset));
        }
    }

    @Test
    void anUnreadStreamDoesNotStallAnother() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        List<Recorder> stalled = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Recorder recorder = Recorder.holding();
            bed.run(() -> recorder.on(connection.open(request("GET", "/stalled"), true, recorder)));
            stalled.add(recorder);
            ServerStream stream = stream(i);
            bed.run(() -> stream.sendResponse(head(200), false));
        }
        for (int i = 0; i < 100; i++) {
            ServerStream stream = stream(i);
            Recorder recorder = stalled.get(i);
            bed.until(() -> {
                while (stream.writable()) {
                    stream.sendData(Chunk.of(new byte[16 * 1024]), false);
                }
                return !stream.writable() && recorder.held >= 256 * 1024;
            });
        }
        Recorder free = send(connection, request("GET", "/free"), true);
        ServerStream last = stream(100);
        byte[] large = new byte[5_000_000];
        bed.run(() -> {
            last.sendResponse(head(200), false);
            last.sendData(Chunk.of(large), true);
        });
        assertThat(WireBed.await(free.outcome)).isEqualTo("end");
        assertThat(free.body.size()).isEqualTo(large.length);
        Recorder one = stalled.getFirst();
        assertThat(bed.on(() -> one.held)).isEqualTo(256 * 1024);
        bed.run(() -> {
            one.hold = false;
            of(one).consumed(one.held);
            stream0End();
        });
        assertThat(WireBed.await(one.outcome)).isEqualTo("end");
        bed.until(() -> manual.recorders.getFirst().writables > 0);
    }

    private void stream0End() {
        manual.streams.getFirst().sendData(Chunk.empty(), true);
    }

    @Test
    void aRequestBodyWaitsForItsReader() {
        manual.holding = true;
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        Recorder post = send(connection, request("POST", "/"), false);
        stream(0);
        Recorder reader = manual.recorders.getFirst();
        int[] sent = {0};
        bed.until(() -> {
            while (of(post).writable()) {
                of(post).sendData(Chunk.of(new byte[8192]), false);
                sent[0] += 8192;
            }
            return reader.held == 256 * 1024;
        });
        for (int i = 0; i < 100; i++) {
            assertThat(bed.on(() -> reader.held)).isEqualTo(256 * 1024);
        }
        assertThat(sent[0]).isLessThan(512 * 1024);
        bed.run(() -> {
            reader.hold = false;
            of(reader).consumed(reader.held);
            of(post).sendData(Chunk.empty(), true);
        });
        assertThat(WireBed.await(reader.outcome)).isEqualTo("end");
        assertThat(reader.body.size()).isEqualTo(sent[0]);
        assertThat(post.writables).isPositive();
    }

    @Test
    void drainLetsStreamsEndAndTakesNoMore() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        Recorder get = send(connection, request("GET", "/"), true);
        ServerStream stream = stream(0);
        bed.run(() -> accepted.getFirst().drain());
        bed.until(() -> clientEvents.goingAway == 1);
        assertThat(bed.on(connection::canOpen)).isFalse();
        assertThat(WireBed.await(send(connection, request("GET", "/"), true).outcome))
                .isEqualTo("REFUSED");
        bed.run(() -> stream.sendResponse(head(200), true));
        assertThat(WireBed.await(get.outcome)).isEqualTo("end");
        bed.until(() -> clientEvents.closed == 1 && serverEvents.closed == 1);
    }

    @Test
    void aStreamThatCrossedWithGoAwayIsServed() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        Recorder first = send(connection, request("GET", "/"), true);
        ServerStream early = stream(0);
        Recorder second = Recorder.consuming();
        bed.run(() -> {
            accepted.getFirst().drain();
            second.on(connection.open(request("GET", "/late"), true, second));
        });
        ServerStream late = stream(1);
        bed.run(() -> late.sendResponse(head(200), true));
        assertThat(WireBed.await(second.outcome)).isEqualTo("end");
        assertThat(first.outcome).isNotDone();
        bed.run(() -> early.sendResponse(head(200), true));
        assertThat(WireBed.await(first.outcome)).isEqualTo("end");
        bed.until(() -> clientEvents.closed == 1 && serverEvents.closed == 1);
    }

    @Test
    void aLostConnectionResetsItsStreams() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        Recorder get = send(connection, request("GET", "/"), true);
        stream(0);
        bed.run(() -> accepted.getFirst().channel().unsafe().closeForcibly());
        assertThat(WireBed.await(get.outcome)).isEqualTo("CONNECTION_LOST");
        bed.until(() -> clientEvents.closed == 1);
    }

    @Test
    void anEarlyAnswerEndsTheExchangeAndFreesTheStream() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        Recorder post = send(connection, request("POST", "/"), false);
        ServerStream stream = stream(0);
        bed.run(() -> {
            stream.sendResponse(head(413), false);
            stream.sendData(chunk("too large"), true);
        });
        assertThat(WireBed.await(post.outcome)).isEqualTo("end");
        assertThat(post.text()).isEqualTo("too large");
        bed.run(() -> of(post).sendData(Chunk.of(new byte[1000]), true));
        bed.until(() -> connection.activeStreams() == 0 && accepted.getFirst().activeStreams() == 0);
        assertThat(manual.recorders.getFirst().outcome).isNotDone();
    }

    @Test
    void connectCarriesBytesWithHalfClose() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        RequestHead head = new RequestHead("CONNECT", "https", "b.example:5432", "", new HeaderFields());
        Recorder client = send(connection, head, false);
        ServerStream stream = stream(0);
        assertThat(manual.heads.getFirst().is(RequestMark.CONNECT)).isTrue();
        assertThat(manual.heads.getFirst().authority()).isEqualTo("b.example:5432");
        bed.run(() -> {
            stream.sendResponse(head(200), false);
            stream.sendData(chunk("down"), true);
        });
        assertThat(WireBed.await(client.outcome)).isEqualTo("end");
        bed.run(() -> of(client).sendData(chunk("still up"), true));
        assertThat(WireBed.await(manual.recorders.getFirst().outcome)).isEqualTo("end");
        assertThat(manual.recorders.getFirst().text()).isEqualTo("still up");
        bed.until(() -> connection.activeStreams() == 0);
    }

    @Test
    void appliesTheGuard() {
        HttpClientConnection connection = connect(manual, WireLimits.edge());
        for (RequestHead bad : List.of(
                request("GET", "/a\\b"),
                request("GET", "/../a"),
                request("GET", "/a#b"),
                request("GET", "nowhere"),
                request("GET", "/", "x_y", "z"),
                request("GET", "/", "content-type", "a/b", "content-type", "c/d"),
                new RequestHead("GET", "https", "u@a", "/", new HeaderFields()))) {
            Recorder recorder = send(connection, bad, true);
            assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
            assertThat(Objects.requireNonNull(recorder.head).status()).isEqualTo(400);
            assertThat(recorder.text()).contains("\"title\":\"bad-request\"");
        }
        Recorder expectation = send(connection, request("GET", "/", "expect", "cake"), true);
        assertThat(WireBed.await(expectation.outcome)).isEqualTo("end");
        assertThat(Objects.requireNonNull(expectation.head).status()).isEqualTo(417);
        for (RequestHead malformed : List.of(
                request("GET", "/", "te", "gzip"),
                request("G T", "/"),
                request("GET", "/", "content-length", "5"),
                new RequestHead("GET", "ftp", "a", "/", new HeaderFields()),
                new RequestHead("CONNECT", "https", "a", "", new HeaderFields()))) {
            assertThat(WireBed.await(send(connection, malformed, true).outcome)).isEqualTo("PEER_RESET");
        }
        Recorder large = send(connection, request("GET", "/", "x", "y".repeat(16_000), "z", "y".repeat(1_000)), true);
        assertThat(WireBed.await(large.outcome)).isEqualTo("INTERNAL");
        assertThat(manual.streams).isEmpty();
        bed.until(() -> connection.activeStreams() == 0);
    }

    @Test
    void holdsPeersToTheirContentLength() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        Recorder tooMuch = send(connection, request("POST", "/", "content-length", "3"), false);
        stream(0);
        bed.run(() -> of(tooMuch).sendData(chunk("four"), true));
        assertThat(WireBed.await(manual.recorders.getFirst().outcome)).isEqualTo("PROTOCOL_ERROR");
        Recorder tooLittle = send(connection, request("GET", "/"), true);
        ServerStream second = stream(1);
        bed.run(() -> {
            HeaderFields fields = new HeaderFields();
            fields.add("content-length", "10");
            second.sendResponse(new ResponseHead(200, fields), false);
            second.sendData(chunk("nine"), true);
        });
        assertThat(WireBed.await(tooLittle.outcome)).isEqualTo("PROTOCOL_ERROR");
    }

    @Test
    void survivesAHandlerThatThrows() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        Recorder thrown = send(connection, request("GET", "/throw"), true);
        assertThat(WireBed.await(thrown.outcome)).isEqualTo("end");
        assertThat(Objects.requireNonNull(thrown.head).status()).isEqualTo(500);
        Recorder fine = send(connection, request("GET", "/"), true);
        ServerStream stream = stream(0);
        bed.run(() -> stream.sendResponse(head(204), true));
        assertThat(WireBed.await(fine.outcome)).isEqualTo("end");
    }

    @Test
    void measuresTheRoundTrip() {
        HttpClientConnection connection = connect(manual, WireLimits.tunnel());
        CompletableFuture<Long> there = new CompletableFuture<>();
        bed.run(() -> connection.ping(there::complete));
        assertThat(WireBed.await(there)).isPositive();
        bed.until(() -> !accepted.isEmpty());
        CompletableFuture<Long> back = new CompletableFuture<>();
        bed.run(() -> accepted.getFirst().ping(back::complete));
        assertThat(WireBed.await(back)).isPositive();
    }

    @Test
    void opensNoMoreStreamsThanThePeerAllows() {
        HttpClientConnection connection = connect(manual, WireLimits.edge().withStreamsMax(2));
        bed.until(() -> connection.streamsMax() == 2);
        send(connection, request("GET", "/"), true);
        Recorder second = send(connection, request("GET", "/"), true);
        assertThat(bed.on(connection::canOpen)).isFalse();
        ServerStream stream = stream(1);
        bed.run(() -> stream.sendResponse(head(200), true));
        assertThat(WireBed.await(second.outcome)).isEqualTo("end");
        bed.until(() -> connection.canOpen() && clientEvents.idle == 1);
    }

    @Test
    void tooManyResetsEndTheConnection() {
        HttpClientConnection connection = connect(manual, WireLimits.edge());
        for (int i = 0; i < 150; i++) {
            bed.run(() -> {
                Recorder recorder = Recorder.consuming();
                connection.open(request("GET", "/"), true, recorder).reset(StreamReset.CANCEL);
            });
        }
        bed.until(() -> serverEvents.closed == 1 && clientEvents.closed == 1);
    }

    @Test
    void idleConnectionsClose() {
        connect(manual, WireLimits.edge().withTimers(1000, 200, 1000));
        bed.until(() -> serverEvents.closed == 1 && clientEvents.closed == 1);
    }
}
