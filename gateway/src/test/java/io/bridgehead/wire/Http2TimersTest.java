package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.limit.OverloadLevel;
import io.bridgehead.model.CloseReason;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a client of HTTP/2 that does not go on, or does not read, is given in time, and how its connection ends then. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class Http2TimersTest {
    private final WireBed bed = new WireBed();
    private final Told told = new Told();
    private final Holding holding = new Holding();
    private final List<HttpServerConnection> accepted = new ArrayList<>();

    @AfterEach
    void stop() {
        bed.close();
    }

    private int listen(RequestHandler handler, WireLimits limits) {
        return bed.listen((loop, channel) -> HttpServerConnection.http2(loop, channel, limits, handler, told));
    }

    private void assertEnded(CloseReason... oneOf) {
        bed.until(() -> told.closed == 1);
        assertThat(told.reasons).hasSize(1).isSubsetOf(oneOf);
    }

    @Test
    void aHeadThatIsNeverCompleteEndsTheConnection() throws IOException {
        int port = listen(holding, WireLimits.edge().withTimers(200, 60_000, 60_000));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, (byte) 0x82).flush();
            assertThat(client.goneWith()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
        }
        assertEnded(CloseReason.HEAD_TIMEOUT);
        assertThat(holding.refused).containsExactly(Refusal.HEAD_TIMEOUT);
    }

    @Test
    void aHeadersFrameThatIsNeverCompleteEndsTheConnection() throws IOException {
        int port = listen(holding, WireLimits.edge().withTimers(200, 60_000, 60_000));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.header(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, 1, 100);
            client.bytes((byte) 0x82).flush();
            assertThat(client.goneWith()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
        }
        assertEnded(CloseReason.HEAD_TIMEOUT);
    }

    @Test
    void aHeadInPiecesIsTakenWhenItComesInTime() throws IOException {
        int port = listen(new Answers(), WireLimits.edge().withTimers(10_000, 60_000, 60_000));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            RawHttp2.literal(block, ":method", "GET");
            RawHttp2.literal(block, ":scheme", "http");
            RawHttp2.literal(block, ":path", "/");
            client.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, block.toByteArray())
                    .flush();
            ByteArrayOutputStream rest = new ByteArrayOutputStream();
            RawHttp2.literal(rest, ":authority", "a.example");
            client.frame(RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 1, rest.toByteArray())
                    .flush();
            assertThat(client.next(RawHttp2.HEADERS).stream()).isEqualTo(1);
        }
    }

    @Test
    void aPrefaceThatNeverComesEndsTheConnection() throws IOException {
        int port = listen(holding, WireLimits.edge().withTimers(200, 60_000, 60_000));
        try (RawHttp2 client = RawHttp2.silent(port)) {
            client.bytes((byte) 'P').flush();
            assertThat(client.goneWith()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
        }
        assertEnded(CloseReason.PREFACE_TIMEOUT);
    }

    @Test
    void anIdleConnectionEnds() throws IOException {
        int port = listen(holding, WireLimits.edge().withTimers(60_000, 200, 60_000));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            assertThat(client.goneWith()).isZero();
        }
        assertEnded(CloseReason.IDLE);
    }

    /** By a reset a client would lose the word that its last request was not begun, and could not send it again. */
    @Test
    void whatCrossesWithTheLastGoAwayDoesNotResetIt() throws IOException {
        assertThat(inTime(false, client -> {
                    DuplexChannel channel = (DuplexChannel) accepted.getLast().channel();
                    bed.until(() -> channel.isOutputShutdown() || !channel.isOpen());
                    for (int stream = 3; stream < 9; stream += 2) {
                        client.request(stream, true, "GET").flush();
                    }
                    return client.next(RawHttp2.GOAWAY).word(0) == 1;
                }))
                .isTrue();
    }

    /** A client may read the GOAWAY in one thread while another sends: its answer to the ping does not say that it has stopped. */
    @Test
    void aPatientEndServesWhatIsSentBehindTheAnswerToThePing() throws IOException {
        assertThat(inTime(true, client -> {
                    client.request(3, true, "GET").flush();
                    boolean answered = false;
                    RawHttp2.Frame frame = client.next();
                    while (frame.type() != RawHttp2.GOAWAY) {
                        answered |= frame.type() == RawHttp2.DATA && frame.stream() == 3;
                        frame = client.next();
                    }
                    assertThat(frame.word(0)).isEqualTo(answered ? 3 : 1);
                    return answered;
                }))
                .isTrue();
    }

    private interface LastWords {
        boolean heard(RawHttp2 client) throws IOException;
    }

    /** Whether a client that has answered the ping hears what it should, and the end; one that the machine holds up for a second tries again. */
    private boolean inTime(boolean patient, LastWords words) throws IOException {
        int port = bed.listen((loop, channel) ->
                accepted.add(HttpServerConnection.http2(loop, channel, WireLimits.edge(), new Answers(), told)));
        boolean heard = false;
        for (int tries = 1; !heard && tries <= 10; tries++) {
            try (RawHttp2 client = RawHttp2.connect(port)) {
                answerPing(client, patient).flush();
                heard = words.heard(client) && client.isAtEnd();
            } catch (SocketException e) {
                heard = false;
            }
            int ended = tries;
            bed.until(() -> told.closed == ended);
        }
        assertThat(told.reasons).containsOnly(CloseReason.DRAINED);
        return heard;
    }

    /** Has one request answered and the connection ended, and gives the answer to its ping, not sent yet. */
    private RawHttp2 answerPing(RawHttp2 client, boolean patient) throws IOException {
        client.request(1, true, "GET").flush();
        assertThat(client.next(RawHttp2.DATA).stream()).isEqualTo(1);
        bed.run(() -> accepted.getLast().drain(patient));
        assertThat(client.next(RawHttp2.GOAWAY).word(0)).isEqualTo(Integer.MAX_VALUE);
        byte[] ping = client.next(RawHttp2.PING).payload().array();
        return client.frame(RawHttp2.PING, RawHttp2.ACK, 0, ping);
    }

    @Test
    void aPressedNodeShortensIdleTimersAndEndsConnectionsWithTheirNextAnswer() throws IOException {
        told.overload.enter(OverloadLevel.SHORTEN_IDLE);
        int port = listen(new Answers(), WireLimits.edge().withTimers(60_000, 10_000, 60_000));
        long before = System.nanoTime();
        try (RawHttp2 client = RawHttp2.connect(port)) {
            assertThat(client.goneWith()).isZero();
        }
        assertThat(System.nanoTime() - before).isLessThan(9_500_000_000L);
        assertEnded(CloseReason.IDLE);
        told.overload.enter(OverloadLevel.END_CONNECTIONS);
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.request(1, true, "GET").flush();
            assertThat(client.next(RawHttp2.GOAWAY).word(0)).isEqualTo(Integer.MAX_VALUE);
            assertThat(client.next(RawHttp2.DATA).stream()).isEqualTo(1);
            assertThat(client.goneWith()).isZero();
        }
        bed.until(() -> told.closed == 2);
        assertThat(told.reasons).containsExactly(CloseReason.IDLE, CloseReason.OVERLOADED);
    }

    /** Answers at once, in frames small enough to pass by the queue of their streams. */
    private int listenWithSmallBuffers(WireLimits limits) {
        RequestHandler answering = new RequestHandler() {
            @Override
            public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
                Recorder recorder = Recorder.consuming().on(stream);
                holding.recorders.add(recorder);
                stream.sendResponse(new ResponseHead(200, new HeaderFields()), false);
                stream.sendData(Chunk.of(new byte[2_000]), true);
                return recorder;
            }

            @Override
            public void onRefused(Refusal refusal, String detail) {}
        };
        return bed.listen((loop, channel) -> {
            channel.config().setOption(ChannelOption.SO_SNDBUF, 4_096);
            HttpServerConnection.http2(loop, channel, limits, answering, told);
        });
    }

    /** Asks for 90 answers, says goodbye and reads nothing yet. */
    private RawHttp2 ofFewBytes(int port) throws IOException {
        RawHttp2 client = RawHttp2.narrow(port);
        client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, (byte) 0, (byte) 16, (byte) 0, (byte) 0);
        for (int i = 0; i < 90; i++) {
            client.request(1 + 2 * i, true, "GET");
        }
        client.frame(RawHttp2.GOAWAY, 0, 0, new byte[8]).flush();
        bed.until(() -> holding.recorders.size() == 90);
        return client;
    }

    @Test
    void theLastAnswersReachAClientThatReadsLate() throws IOException {
        try (RawHttp2 client = ofFewBytes(listenWithSmallBuffers(WireLimits.edge()))) {
            int bytes = 0;
            for (int answers = 0; answers < 90; ) {
                RawHttp2.Frame frame = client.next(RawHttp2.DATA);
                bytes += frame.length();
                answers += frame.flags() & RawHttp2.END_STREAM;
            }
            assertThat(bytes).isEqualTo(180_000);
        }
        bed.until(() -> told.closed == 1);
        assertThat(told.reasons).doesNotContain(CloseReason.UNREAD);
    }

    @Test
    void theLastAnswersThatNobodyReadsAreGivenUpAndCounted() throws IOException {
        int port = listenWithSmallBuffers(WireLimits.edge().withLastBytes(300));
        try (RawHttp2 client = ofFewBytes(port)) {
            bed.until(() -> told.closed == 1);
            assertThat(told.reasons).last().isEqualTo(CloseReason.UNREAD);
            assertThat(client.bytesSent()).isPositive();
        }
    }

    @Test
    void aBodyThatIsTooSlowIsRefusedAndTheConnectionGoesOn() throws IOException {
        int port = listen(holding, WireLimits.edge().withTimers(60_000, 60_000, 150));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.request(1, false, "POST")
                    .frame(RawHttp2.DATA, 0, 1, new byte[10])
                    .flush();
            client.request(3, false, "POST", "content-type", "application/grpc").flush();
            client.request(5, false, "POST", "expect", "100-continue").flush();
            RawHttp2.Frame head = client.next(RawHttp2.HEADERS);
            assertThat(head.stream()).isEqualTo(1);
            assertThat(client.next(RawHttp2.DATA).text()).contains("\"status\":408", "body-timeout");
            assertThat(client.next(RawHttp2.RST_STREAM).word(0)).isZero();
            bed.until(() -> holding.recorders.size() == 3);
            assertThat(holding.recorders.get(0).outcome).isCompletedWithValue("TIMEOUT");
            assertThat(holding.recorders.get(1).outcome).isNotDone();
            assertThat(holding.recorders.get(2).outcome).isNotDone();
            assertThat(holding.refused).isEmpty();
            assertThat(told.reasons).isEmpty();
        }
    }

    @Test
    void anAnswerOfWhichNothingIsTakenIsReset() throws IOException {
        int port = listen(new Answers(), WireLimits.edge().withFrames(new FrameLimits(1_000, 10, true, 200)));
        try (RawHttp2 client = RawHttp2.connect(port, 4, 0)) {
            client.request(1, true, "GET").flush();
            assertThat(client.next(RawHttp2.HEADERS).stream()).isEqualTo(1);
            assertThat(client.next(RawHttp2.RST_STREAM).word(0)).isEqualTo(8);
            assertThat(told.reasons).isEmpty();
        }
    }
}
