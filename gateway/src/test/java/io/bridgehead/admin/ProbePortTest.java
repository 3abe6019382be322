package io.bridgehead.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.config.ProbeSettings;
import io.bridgehead.loop.FreePort;
import io.bridgehead.loop.Loops;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The port for load balancers: open while the node is ready. */
@Execution(ExecutionMode.CONCURRENT)
final class ProbePortTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Loops loops = Loops.start(1);
    private final Readiness api = new Readiness();
    private final AdminServer server = new AdminServer(loops.vertx(), api);

    /** Says what it is told to. */
    private static final class Readiness implements AdminApi {
        private volatile String reason = "";

        @Override
        public Future<Reply> get(String path) {
            return Future.succeededFuture(Reply.good(new JsonObject()));
        }

        @Override
        public Future<Reply> post(String path, Function<String, @Nullable String> fields, byte[] body, Requester by) {
            return get(path);
        }

        @Override
        public Future<String> ready() {
            return Future.succeededFuture(reason);
        }

        @Override
        public String scrape(String contentType) {
            return "";
        }
    }

    @AfterEach
    void stop() throws Exception {
        loops.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private <T> CompletableFuture<T> onControl(Supplier<Future<T>> begin) {
        Promise<T> done = Promise.promise();
        loops.control().context().runOnContext(_ -> begin.get().onComplete(done));
        return done.future().toCompletionStage().toCompletableFuture();
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(LOOPBACK, port), 2000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String get(int port, String path) throws IOException {
        try (Socket socket = new Socket(LOOPBACK, port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.0\r\nhost: probe\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Test
    void thePortFollowsReadiness() throws Exception {
        int port = FreePort.next();
        onControl(() -> server.listen(new ProbeSettings(LOOPBACK, port, Duration.ZERO), _ -> {}))
                .get(20, TimeUnit.SECONDS);
        assertThat(accepts(port)).isTrue();
        assertThat(get(port, "/ready")).startsWith("HTTP/1.0 200").endsWith("ready\n");
        assertThat(get(port, "/metrics")).startsWith("HTTP/1.0 404");
        api.reason = "it is drained";
        await(() -> !accepts(port));
        api.reason = "";
        await(() -> accepts(port));
        onControl(() -> server.leave(Duration.ZERO)).get(20, TimeUnit.SECONDS);
        assertThat(accepts(port)).isFalse();
    }

    private int opened() throws Exception {
        int port = FreePort.next();
        onControl(() -> server.listen(new ProbeSettings(LOOPBACK, port, Duration.ZERO), _ -> {}))
                .get(20, TimeUnit.SECONDS);
        return port;
    }

    @Test
    void eachAnswerEndsItsConnection() throws Exception {
        try (Socket socket = new Socket(LOOPBACK, opened())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /ready HTTP/1.1\r\nhost: probe\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200")
                    .contains("connection: close")
                    .endsWith("\r\n\r\nready\n");
        }
    }

    @Test
    void whoOnlyHoldsConnectionsKeepsNoProbeOut() throws Exception {
        int port = opened();
        List<Socket> held = new ArrayList<>();
        try {
            for (int i = 0; i < ProbePort.CONNECTIONS_MAX; i++) {
                held.add(new Socket(LOOPBACK, port));
            }
            for (int i = 0; i < 3; i++) {
                assertThat(get(port, "/ready")).startsWith("HTTP/1.0 200");
            }
            held.getFirst().setSoTimeout(1000 * ProbePort.LIFE_SECONDS / 2);
            assertThat(held.getFirst().getInputStream().read())
                    .as("the oldest goes")
                    .isEqualTo(-1);
            held.getLast().setSoTimeout(20_000);
            long before = System.nanoTime();
            assertThat(held.getLast().getInputStream().read())
                    .as("all go in time")
                    .isEqualTo(-1);
            assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(15));
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void whoComesAllAtOnceGetsNoMorePlaces() throws Exception {
        int port = opened();
        int over = 60;
        List<Socket> held = new ArrayList<>();
        CountDownLatch come = new CountDownLatch(1);
        CompletableFuture<?> busy = onControl(() -> {
            try {
                return come.await(20, TimeUnit.SECONDS) ? Future.succeededFuture() : Future.failedFuture("nobody came");
            } catch (InterruptedException e) {
                return Future.failedFuture(e);
            }
        });
        try {
            for (int i = 0; i < ProbePort.CONNECTIONS_MAX + over; i++) {
                held.add(new Socket(LOOPBACK, port));
            }
            come.countDown();
            busy.get(20, TimeUnit.SECONDS);
            long before = System.nanoTime();
            for (Socket socket : held.subList(0, over)) {
                socket.setSoTimeout(10_000);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(System.nanoTime() - before)
                    .as("before their time is over")
                    .isLessThan(TimeUnit.SECONDS.toNanos(ProbePort.LIFE_SECONDS) / 2);
        } finally {
            come.countDown();
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void aPortThatIsTakenIsSaidAtTheStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            ProbeSettings settings = new ProbeSettings(LOOPBACK, taken.getLocalPort(), Duration.ZERO);
            assertThatThrownBy(() ->
                            onControl(() -> server.listen(settings, _ -> {})).get(20, TimeUnit.SECONDS))
                    .hasMessageContaining("admin.probe: cannot bind")
                    .hasMessageContaining("expected a free port");
        }
    }
}
