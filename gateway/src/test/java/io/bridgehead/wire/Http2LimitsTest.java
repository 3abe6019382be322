package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients of HTTP/2 may not do, with frames that no client library would send; and what they may. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class Http2LimitsTest {
    private static final FrameLimits SMALL = new FrameLimits(200, 1, true, 60_000);
    private static final int MANY = 3_000;

    private final WireBed bed = new WireBed();
    private final Told told = new Told();
    private final Holding holding = new Holding();

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

    /** Frames that carry nothing, on stream 1, which is open and whose request is not complete. */
    enum Flood {
        PING,
        SETTINGS,
        SETTINGS_ACK,
        PRIORITY,
        PRIORITY_UPDATE,
        WINDOW_UPDATE,
        WINDOW_UPDATE_OF_CLOSED_STREAM,
        UNKNOWN,
        TINY_DATA,
        DATA_OF_CLOSED_STREAM,
        REQUESTS_BEYOND_THE_LIMIT;

        void add(RawHttp2 client, int i) {
            switch (this) {
                case PING -> client.frame(RawHttp2.PING, 0, 0, new byte[8]);
                case SETTINGS -> client.frame(RawHttp2.SETTINGS, 0, 0);
                case SETTINGS_ACK -> client.frame(RawHttp2.SETTINGS, 1, 0);
                case PRIORITY -> client.frame(RawHttp2.PRIORITY, 0, 1, new byte[5]);
                case PRIORITY_UPDATE -> client.frame(RawHttp2.PRIORITY_UPDATE, 0, 0, new byte[6]);
                case WINDOW_UPDATE ->
                    client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
                case WINDOW_UPDATE_OF_CLOSED_STREAM ->
                    client.frame(RawHttp2.WINDOW_UPDATE, 0, 3, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
                case UNKNOWN -> client.frame(0xfa, 0, 0, new byte[100]);
                case TINY_DATA -> client.frame(RawHttp2.DATA, 0, 1, (byte) 'x');
                case DATA_OF_CLOSED_STREAM -> client.frame(RawHttp2.DATA, 0, 3, (byte) 'x');
                case REQUESTS_BEYOND_THE_LIMIT -> client.request(5 + 2 * i, true, "GET");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Flood.class)
    void aFloodOfFramesThatCarryNothingEndsTheConnection(Flood flood) throws IOException {
        int port = listen(holding, WireLimits.edge().withFrames(SMALL).withStreamsMax(2));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.request(1, false, "POST").request(3, false, "POST");
            client.frame(RawHttp2.RST_STREAM, 0, 3, new byte[4]).flush();
            try {
                for (int i = 0; i < MANY; i++) {
                    flood.add(client, i);
                }
                client.flush();
            } catch (IOException e) {
                assertThat(e)
                        .as("the connection may be gone before all is sent")
                        .isNotNull();
            }
            assertThat(client.goneWith()).isIn(RawHttp2.ENHANCE_YOUR_CALM, -1);
        }
        if (flood == Flood.DATA_OF_CLOSED_STREAM) {
            // answered by another reset while the stream is still known, so that either budget may be used up first
            assertEnded(CloseReason.RESET_FLOOD, CloseReason.FRAME_FLOOD);
        } else {
            assertEnded(CloseReason.FRAME_FLOOD);
        }
        assertThat(holding.recorders)
                .allSatisfy(recorder -> assertThat(recorder.outcome).isDone());
    }

    /** A request of which all is sent before its refusal can be read. */
    private static void sendWhole(RawHttp2 client, int stream, int bytes) throws IOException {
        client.request(stream, false, "POST").flush();
        for (int sent = 0; sent < bytes; sent += 8_192) {
            client.frame(RawHttp2.DATA, 0, stream, new byte[8_192]).flush();
        }
        ByteArrayOutputStream trailers = new ByteArrayOutputStream();
        RawHttp2.literal(trailers, "x-sum", "7");
        client.frame(RawHttp2.WINDOW_UPDATE, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 1)
                .frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, trailers.toByteArray())
                .frame(RawHttp2.RST_STREAM, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 8)
                .flush();
    }

    private static void awaitPong(RawHttp2 client) throws IOException {
        client.frame(RawHttp2.PING, 0, 0, new byte[8]).flush();
        while ((client.next(RawHttp2.PING).flags() & 1) == 0) {
            // another than the answer
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, true"})
    void aStreamAboveTheLimitIsResetAndNothingElse(boolean tunnel, boolean acknowledged) throws IOException {
        WireLimits limits = (tunnel ? WireLimits.tunnel() : WireLimits.edge()).withStreamsMax(2);
        int port = listen(holding, limits);
        try (RawHttp2 client = RawHttp2.connect(port)) {
            if (acknowledged) {
                client.frame(RawHttp2.SETTINGS, 1, 0);
            }
            client.request(1, false, "POST").request(3, false, "POST");
            // together more than the window of the connection
            for (int stream = 5; stream < 53; stream += 2) {
                sendWhole(client, stream, 6 * 8_192);
            }
            awaitPong(client);
            assertThat(holding.streams).hasSize(2);
            assertThat(holding.refused).hasSize(24).containsOnly(Refusal.STREAMS_FULL);
            client.frame(RawHttp2.RST_STREAM, 0, 3, (byte) 0, (byte) 0, (byte) 0, (byte) 8);
            client.request(53, false, "POST").frame(RawHttp2.DATA, RawHttp2.END_STREAM, 53, new byte[8_192]);
            awaitPong(client);
            bed.until(() -> holding.recorders.size() == 3
                    && holding.recorders.getLast().outcome.isDone());
            assertThat(holding.recorders.getLast().body.size()).isEqualTo(8_192);
            assertThat(told.reasons).isEmpty();
        }
    }

    @Test
    void aStreamAboveTheLimitIsResetOnce() throws IOException {
        int port = listen(holding, WireLimits.edge().withStreamsMax(1));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.request(1, false, "POST");
            sendWhole(client, 3, 8_192);
            sendWhole(client, 5, 8_192);
            client.request(5, true, "GET")
                    .frame(RawHttp2.PING, 0, 0, new byte[8])
                    .flush();
            List<Integer> resets = new ArrayList<>();
            for (RawHttp2.Frame frame = client.next(); frame.type() != RawHttp2.PING; frame = client.next()) {
                assertThat(frame.type()).isNotEqualTo(RawHttp2.GOAWAY);
                if (frame.type() == RawHttp2.RST_STREAM) {
                    assertThat(frame.word(0)).as("REFUSED_STREAM").isEqualTo(7);
                    resets.add(frame.stream());
                }
            }
            assertThat(resets).containsExactly(3, 5);
        }
    }

    @Test
    void whoeverGoesOnToSendOnAStreamAboveTheLimitLosesTheConnection() throws IOException {
        int port = listen(holding, WireLimits.edge().withFrames(SMALL).withStreamsMax(1));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.request(1, false, "POST").request(3, false, "POST").flush();
            assertThat(client.next(RawHttp2.RST_STREAM).stream()).isEqualTo(3);
            try {
                for (int i = 0; i < MANY; i++) {
                    client.frame(RawHttp2.DATA, 0, 3, new byte[1_024]).flush();
                }
            } catch (IOException e) {
                assertThat(e)
                        .as("the connection may be gone before all is sent")
                        .isNotNull();
            }
            assertThat(client.goneWith()).isIn(RawHttp2.ENHANCE_YOUR_CALM, -1);
        }
        assertEnded(CloseReason.FRAME_FLOOD);
    }

    @Test
    void aFloodOfEmptyDataEndsTheConnection() throws IOException {
        int port = listen(holding, WireLimits.edge());
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.request(1, false, "POST");
            for (int i = 0; i < 10; i++) {
                client.frame(RawHttp2.DATA, 0, 1);
            }
            assertThat(client.flush().goneWith()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
        }
        assertEnded(CloseReason.FRAME_FLOOD);
    }

    @Test
    void manyMessagesOfOneByteAreHonest() throws IOException {
        int port = listen(holding, WireLimits.edge().withFrames(SMALL));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.request(1, false, "POST", "content-type", "application/grpc").flush();
            for (int i = 0; i < MANY; i++) {
                client.frame(RawHttp2.DATA, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 7);
            }
            client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, 1).flush();
            bed.until(() -> !holding.recorders.isEmpty()
                    && holding.recorders.getFirst().outcome.isDone());
            assertThat(holding.recorders.getFirst().body.size()).isEqualTo(6 * MANY);
            assertThat(told.reasons).isEmpty();
        }
    }

    @Test
    void acknowledgingEveryPieceOfADownloadIsHonest() throws IOException {
        int port = listen(holding, WireLimits.edge().withFrames(SMALL));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.request(1, true, "GET").flush();
            bed.until(() -> !holding.streams.isEmpty());
            bed.run(() -> holding.streams.getFirst().sendResponse(new ResponseHead(200, new HeaderFields()), false));
            for (int i = 0; i < MANY; i++) {
                int last = i + 1;
                bed.run(() -> holding.streams.getFirst().sendData(Chunk.of(new byte[1000]), last == MANY));
                RawHttp2.Frame data = client.next(RawHttp2.DATA);
                byte[] step = {0, 0, (byte) (data.length() >> 8), (byte) data.length()};
                client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, step);
                if (last < MANY) {
                    client.frame(RawHttp2.WINDOW_UPDATE, 0, 1, step);
                }
                client.flush();
            }
            assertThat(told.reasons).isEmpty();
        }
    }

    @Test
    void aRequestOnAFreshConnectionAfterAnotherIsHonest() throws IOException {
        int port = listen(new Answers(), WireLimits.edge().withFrames(SMALL));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            for (int i = 0; i < 1_000; i++) {
                client.request(2 * i + 1, true, "GET")
                        .frame(RawHttp2.PRIORITY_UPDATE, 0, 0, new byte[6])
                        .frame(RawHttp2.PING, 0, 0, new byte[8])
                        .flush();
                RawHttp2.Frame frame = client.next();
                while (frame.stream() != 2 * i + 1 || (frame.flags() & RawHttp2.END_STREAM) == 0) {
                    frame = client.next();
                }
                byte[] step = {0, 0, 1, 0};
                client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, step);
            }
            assertThat(told.reasons).isEmpty();
        }
    }

    @Test
    void tooManyResetsEndTheConnection() throws IOException {
        int port = listen(holding, WireLimits.edge().withResets(20, 30));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            for (int i = 0; i < 40; i++) {
                client.request(2 * i + 1, false, "GET").frame(RawHttp2.RST_STREAM, 0, 2 * i + 1, new byte[4]);
            }
            assertThat(client.flush().goneWith()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
        }
        assertEnded(CloseReason.RESET_FLOOD);
    }

    @Test
    void tooManyProvokedResetsEndTheConnection() throws IOException {
        int port = listen(holding, WireLimits.edge().withResets(20, 30));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            for (int i = 0; i < 40; i++) {
                client.request(2 * i + 1, false, "GET").frame(RawHttp2.WINDOW_UPDATE, 0, 2 * i + 1, new byte[4]);
            }
            assertThat(client.flush().goneWith()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
        }
        assertEnded(CloseReason.RESET_FLOOD);
    }

    @Test
    void whoeverKnowsOfOtherConnectionsMayEndThisOne() throws IOException {
        told.resetsLeft = 3;
        int port = listen(holding, WireLimits.edge());
        try (RawHttp2 client = RawHttp2.connect(port)) {
            for (int i = 0; i < 10; i++) {
                client.request(2 * i + 1, false, "GET").frame(RawHttp2.RST_STREAM, 0, 2 * i + 1, new byte[4]);
            }
            assertThat(client.flush().goneWith()).isEqualTo(RawHttp2.ENHANCE_YOUR_CALM);
        }
        assertEnded(CloseReason.ADDRESS_RESETS);
    }
}
