package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.CloseReason;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who goes on to send a body that nobody takes: what was under way is forgiven, a flood is not. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class Http2UnwantedDataTest {
    private static final FrameLimits SMALL = new FrameLimits(200, 1, true, 60_000);
    private static final WireLimits EDGE = WireLimits.edge().withFrames(SMALL).withResets(20, 30);
    private static final int PIECE = 1_024;
    private static final int WINDOW_PIECES = 63; // of 65,535 bytes
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MANY = 1_000;

    private final WireBed bed = new WireBed();
    private final Quiet events = new Quiet();

    @AfterEach
    void stop() {
        bed.close();
    }

    /** Answers every request before its body. */
    private static final class Early implements RequestHandler {
        private final int bytes;

        Early(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
            stream.sendResponse(new ResponseHead(413, new HeaderFields()), false);
            stream.sendData(Chunk.of(new byte[bytes]), true);
            return Recorder.consuming().on(stream);
        }

        @Override
        public void onRefused(Refusal refusal, String detail) {
            throw new AssertionError(refusal + ": " + detail);
        }
    }

    private int serving(int answerBytes) {
        return bed.listen(
                (loop, channel) -> HttpServerConnection.http2(loop, channel, EDGE, new Early(answerBytes), events));
    }

    /** The connection may be gone before all is sent. */
    private static void flood(RawHttp2 peer, int stream, int pieces) {
        try {
            for (int i = 0; i < pieces; i++) {
                peer.frame(RawHttp2.DATA, 0, stream, new byte[PIECE]).flush();
            }
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }

    private void assertEnded(RawHttp2 client, CloseReason reason) throws IOException {
        assertThat(client.goneWith()).isIn(RawHttp2.ENHANCE_YOUR_CALM, -1);
        bed.until(() -> events.closed == 1);
        assertThat(bed.on(() -> events.reason)).isEqualTo(reason);
    }

    @Test
    void whatWasUnderWayIsForgivenAndAFloodEndsTheConnection() throws IOException {
        int port = serving(10);
        try (RawHttp2 client = RawHttp2.connect(port)) {
            for (int stream = 1; stream < 100; stream += 2) {
                client.request(stream, false, "POST").flush();
                assertThat(client.next(RawHttp2.RST_STREAM).stream())
                        .as("one reset for each answer, none for what was under way")
                        .isEqualTo(stream);
                flood(client, stream, WINDOW_PIECES);
            }
            client.frame(RawHttp2.PING, 0, 0, new byte[8]).flush();
            while ((client.next(RawHttp2.PING).flags() & 1) == 0) {
                // another than the answer
            }
            assertThat(bed.on(() -> events.reason)).isNull();
            flood(client, 1, MANY);
            assertEnded(client, CloseReason.RESET_FLOOD); // each of them is answered by a reset
        }
    }

    @Test
    void anAnswerThatTheClientDoesNotTakeExcusesNoFlood() throws IOException {
        int port = serving(100);
        try (RawHttp2 client = RawHttp2.connect(port, INITIAL_WINDOW_SIZE, 0)) {
            client.request(1, false, "POST").flush();
            assertThat(client.next(RawHttp2.HEADERS).stream()).isEqualTo(1);
            flood(client, 1, MANY);
            assertEnded(client, CloseReason.FRAME_FLOOD);
        }
    }

    @Test
    void dataBehindTheEndOfARequestEndsTheConnection() throws IOException {
        int port = serving(10);
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.request(1, true, "POST").flush();
            assertThat(client.next(RawHttp2.DATA).stream()).isEqualTo(1);
            flood(client, 1, MANY);
            assertEnded(client, CloseReason.RESET_FLOOD);
        }
    }

    @Test
    void anEndpointThatGoesOnAfterItsStreamWasGivenUpLosesTheConnection() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WireBed.WAIT_SECONDS));
            HttpClientConnection connection = bed.connect(
                    server.getLocalPort(),
                    channel -> HttpClientConnection.http2(
                            bed.loop(), channel, WireLimits.endpoint().withFrames(SMALL), events));
            Recorder get = Recorder.consuming();
            RequestHead head = new RequestHead("GET", "http", "a.example", "/", new HeaderFields());
            bed.run(() -> get.on(connection.open(head, true, get)));
            try (RawHttp2 endpoint = RawHttp2.accept(server)) {
                int stream = endpoint.next(RawHttp2.HEADERS).stream();
                endpoint.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, (byte) 0x88);
                endpoint.frame(RawHttp2.DATA, 0, stream, new byte[PIECE]).flush();
                bed.until(() -> get.body.size() == PIECE);
                bed.run(() -> Objects.requireNonNull(get.stream).reset(StreamReset.CANCEL));
                assertThat(endpoint.next(RawHttp2.RST_STREAM).stream()).isEqualTo(stream);
                flood(endpoint, stream, WINDOW_PIECES - 1); // one has come before
                assertThat(bed.on(connection::canOpen)).isTrue();
                flood(endpoint, stream, MANY);
                assertThat(endpoint.goneWith()).isIn(RawHttp2.ENHANCE_YOUR_CALM, -1);
            }
            bed.until(() -> events.closed == 1);
        }
    }
}
