package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ResponseHead;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server side of HTTP/1.1 against plain sockets. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class Http1ServerTest {
    private final WireBed bed = new WireBed();
    private final Manual manual = new Manual();
    private final Quiet quiet = new Quiet();
    private final List<HttpServerConnection> connections = new ArrayList<>();

    private int listen(RequestHandler handler, WireLimits limits) {
        return bed.listen(
                (loop, channel) -> connections.add(HttpServerConnection.http1(loop, channel, limits, handler, quiet)));
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private static ResponseHead head(int status, String... namesAndValues) {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new ResponseHead(status, fields);
    }

    private static Chunk chunk(String text) {
        return Chunk.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private ServerStream stream(int index) {
        bed.until(() -> manual.streams.size() > index);
        return manual.streams.get(index);
    }

    private void answer(int index, String text) {
        ServerStream stream = stream(index);
        bed.run(() -> {
            stream.sendResponse(head(200, "content-length", Integer.toString(text.length())), false);
            stream.sendData(chunk(text), true);
        });
    }

    @Test
    void keepsTheConnectionUntilAskedToClose() throws IOException {
        int port = listen(new Answers(), WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.message().body()).startsWith("GET http a /1");
            client.send("GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            RawHttp.Message last = client.message();
            assertThat(last.head()).contains("connection: close");
            assertThat(client.rest()).isEmpty();
        }
        bed.until(() -> quiet.closed == 1);
    }

    @Test
    void answersHttp10AndKeepsItOnRequestOnly() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            answer(0, "one");
            RawHttp.Message first = client.message();
            assertThat(first.head()).contains("connection: keep-alive");
            client.send("GET / HTTP/1.0\r\n\r\n");
            ServerStream second = stream(1);
            bed.run(() -> {
                second.sendInformational(head(103));
                second.sendResponse(head(200), false);
                second.sendData(chunk("two"), true);
            });
            RawHttp.Message last = client.message();
            assertThat(last.head())
                    .doesNotContain("chunked")
                    .contains("connection: close")
                    .startsWith("HTTP/1.1 200");
            assertThat(last.body()).isEqualTo("two");
        }
    }

    @Test
    void chunksABodyOfUnknownLengthAndSendsTrailers() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            ServerStream stream = stream(0);
            bed.run(() -> {
                stream.sendResponse(head(200), false);
                stream.sendData(chunk("hello "), false);
                stream.sendData(chunk("x".repeat(5000)), false);
                HeaderFields trailers = new HeaderFields();
                trailers.add("x-sum", "7");
                stream.sendTrailers(trailers);
            });
            RawHttp.Message message = client.message();
            assertThat(message.body()).isEqualTo("hello " + "x".repeat(5000));
            assertThat(message.trailers()).containsExactly("x-sum: 7");
        }
    }

    @Test
    void sendsNoBodyForHeadAndNoContent() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2));
            answer(0, "hidden");
            assertThat(client.message(true).head()).contains("content-length: 6");
            ServerStream second = stream(1);
            bed.run(() -> second.sendResponse(head(204), true));
            RawHttp.Message noContent = client.message(true);
            assertThat(noContent.status()).isEqualTo(204);
            assertThat(noContent.head()).doesNotContain("content-length");
            answer(2, "shown");
            assertThat(client.message().body()).isEqualTo("shown");
        }
    }

    @Test
    void forwardsInformationalHeads() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            ServerStream stream = stream(0);
            bed.run(() -> stream.sendInformational(head(100)));
            assertThat(client.message().status()).isEqualTo(100);
            client.send("hi");
            bed.until(() -> manual.recorders.getFirst().text().equals("hi"));
            bed.run(() -> stream.sendInformational(head(103, "link", "</a>")));
            assertThat(client.message().head()).contains("103").contains("link: </a>");
            answer(0, "done");
            RawHttp.Message done = client.message();
            assertThat(done.body()).isEqualTo("done");
            assertThat(done.head()).doesNotContain("connection: close");
        }
    }

    @Test
    void answersTooEarlyForAnAwaitedBodyByClosing() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            answer(0, "no");
            assertThat(client.message().head()).contains("connection: close");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void dropsASmallUnreadBodyAndGoesOn() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
            answer(0, "early");
            assertThat(client.message().body()).isEqualTo("early");
            client.send("67890GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            answer(1, "next");
            assertThat(client.message().body()).isEqualTo("next");
        }
    }

    @Test
    void closesWhenTheUnreadBodyIsLarge() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            answer(0, "early");
            assertThat(client.message().body()).isEqualTo("early");
            client.send(new byte[100_000]);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void answersAClientThatHasEndedItsHalf() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
                    .endOutput();
            answer(0, "one");
            answer(1, "two");
            assertThat(client.message().body()).isEqualTo("one");
            assertThat(client.message().body()).isEqualTo("two");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void passesOnThatABodyWasCutOff() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345")
                    .endOutput();
            stream(0);
            assertThat(WireBed.await(manual.recorders.getFirst().outcome)).isEqualTo("CONNECTION_LOST");
        }
    }

    @Test
    void resetShowsAsATruncatedBody() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            ServerStream stream = stream(0);
            bed.run(() -> {
                stream.sendResponse(head(200), false);
                stream.sendData(chunk("part"), false);
                stream.reset(StreamReset.CONNECTION_LOST);
                stream.sendData(chunk("late"), true);
                stream.sendTrailers(new HeaderFields());
                stream.consumed(5);
            });
            assertThatThrownBy(client::message).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void aBodyLongerThanAnnouncedNeverReachesTheClient() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            ServerStream stream = stream(0);
            bed.run(() -> {
                stream.sendResponse(head(200, "content-length", "2"), false);
                stream.sendData(chunk("too long"), true);
            });
            assertThatThrownBy(client::message).isInstanceOf(IOException.class);
            assertThat(WireBed.await(manual.recorders.getFirst().outcome)).isEqualTo("INTERNAL");
        }
    }

    @Test
    void survivesAHandlerThatThrows() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.message().status()).isEqualTo(500);
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            answer(0, "fine");
            assertThat(client.message().body()).isEqualTo("fine");
        }
    }

    @Test
    void boundsTheHead() throws IOException {
        int port = listen(new Answers(), WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(17_000));
            assertThat(client.message().status()).isEqualTo(431);
        }
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n" + "X: x\r\n".repeat(100) + "\r\n");
            assertThat(client.message().status()).isEqualTo(431);
        }
    }

    @Test
    void timersEndSlowHeadsSlowBodiesAndIdleConnections() throws IOException {
        // enough for a client that is held up between its connection and its first bytes
        int port = listen(manual, WireLimits.edge().withTimers(1_000, 1_000, 700));
        try (RawHttp slowHead = RawHttp.connect(port).send("GET / HTTP/1.1\r\n");
                RawHttp slowBody =
                        RawHttp.connect(port).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx");
                RawHttp idle = RawHttp.connect(port)) {
            assertThat(slowHead.message().status()).isEqualTo(408);
            assertThat(slowBody.message().status()).isEqualTo(408);
            assertThat(WireBed.await(manual.recorders.getFirst().outcome)).isEqualTo("TIMEOUT");
            assertThat(idle.rest()).isEmpty();
        }
        assertThat(manual.refused).containsExactly(Refusal.HEAD_TIMEOUT);
    }

    @Test
    void aMalformedBodyIsToldToTheRequestAlone() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n");
            assertThat(client.message().status()).isEqualTo(400);
        }
        assertThat(WireBed.await(manual.recorders.getFirst().outcome)).isEqualTo("PROTOCOL_ERROR");
        assertThat(manual.refused).isEmpty();
    }

    @Test
    void stopsReadingWhenNobodyConsumes() throws Exception {
        manual.holding = true;
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n");
            ServerStream stream = stream(0);
            Recorder recorder = manual.recorders.getFirst();
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    byte[] part = new byte[1_000_000];
                    for (int i = 0; i < 50; i++) {
                        client.send(part);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            bed.until(() -> recorder.held >= 64 * 1024);
            int stopped = bed.on(() -> recorder.held);
            for (int i = 0; i < 200; i++) {
                assertThat(bed.on(() -> recorder.held)).isEqualTo(stopped);
            }
            assertThat(stopped).isLessThan(256 * 1024);
            bed.run(() -> {
                recorder.hold = false;
                stream.consumed(recorder.held);
            });
            assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
            assertThat(recorder.body.size()).isEqualTo(50_000_000);
            sender.join();
        }
    }

    @Test
    void tellsASenderToWaitForASlowReader() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            ServerStream stream = stream(0);
            Recorder recorder = manual.recorders.getFirst();
            byte[] part = new byte[32 * 1024];
            int[] sent = {0};
            bed.run(() -> stream.sendResponse(head(200), false));
            bed.until(() -> {
                while (stream.writable()) {
                    stream.sendData(Chunk.of(part), false);
                    sent[0]++;
                }
                return recorder.writables == 0 || sent[0] > 20;
            });
            bed.run(() -> {
                if (stream.writable()) {
                    recorder.writables++;
                }
                stream.sendData(Chunk.empty(), true);
            });
            assertThat(client.message().body()).hasSize(sent[0] * part.length);
        }
    }

    @Test
    void drainsAfterTheCurrentAnswer() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp busy = RawHttp.connect(port);
                RawHttp idle = RawHttp.connect(port)) {
            busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            stream(0);
            bed.until(() -> connections.size() == 2);
            bed.run(() -> connections.forEach(HttpServerConnection::drain));
            assertThat(idle.rest()).isEmpty();
            answer(0, "last");
            RawHttp.Message last = busy.message();
            assertThat(last.head()).contains("connection: close");
            assertThat(last.body()).isEqualTo("last");
            assertThat(busy.rest()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aPatientDrainTakesOneMoreRequestOfAnIdleConnection(boolean used) throws IOException {
        try (RawHttp client = idle(used)) {
            bed.on(() -> drained(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            stream(used ? 1 : 0);
            answer(used ? 1 : 0, "last");
            RawHttp.Message last = client.message();
            assertThat(last.head()).contains("connection: close");
            assertThat(last.body()).isEqualTo("last");
            assertThat(client.rest()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aPatientDrainEndsAConnectionThatStaysIdle(boolean used) throws IOException {
        try (RawHttp client = idle(used)) {
            bed.run(() -> {
                connections.getFirst().drain(true);
                connections.getFirst().hurryIdle();
            });
            assertThat(client.rest()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void anyOtherDrainTakesNoRequestOfAnIdleConnection(boolean used) throws IOException {
        try (RawHttp client = idle(used)) {
            bed.run(() -> {
                connections.getFirst().drain(false);
                connections.getFirst().hurryIdle();
            });
            try {
                client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.rest()).isEmpty();
            } catch (SocketException e) {
                assertThat(e).as("it was closed before").hasMessageMatching("(?i).*(reset|broken pipe|closed).*");
            }
            assertThat(manual.recorders).hasSize(used ? 1 : 0);
        }
    }

    /** On the loop, which reads before it looks at the time: what is sent comes in time, however long this takes. */
    private RawHttp drained(RawHttp client, String text) throws IOException {
        connections.getFirst().drain(true);
        return client.send(text);
    }

    private RawHttp idle(boolean used) throws IOException {
        RawHttp client = RawHttp.connect(listen(manual, WireLimits.edge()));
        if (used) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            stream(0);
            answer(0, "before");
            assertThat(client.message().body()).isEqualTo("before");
        }
        bed.until(() -> connections.size() == 1);
        return client;
    }

    @Test
    void carriesBytesBothWaysAfterConnect() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
            ServerStream stream = stream(0);
            Recorder recorder = manual.recorders.getFirst();
            bed.run(() -> {
                stream.sendResponse(head(200), false);
                stream.sendData(chunk("down"), true);
            });
            assertThat(client.head())
                    .startsWith("HTTP/1.1 200")
                    .doesNotContain("chunked")
                    .doesNotContain("close");
            assertThat(client.rest()).isEqualTo("down");
            client.send("more").endOutput();
            assertThat(WireBed.await(recorder.outcome)).isEqualTo("end");
            assertThat(recorder.text()).isEqualTo("GET / HTTP/1.1\r\n\r\nmore");
        }
        bed.until(() -> quiet.closed == 1);
    }

    @Test
    void whatFollowsARefusedConnectIsNoRequest() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
            ServerStream stream = stream(0);
            bed.run(() ->
                    RefusalResponse.of(Refusal.CONNECT_NOT_ALLOWED, null, null).sendTo(stream));
            assertThat(client.message().status()).isEqualTo(405);
            assertThat(client.rest()).isEmpty();
            assertThat(manual.streams).hasSize(1);
        }
    }

    @Test
    void aClientThatGoesAwayResetsTheExchange() throws IOException {
        int port = listen(manual, WireLimits.edge());
        try (RawHttp client = RawHttp.connect(port)) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
            stream(0);
            client.socket().setSoLinger(true, 0);
        }
        assertThat(WireBed.await(manual.recorders.getFirst().outcome)).isEqualTo("PEER_RESET");
        bed.until(() -> quiet.closed == 1);
    }
}
