package io.bridgehead.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.SiteName;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.proxy.ExchangeRecord;
import io.bridgehead.routing.ServiceRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One node on real sockets: clients, listeners, proxy, wire, endpoints. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
final class EdgeListenerTest {
    private static ServiceRoute orders(Endpoint... endpoints) {
        return ServiceRoute.http(
                "orders", List.of("localhost"), sites(endpoints), Authorizer.everySite(Gateway.DOMAIN));
    }

    private static SequencedMap<SiteName, List<Endpoint>> sites(Endpoint... endpoints) {
        SequencedMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(Gateway.SITE, List.of(endpoints));
        return sites;
    }

    private static HttpRequest.Builder to(Gateway gateway, String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + gateway.port("http") + path))
                .timeout(Duration.ofMillis(Gateway.BOUND_MILLIS));
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) Gateway.BOUND_MILLIS);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Reads one response without body. */
    private static String readHead(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Test
    void requestsComeAndGo() throws Exception {
        try (Backend backend = new Backend();
                Gateway gateway = new Gateway(orders(backend.endpoint()));
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(gateway.reconcile(Gateway.http("http", 0))).isEmpty();
            HttpResponse<String> got = client.send(to(gateway, "/a?b=c").build(), HttpResponse.BodyHandlers.ofString());
            assertThat(got.statusCode()).isEqualTo(200);
            ExchangeRecord record = gateway.nextRecord();
            assertThat(record.path()).isEqualTo("/a?b=c");
            assertThat(record.caller().address()).isEqualTo("127.0.0.1");
            HttpResponse<String> posted = client.send(
                    to(gateway, "/a")
                            .POST(HttpRequest.BodyPublishers.ofString("hello"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(posted.body()).isEqualTo("hello");
            assertThat(backend.forwardedFor.take()).containsExactly("127.0.0.1");
            assertThat(gateway.nextRecord().bytesOut()).isEqualTo(5);
            assertThat(gateway.activeExchanges()).isZero();
        }
    }

    @Test
    void largeBodiesStreamBothWays() throws Exception {
        byte[] large = new byte[8 * 1024 * 1024];
        Arrays.fill(large, (byte) 'x');
        try (Backend backend = new Backend();
                Gateway gateway = new Gateway(orders(backend.endpoint()));
                HttpClient client = HttpClient.newHttpClient()) {
            gateway.reconcile(Gateway.http("http", 0));
            HttpResponse<byte[]> echoed = client.send(
                    to(gateway, "/")
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(large))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(echoed.body()).isEqualTo(large);
            assertThat(gateway.nextRecord().bytesIn()).isEqualTo(large.length);
        }
    }

    @Test
    void aDeadEndpointIsPassedOver() throws Exception {
        try (DeadEndpoint dead = new DeadEndpoint();
                Backend backend = new Backend();
                Gateway gateway = new Gateway(orders(dead.endpoint(), backend.endpoint()));
                HttpClient client = HttpClient.newHttpClient()) {
            gateway.reconcile(Gateway.http("http", 0));
            HttpResponse<String> posted = client.send(
                    to(gateway, "/")
                            .POST(HttpRequest.BodyPublishers.ofString("once"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(posted.body()).isEqualTo("once");
            assertThat(gateway.nextRecord().attempts()).hasSize(2);
        }
    }

    @Test
    void anAnswerThatIsCutOffIsCutOffForTheClient() throws Exception {
        try (Backend backend = new Backend();
                Gateway gateway = new Gateway(orders(backend.endpoint()));
                HttpClient client = HttpClient.newHttpClient()) {
            gateway.reconcile(Gateway.http("http", 0));
            assertThatThrownBy(() -> client.send(
                            to(gateway, "/cut")
                                    .POST(HttpRequest.BodyPublishers.ofString("x"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            assertThat(gateway.nextRecord().refusal()).isNotNull();
        }
    }

    @Test
    void anUnknownHostGetsAProblemDocumentAndTheConnectionStaysGood() throws Exception {
        try (Gateway gateway = new Gateway(orders())) {
            gateway.reconcile(Gateway.http("http", 0));
            try (Socket socket = connect(gateway.port("http"))) {
                write(socket, "HEAD / HTTP/1.1\r\nHost: nobody\r\n\r\n");
                assertThat(readHead(socket)).startsWith("HTTP/1.1 404").contains("proxy-status: bridgehead");
                write(socket, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(readHead(socket)).startsWith("HTTP/1.1 503");
            }
        }
    }

    @Test
    void aBusyPortIsNamedAndWhatRunsGoesOn() throws Exception {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Gateway gateway = new Gateway(orders())) {
            gateway.reconcile(Gateway.http("http", 0));
            int port = gateway.port("http");
            List<ListenerProblem> problems = gateway.reconcile(Gateway.http("http", busy.getLocalPort()));
            assertThat(problems).hasSize(1);
            assertThat(problems.getFirst().message())
                    .contains("'http'")
                    .contains("127.0.0.1:" + busy.getLocalPort())
                    .contains("in use")
                    .contains("ss -ltnp");
            assertThat(gateway.port("http")).isEqualTo(port);
            connect(port).close();
        }
    }

    @Test
    void connectionsOfAnUnchangedListenerStayAndThoseOfARemovedOneEnd() throws Exception {
        try (Gateway gateway = new Gateway(orders())) {
            gateway.reconcile(Gateway.http("http", 0), Gateway.http("other", 0));
            int otherPort = gateway.port("other");
            try (Socket kept = connect(gateway.port("http"));
                    Socket ended = connect(otherPort)) {
                write(kept, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                readHead(kept);
                write(ended, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                readHead(ended);
                gateway.reconcile(Gateway.http("http", 0));
                assertThat(ended.getInputStream().read()).isEqualTo(-1);
                write(kept, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(readHead(kept)).startsWith("HTTP/1.1 503");
                assertThatThrownBy(() -> connect(otherPort).close()).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void moreConnectionsThanAllowedAreClosedAtOnce() throws Exception {
        try (Gateway gateway = new Gateway(orders())) {
            ListenerSpec any = Gateway.http("http", 0);
            ListenerSpec narrow = new ListenerSpec(
                    "http", any.host(), 0, ListenerSpec.Protocol.HTTP, any.identity(), 1, ClientRules.NONE);
            gateway.reconcile(narrow);
            try (Socket first = connect(gateway.port("http"))) {
                write(first, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                readHead(first);
                try (Socket second = connect(gateway.port("http"))) {
                    assertThat(second.getInputStream().read()).isEqualTo(-1);
                }
                write(first, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                readHead(first);
            }
        }
    }

    @Test
    void drainClosesWhatIsIdleAndWaitsForWhatRuns() throws Exception {
        try (Backend backend = new Backend();
                Gateway gateway = new Gateway(orders(backend.endpoint()))) {
            gateway.reconcile(Gateway.http("http", 0));
            try (Socket idle = connect(gateway.port("http"));
                    Socket busy = connect(gateway.port("http"))) {
                write(idle, "HEAD / HTTP/1.1\r\nHost: nobody\r\n\r\n");
                readHead(idle);
                write(busy, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nha");
                write(busy, "l");
                // before that it is no request yet that runs
                assertThat(backend.fields.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS))
                        .isNotNull();
                CompletionStage<?> drained = gateway.listeners.drain(Gateway.BOUND_MILLIS);
                assertThat(idle.getInputStream().read()).isEqualTo(-1);
                assertThat(drained.toCompletableFuture()).isNotDone();
                write(busy, "f");
                assertThat(readHead(busy)).startsWith("HTTP/1.1 200").contains("connection: close");
                assertThat(new String(busy.getInputStream().readNBytes(4), StandardCharsets.US_ASCII))
                        .isEqualTo("half");
                assertThat(busy.getInputStream().read()).isEqualTo(-1);
                Gateway.await(drained);
            }
        }
    }

    @Test
    void whoWasAcceptedBeforeThePortWasClosedIsServed() throws Exception {
        CountDownLatch letGo = new CountDownLatch(1);
        try (Backend backend = new Backend();
                Gateway gateway = new Gateway(orders(backend.endpoint()))) {
            gateway.reconcile(Gateway.http("http", 0));
            EdgeListener listener =
                    Objects.requireNonNull(gateway.listeners.open().get("http"));
            gateway.hold(letGo);
            try (Socket late = connect(gateway.port("http"))) {
                write(late, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                awaitTrue(() -> listener.connections() == 1);
                CompletionStage<?> drained = gateway.listeners.drain(Gateway.BOUND_MILLIS);
                awaitTrue(() -> listener.address() == null);
                assertThat(drained.toCompletableFuture()).isNotDone();
                letGo.countDown();
                assertThat(readHead(late)).startsWith("HTTP/1.1 200").contains("connection: close");
                assertThat(late.getInputStream().read()).isEqualTo(-1);
                Gateway.await(drained);
            } finally {
                letGo.countDown();
            }
        }
    }

    private static void awaitTrue(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Gateway.BOUND_MILLIS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** Until each loop has heard that it leaves. */
    private static void awaitLastAnswers(int port) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Gateway.BOUND_MILLIS);
        int last = 0;
        while (last < 4) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            try (Socket late = connect(port)) {
                write(late, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                last = readHead(late).contains("connection: close") ? last + 1 : 0;
            }
        }
    }

    @Test
    void leavingGoesOnServingWhoComesUntilThoseThatWereThereHaveEnded() throws Exception {
        try (Backend backend = new Backend();
                Gateway gateway = new Gateway(orders(backend.endpoint()))) {
            gateway.reconcile(Gateway.http("http", 0));
            try (Socket busy = connect(gateway.port("http"))) {
                write(busy, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                readHead(busy);
                write(busy, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nha");
                assertThat(backend.fields.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS))
                        .isNotNull();
                assertThat(backend.fields.poll(Gateway.BOUND_MILLIS, TimeUnit.MILLISECONDS))
                        .isNotNull();
                CompletionStage<?> left = gateway.listeners.leave(Gateway.BOUND_MILLIS);
                awaitLastAnswers(gateway.port("http"));
                for (int i = 0; i < 2; i++) {
                    try (Socket late = connect(gateway.port("http"))) {
                        write(late, "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
                        assertThat(readHead(late)).startsWith("HTTP/1.1 200").contains("connection: close");
                        assertThat(late.getInputStream().read()).isEqualTo(-1);
                    }
                }
                try (Socket silent = connect(gateway.port("http"))) {
                    assertThat(silent.getInputStream().read()).isEqualTo(-1);
                }
                assertThat(left.toCompletableFuture()).isNotDone();
                write(busy, "lf");
                assertThat(readHead(busy)).startsWith("HTTP/1.1 200").contains("connection: close");
                Gateway.await(left);
                assertThat(gateway.listeners.open()).containsKey("http");
                Gateway.await(gateway.listeners.drain(Gateway.BOUND_MILLIS));
            }
        }
    }

    /** Such as a reload that is under way when the node is told to stop. */
    @Test
    void noPortIsOpenedAnyMoreOnceTheyAreLeft() throws Exception {
        try (Gateway gateway = new Gateway(orders())) {
            gateway.reconcile(Gateway.http("http", 0));
            CompletionStage<?> left = gateway.listeners.leave(Gateway.BOUND_MILLIS);
            assertThat(gateway.reconcile(Gateway.http("http", 0), Gateway.http("second", 0)))
                    .isEmpty();
            assertThat(gateway.listeners.open()).containsOnlyKeys("http");
            Gateway.await(left);
            Gateway.await(gateway.listeners.drain(Gateway.BOUND_MILLIS));
            gateway.reconcile(Gateway.http("http", 0));
            assertThat(gateway.listeners.open()).isEmpty();
        }
    }

    @Test
    void drainHasABound() throws Exception {
        try (Gateway gateway = new Gateway(orders())) {
            gateway.reconcile(Gateway.http("http", 0));
            try (Socket stuck = connect(gateway.port("http"))) {
                write(stuck, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n");
                Gateway.await(gateway.listeners.drain(100));
                assertThat(gateway.listeners.open()).isEmpty();
            }
        }
    }

    @Test
    void bytesGoBothWaysWithHalfClose() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Gateway gateway = new Gateway(ServiceRoute.tcp(
                        "db",
                        List.of("pg"),
                        sites(Endpoint.parse("127.0.0.1:" + server.getLocalPort())),
                        Authorizer.everySite(Gateway.DOMAIN)))) {
            server.setSoTimeout((int) Gateway.BOUND_MILLIS);
            gateway.reconcile(Gateway.tcp("pg", 0));
            CompletableFuture<String> served = CompletableFuture.supplyAsync(() -> serveOnce(server), threads);
            try (Socket client = connect(gateway.port("pg"))) {
                write(client, "question");
                client.shutdownOutput();
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .isEqualTo("answer to question");
            }
            assertThat(Gateway.await(served)).isEqualTo("question");
            assertThat(gateway.nextRecord().refusal()).isNull();
        }
    }

    /** Reads to the end and only then answers. */
    static String serveOnce(ServerSocket server) {
        try (Socket accepted = server.accept()) {
            accepted.setSoTimeout((int) Gateway.BOUND_MILLIS);
            String question = new String(accepted.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            write(accepted, "answer to " + question);
            return question;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPortWithoutServiceClosesItsConnections() throws Exception {
        try (Gateway gateway = new Gateway(orders())) {
            gateway.reconcile(Gateway.tcp("pg", 0));
            try (Socket client = connect(gateway.port("pg"))) {
                assertThatThrownBy(() -> {
                            write(client, "hello");
                            if (client.getInputStream().read() < 0) {
                                throw new IOException("closed");
                            }
                        })
                        .isInstanceOf(IOException.class);
            }
        }
    }
}
