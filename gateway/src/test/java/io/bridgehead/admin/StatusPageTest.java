package io.bridgehead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.loop.Loops;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The status page at its port: what it is made of, who gets it, and what it costs. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
final class StatusPageTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int TOLD = 6;
    private static final int RECEIVED_BYTES_MAX = 64 << 10;
    private static final int MORE_THAN_BUFFERS_HOLD = 6 << 20;

    @TempDir
    Path folder;

    private final Loops loops = Loops.start(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final AdminServer server = new AdminServer(loops.vertx(), new Counting());
    private volatile String padding = "";
    private int port;

    /** Counts how often it is asked. */
    private final class Counting implements AdminApi {
        @Override
        public Future<Reply> get(String path) {
            return Future.succeededFuture(Reply.good(new JsonObject()
                    .put("path", path)
                    .put("asked", asked.incrementAndGet())
                    .put("padding", padding)));
        }

        @Override
        public Future<Reply> post(String path, Function<String, String> fields, byte[] body, Requester by) {
            throw new AssertionError("nothing is changed by way of the page");
        }

        @Override
        public Future<String> ready() {
            return Future.succeededFuture("");
        }

        @Override
        public String scrape(String contentType) {
            return "";
        }
    }

    @BeforeEach
    void listen() throws Exception {
        port = listening(true);
    }

    private int listening(boolean page) throws Exception {
        NodeConfig.Metrics settings = new NodeConfig.Metrics(true, InetAddress.getLoopbackAddress(), 0, page, false);
        Promise<Integer> bound = Promise.promise();
        loops.control()
                .context()
                .runOnContext(_ -> server.listen(settings, Set.of("gw.example")).onComplete(bound));
        return bound.future().toCompletionStage().toCompletableFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        server.close(folder.resolve("none"));
        loops.close().toCompletionStage().toCompletableFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Socket send(String head) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(RECEIVED_BYTES_MAX);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private String answer(String method, String path, String host, String... fields) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.0\r\nhost: " + host + "\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        try (Socket socket = send(head.toString())) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/page/page.css",
                "/page/page.js",
                "/page/view.js",
                "/page/map.js",
                "/page/orders.js",
                "/page/desk.js"
            })
    void everyPartIsServedAndProtected(String path) throws IOException {
        String answer = answer("GET", path, "localhost");
        assertThat(status(answer)).isEqualTo(200);
        assertThat(answer)
                .contains(
                        "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;",
                        "frame-ancestors 'none'",
                        "require-trusted-types-for 'script'",
                        "x-content-type-options: nosniff",
                        "referrer-policy: no-referrer",
                        "cross-origin-resource-policy: same-origin",
                        "cache-control: no-store");
        String body = answer.substring(answer.indexOf("\r\n\r\n"));
        assertThat(body)
                .as("no resource of others, nothing inline, no markup made of texts")
                .doesNotContain("<style", " style=", "onclick", "innerHTML", "outerHTML", "insertAdjacent", "eval(")
                .doesNotContainPattern("(src|href)=\"(https?:)?//")
                .doesNotContainPattern("<script(?![^>]* src=)");
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 200",
        "[::1]:9090, 200",
        "GW.example:9090, 200",
        "evil.example, 421",
        "gw.example.evil.example, 421",
        "127.0.0.1.nip.example, 421"
    })
    void theNodeIsCalledByAddressesAndItsNames(String host, int expected) throws IOException {
        assertThat(status(answer("GET", "/", host))).isEqualTo(expected);
        if (expected != 200) {
            assertThat(status(answer("GET", "/page/events", host))).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded: for=192.0.2.1",
                "X-Forwarded-For: 192.0.2.1",
                "X-Real-IP: 192.0.2.1",
                "Via: 1.1 proxy"
            })
    void whoComesThroughAProxyGetsNothing(String field) throws IOException {
        for (String path : List.of("/", "/page/events", "/page/page.js")) {
            String answer = answer("GET", path, "localhost", field);
            assertThat(status(answer)).as(path).isEqualTo(403);
            assertThat(answer).contains("a proxy asks for it");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/page/events, cross-site, cors, 403",
        "/page/events, same-site, no-cors, 403",
        "/page/page.js, cross-site, no-cors, 403",
        "/page/page.js, same-origin, no-cors, 200",
        "/, cross-site, navigate, 200",
        "/, cross-site, no-cors, 403",
        "/, none, navigate, 200"
    })
    void pagesOfOthersGetNothing(String path, String site, String mode, int expected) throws IOException {
        String answer = answer("GET", path, "localhost", "sec-fetch-site: " + site, "sec-fetch-mode: " + mode);
        assertThat(status(answer)).isEqualTo(expected);
    }

    @Test
    void anOriginOfOthersGetsNothingEvenFromOldBrowsers() throws IOException {
        assertThat(status(answer("GET", "/page/events", "localhost", "origin: https://evil.example")))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "HEAD"})
    void nothingButGetIsAnswered(String method) throws IOException {
        assertThat(status(answer(method, "/", "localhost"))).isEqualTo(405);
        assertThat(status(answer(method, "/page/events", "localhost"))).isEqualTo(405);
    }

    @Test
    void theApiIsNotServedHere() throws IOException {
        assertThat(status(answer("GET", "/v1/overview", "localhost"))).isEqualTo(404);
        assertThat(status(answer("GET", "/page/../v1/status", "localhost"))).isEqualTo(404);
        assertThat(status(answer("GET", "/page/order", "localhost"))).isEqualTo(404);
    }

    @Test
    void aNodeMayHaveNoPage() throws Exception {
        port = listening(false);
        assertThat(status(answer("GET", "/", "localhost"))).isEqualTo(404);
        assertThat(status(answer("GET", "/page/events", "localhost"))).isEqualTo(404);
        assertThat(status(answer("GET", "/live", "localhost"))).isEqualTo(200);
    }

    private BufferedReader look(List<Socket> open) throws IOException {
        Socket socket = send("GET /page/events HTTP/1.1\r\nhost: localhost\r\n");
        open.add(socket);
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String next(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data: ")) {
                return line;
            }
        }
        throw new AssertionError("the stream ended");
    }

    @Test
    void allWhoLookAreToldOfOneAsking() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            List<BufferedReader> lines = new ArrayList<>();
            long before = System.nanoTime();
            for (int i = 0; i < PageFeed.SUBSCRIBERS_MAX; i++) {
                lines.add(look(open));
            }
            for (BufferedReader each : lines) {
                assertThat(next(each)).contains("\"path\":\"/v1/overview\"");
            }
            int times = asked.get();
            long intervals = (System.nanoTime() - before) / 1_000_000 / PageFeed.INTERVAL_MILLIS;
            assertThat(times).as("once in an interval, however many they are").isLessThanOrEqualTo(2 + (int) intervals);
            assertThat(look(open).readLine()).contains(" 503 ");
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void nothingIsAskedWhenNobodyLooksAnyMore() throws Exception {
        List<Socket> open = new ArrayList<>();
        BufferedReader lines = look(open);
        next(lines);
        next(lines);
        open.getFirst().close();
        int before = asked.get();
        Promise<Integer> later = Promise.promise();
        loops.vertx().setTimer(3 * PageFeed.INTERVAL_MILLIS, _ -> later.complete(asked.get()));
        int after =
                later.future().toCompletionStage().toCompletableFuture().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(after - before).isLessThanOrEqualTo(1);
    }

    private static int count(String data) {
        return new JsonObject(data.substring("data: ".length())).getInteger("asked");
    }

    @Test
    void whoReadsSlowlyIsGivenLessAndDelaysNobody() throws IOException {
        padding = "x".repeat(MORE_THAN_BUFFERS_HOLD);
        List<Socket> open = new ArrayList<>();
        try {
            BufferedReader slow = look(open);
            BufferedReader quick = look(open);
            int seen = 0;
            while (seen < TOLD) {
                seen = count(next(quick));
            }
            List<Integer> given = new ArrayList<>();
            while (given.isEmpty() || given.getLast() < TOLD) {
                given.add(count(next(slow)));
            }
            assertThat(given).as("those between were not kept for it").hasSizeLessThan(TOLD - 1);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
