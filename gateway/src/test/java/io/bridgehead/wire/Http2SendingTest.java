package io.bridgehead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Refusal;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ResponseHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is sent on a stream of HTTP/2 comes in its order and within the windows, be it small, which is sent at once, or large. */
@ExtendWith(LeakWatch.class)
@Execution(ExecutionMode.CONCURRENT)
final class Http2SendingTest {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_HEADER_LIST_SIZE = 6;

    private final WireBed bed = new WireBed();

    @AfterEach
    void stop() {
        bed.close();
    }

    private int serving(List<String> parts) {
        return bed.listen((loop, channel) -> HttpServerConnection.http2(
                loop,
                channel,
                WireLimits.edge(),
                new RequestHandler() {
                    @Override
                    public StreamEvents onRequest(ServerStream stream, RequestHead head, boolean end) {
                        stream.sendResponse(new ResponseHead(200, new HeaderFields()), false);
                        for (int i = 0; i < parts.size(); i++) {
                            byte[] bytes = parts.get(i).getBytes(StandardCharsets.UTF_8);
                            stream.sendData(Chunk.of(bytes), i == parts.size() - 1);
                        }
                        return Recorder.consuming().on(stream);
                    }

                    @Override
                    public void onRefused(Refusal refusal, String detail) {
                        throw new AssertionError(refusal + ": " + detail);
                    }
                },
                new Quiet()));
    }

    private static byte[] increment(int bytes) {
        return new byte[] {0, 0, (byte) (bytes >> 8), (byte) bytes};
    }

    private static String data(RawHttp2 client, int stream, int bytes) throws IOException {
        StringBuilder got = new StringBuilder();
        while (got.length() < bytes) {
            RawHttp2.Frame frame = client.next(RawHttp2.DATA);
            assertThat(frame.stream()).isEqualTo(stream);
            got.append(frame.text());
        }
        return got.toString();
    }

    @Test
    void smallPartsStopAtTheStreamsWindow() throws IOException {
        int port = serving(List.of("one-------", "two-------", "three-----", "four------"));
        try (RawHttp2 client = RawHttp2.connect(port, INITIAL_WINDOW_SIZE, 25)) {
            client.request(1, true, "GET").flush();
            assertThat(data(client, 1, 25)).isEqualTo("one-------two-------three");
            client.frame(RawHttp2.PING, 0, 0, new byte[8]).flush();
            assertThat(client.next().type())
                    .as("no DATA before the window opens")
                    .isEqualTo(RawHttp2.PING);
            client.frame(RawHttp2.WINDOW_UPDATE, 0, 1, increment(100)).flush();
            assertThat(data(client, 1, 15)).isEqualTo("-----four------");
            client.request(3, true, "GET").flush();
            assertThat(data(client, 3, 25)).as("the connection goes on").isEqualTo("one-------two-------three");
        }
    }

    @Test
    void smallPartsStopAtTheConnectionsWindow() throws IOException {
        String part = "p".repeat(1_500);
        int port = serving(List.of(part, part));
        try (RawHttp2 client = RawHttp2.connect(port, INITIAL_WINDOW_SIZE, 1 << 20)) {
            int stream = 1;
            int left = 65_535;
            while (left >= 3_000) {
                client.request(stream, true, "GET").flush();
                assertThat(data(client, stream, 3_000)).isEqualTo(part + part);
                left -= 3_000;
                stream += 2;
            }
            client.request(stream, true, "GET").flush();
            assertThat(data(client, stream, left)).hasSize(left);
            client.frame(RawHttp2.PING, 0, 0, new byte[8]).flush();
            assertThat(client.next().type()).isEqualTo(RawHttp2.PING);
            client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, increment(3_000)).flush();
            assertThat(data(client, stream, 3_000 - left)).hasSize(3_000 - left);
        }
    }

    @Test
    void aSmallPartDoesNotOvertakeALargeOne() throws IOException {
        String large = "L".repeat(10_000);
        int port = serving(List.of("first", large, "last"));
        try (RawHttp2 client = RawHttp2.connect(port)) {
            client.request(1, true, "GET").flush();
            assertThat(data(client, 1, 10_009)).isEqualTo("first" + large + "last");
        }
    }

    @Test
    void aClientThatGaveUpGetsNothingMore() throws IOException {
        int port = serving(List.of("one", "two"));
        try (RawHttp2 client = RawHttp2.connect(port, INITIAL_WINDOW_SIZE, 3)) {
            client.request(1, true, "GET").flush();
            assertThat(data(client, 1, 3)).isEqualTo("one");
            client.frame(RawHttp2.RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8}).flush();
            client.frame(RawHttp2.WINDOW_UPDATE, 0, 1, increment(100)).flush();
            client.request(3, true, "GET").flush();
            assertThat(data(client, 3, 3)).isEqualTo("one");
        }
    }

    @Test
    void aHeadThatIsAsLargeAsTheEndpointTakesIsSentAndALargerOneIsNot() throws IOException {
        // four pseudo-fields and one field, each with 32 bytes beside its name and value
        int size = ":methodGET:schemehttp:authoritya.example:path/x-nodea".length() + 5 * 32;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout((int) TimeUnit.SECONDS.toMillis(WireBed.WAIT_SECONDS));
            Quiet events = new Quiet();
            HttpClientConnection connection = bed.connect(
                    server.getLocalPort(),
                    channel -> HttpClientConnection.http2(bed.loop(), channel, WireLimits.endpoint(), events));
            try (RawHttp2 endpoint = RawHttp2.accept(server, MAX_HEADER_LIST_SIZE, size)) {
                bed.until(() -> events.settings == 1);
                Recorder larger = Recorder.consuming();
                bed.run(() -> larger.on(connection.open(get("ab"), true, larger)));
                assertThat(WireBed.await(larger.reset)).isEqualTo(StreamReset.INTERNAL);
                Recorder fits = Recorder.consuming();
                bed.run(() -> fits.on(connection.open(get("a"), true, fits)));
                int stream = endpoint.next(RawHttp2.HEADERS).stream();
                endpoint.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, (byte) 0x88)
                        .flush();
                assertThat(WireBed.await(fits.outcome)).isEqualTo("end");
            }
        }
    }

    private static RequestHead get(String node) {
        HeaderFields fields = new HeaderFields();
        fields.add("host", "a.example");
        fields.add("x-node", node);
        return new RequestHead("GET", "http", "a.example", "/", fields);
    }
}
