package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TcpEcho;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.WebSocketClient;
import io.bridgehead.e2e.traffic.WebSocketEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Documents are replaced again and again: rules in another order, a service under another name, other weights, other filters, endpoints
 * that go. Uploads, downloads, WebSockets and TCP connections that began before, at the own site and through a tunnel, go on to their
 * end, with the endpoint that they have; GETs that come meanwhile are all answered, also by the service that is renamed.
 */
final class ReloadsLeaveWhatIsInFlightAloneIT {
    private static final int ROUNDS = 8;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final String HOST = "shop.example";
    private static final String RENAMED = "renamed.example";

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final int EDGE = Ports.next();
    private static final int TCP = Ports.next();
    private static final ExecutorService THREADS = FABRIC.closing(Executors.newVirtualThreadPerTaskExecutor());
    private static final AtomicInteger ROUND = new AtomicInteger();
    private static final Map<String, Place> PLACES = Map.of("aws", new Place("aws"), "azure", new Place("azure"));

    /** The endpoints of one site: of each kind one that stays, and one that documents leave out in every other round. */
    private static final class Place {
        private final TestEndpoint stays;
        private final TestEndpoint goes;
        private final WebSocketEndpoint sockets;
        private final TcpEcho bytes;

        private Place(String site) {
            stays = FABRIC.endpoint(site + "-stays");
            goes = FABRIC.endpoint(site + "-goes")
                    .at("/" + site + "/download", ReloadsLeaveWhatIsInFlightAloneIT::download);
            sockets = FABRIC.closing(WebSocketEndpoint.start(site));
            bytes = FABRIC.closing(TcpEcho.start(site, TcpEcho.Manner.ECHO));
        }
    }

    /** A line now and then, until all rounds are over. */
    private static void download(Message request, OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 Test\r\ntransfer-encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        for (int told = 0; ROUND.get() < ROUNDS; told++) {
            out.write(chunk("line " + told + "\n"));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        out.write((chunk("end\n").length == 0 ? "" : "4\r\nend\n\r\n0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] chunk(String text) {
        return (Integer.toHexString(text.length()) + "\r\n" + text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static Place place(String site) {
        Place place = PLACES.get(site);
        if (place == null) {
            throw new AssertionError(site);
        }
        return place;
    }

    @BeforeAll
    static void start() {
        AWS.yaml().set("gateways", "[ default/public ]").listener("tcp", TCP, "protocol: TCP");
        FABRIC.start();
    }

    /** All documents of a round; what is in flight began with those of round 0. */
    private static String documents(int round) {
        boolean first = round % 2 == 0;
        StringBuilder all = new StringBuilder();
        for (String site : List.of("aws", "azure")) {
            Place place = place(site);
            List<String> shop = first ? List.of(place.goes.address()) : List.of(place.stays.address());
            all.append(Documents.http(
                            "fixed-" + site, site + ".fixed.example", Map.of(site, List.of(place.stays.address()))))
                    .append("---\n")
                    .append(Documents.http(
                            name(site, first),
                            site + ".shop.example",
                            Map.of(site, shop),
                            "timeouts: { request: 20m, perTry: 20m }"))
                    .append("---\n")
                    .append(first ? sockets(site, place) : "");
        }
        all.append(Documents.tcp(
                "bytes",
                "tcp",
                Map.of(
                        "azure",
                        List.of(
                                first
                                        ? place("azure").bytes.address()
                                        : place("aws").bytes.address()))));
        // a machine that does other work as well must not fail checks
        String services = all.toString().replace("interval: 500ms, timeout: 400ms", "interval: 10s, timeout: 9s");
        return services + gateway() + route(round, first);
    }

    private static String name(String site, boolean first) {
        return "shop-" + site + (first ? "" : "-renamed");
    }

    private static String sockets(String site, Place place) {
        return Documents.http(
                                "sockets-" + site,
                                site + ".sockets.example",
                                Map.of(site, List.of(place.sockets.address())),
                                "upgrades: [ websocket ]")
                        .replace("http: { path: /ready }", "tcp: {}")
                + "---\n";
    }

    private static String gateway() {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: public }
                spec:
                  gatewayClassName: bridgehead
                  addresses: [ { value: 127.0.0.1 } ]
                  listeners: [ { name: http, port: %d, protocol: HTTP } ]
                """.formatted(EDGE);
    }

    private static String route(int round, boolean first) {
        Deque<String> rules = new ArrayDeque<>();
        for (String site : List.of("aws", "azure")) {
            rules.add("{ matches: [ { path: { value: /" + site + " } } ],\n      backendRefs: [ "
                    + backend(name(site, first), 1) + " ],\n      filters: [ { type: ResponseHeaderModifier, "
                    + "responseHeaderModifier: { set: [ { name: x-round, value: \"" + round + "\" } ] } } ] }");
        }
        if (first) {
            for (String site : List.of("aws", "azure")) {
                rules.add("{ matches: [ { path: { value: /socket-" + site + " } } ], backendRefs: [ "
                        + backend("sockets-" + site, 1) + " ] }");
            }
        }
        String weights = backend("fixed-aws", round % 5) + ", " + backend("fixed-azure", 1 + round % 3);
        String general = "{ backendRefs: [ " + weights + " ],\n      filters: [ { type: RequestHeaderModifier, "
                + "requestHeaderModifier: { add: [ { name: x-round, value: \"" + round + "\" } ] } } ] }";
        if (first) {
            rules.addLast(general);
        } else {
            rules.addFirst(general);
        }
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: shop }
                spec:
                  parentRefs: [ { name: public } ]
                  hostnames: [ %s, localhost ]
                  rules:
                  - %s
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: renamed }
                spec:
                  parentRefs: [ { name: public } ]
                  hostnames: [ %s ]
                  rules: [ { backendRefs: [ %s ] } ]
                """.formatted(HOST, String.join("\n  - ", rules), RENAMED, backend(name("aws", first), 1));
    }

    private static String backend(String service, int weight) {
        return "{ group: bridgehead.io, kind: Service, name: " + service + ", weight: " + weight + " }";
    }

    @Test
    void allThatHasBegunEndsAsItBegan() throws Exception {
        replace(0);
        for (String site : List.of("aws", "azure")) {
            TestFabric.awaitServing(AWS, "shop-" + site, site);
            TestFabric.awaitServing(AWS, "sockets-" + site, site);
        }
        TestFabric.awaitServing(AWS, "fixed-aws", "aws");
        TestFabric.awaitServing(AWS, "fixed-azure", "azure");
        TestFabric.awaitServing(AWS, "bytes", "azure");
        Patience.until("the port is open", ReloadsLeaveWhatIsInFlightAloneIT::answers);
        List<InFlight> inFlight = new ArrayList<>();
        try (Steady gets = Steady.warmGets(EDGE, HOST, 3);
                Steady renamed = Steady.warmGets(EDGE, RENAMED, 2)) {
            for (String site : List.of("aws", "azure")) {
                inFlight.add(new Upload(site));
                inFlight.add(new Download(site));
                inFlight.add(new Socket(site));
            }
            inFlight.add(new Bytes());
            for (int round = 1; round <= ROUNDS; round++) {
                replace(round);
                for (InFlight each : inFlight) {
                    each.goOn(round);
                }
                gets.awaitAnswered(10);
                renamed.awaitAnswered(10);
                ROUND.set(round);
            }
            for (InFlight each : inFlight) {
                each.end();
            }
            assertThat(gets.failures()).isEmpty();
            assertThat(renamed.failures()).isEmpty();
        } finally {
            for (InFlight each : inFlight) {
                each.close();
            }
        }
    }

    private static void replace(int round) {
        FABRIC.applied(AWS, documents(round), "--prune");
    }

    private static boolean answers() {
        try {
            return RawClient.get(EDGE, HOST, "/azure").status() == 200
                    && RawClient.get(EDGE, HOST, "/aws").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Something that began before the first reload. */
    private interface InFlight extends AutoCloseable {
        void goOn(int round) throws IOException;

        void end() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Sends a line now and then, until all rounds are over. */
    private static final class Upload implements InFlight {
        private final String site;
        private final RawClient client = RawClient.to(EDGE);
        private final StringBuilder sent = new StringBuilder();
        private final CompletableFuture<Message> answer;

        Upload(String site) throws IOException {
            this.site = site;
            client.send(
                    "POST /" + site + "/upload HTTP/1.1\r\nhost: " + HOST + "\r\ntransfer-encoding: chunked\r\n\r\n");
            answer = CompletableFuture.supplyAsync(this::send, THREADS);
        }

        private Message send() {
            try {
                for (int line = 0; ROUND.get() < ROUNDS; line++) {
                    String text = "line " + line + ".".repeat(500) + "\n";
                    sent.append(text);
                    client.send(chunk(text));
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
                return client.send("0\r\n\r\n").answerTo("POST");
            } catch (IOException e) {
                throw new UncheckedIOException(site + " in round " + ROUND.get(), e);
            }
        }

        @Override
        public void goOn(int round) {
            assertThat(answer.isDone())
                    .as(
                            "an upload has ended: %s",
                            answer.isDone()
                                    ? answer.handle((got, failure) -> failure == null
                                                    ? got.toString()
                                                    : String.valueOf(failure.getCause()))
                                            .join()
                                    : "")
                    .isFalse();
        }

        @Override
        public void end() {
            Message got = answer.orTimeout(60, TimeUnit.SECONDS).join();
            assertThat(got.status()).isEqualTo(200);
            assertThat(got.text()).isEqualTo(site + "-goes");
            assertThat(got.first("x-round")).as("the filter that it began with").isEqualTo("0");
            Message seen = place(site).goes.requests().stream()
                    .filter(request -> request.target().endsWith("/upload"))
                    .findFirst()
                    .orElseThrow();
            assertThat(seen.text()).isEqualTo(sent.toString());
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private static final class Download implements InFlight {
        private final RawClient client = RawClient.to(EDGE);

        private final CompletableFuture<Message> answer;

        Download(String site) throws IOException {
            client.send("GET /" + site + "/download HTTP/1.1\r\nhost: " + HOST + "\r\n\r\n");
            answer = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return client.answer();
                        } catch (IOException e) {
                            throw new UncheckedIOException(site + " in round " + ROUND.get(), e);
                        }
                    },
                    THREADS);
        }

        @Override
        public void goOn(int round) {
            assertThat(answer.isDone()).as("a download has ended: %s", answer).isFalse();
        }

        @Override
        public void end() {
            Message got = answer.orTimeout(60, TimeUnit.SECONDS).join();
            assertThat(got.status()).isEqualTo(200);
            assertThat(got.first("x-round")).isEqualTo("0");
            assertThat(got.text()).startsWith("line 0\nline 1\n").endsWith("\nend\n");
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private static final class Socket implements InFlight {
        private final WebSocketClient client;

        Socket(String site) {
            client = WebSocketClient.open("ws://localhost:" + EDGE + "/socket-" + site);
            assertThat(client.next()).isEqualTo(site);
        }

        @Override
        public void goOn(int round) {
            assertThat(client.text("round " + round).next()).isEqualTo("round " + round);
        }

        @Override
        public void end() {
            assertThat(client.closing(1000, "done").next()).isEqualTo("close 1000 done");
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static final class Bytes implements InFlight {
        private final RawClient client = RawClient.to(TCP);

        Bytes() throws IOException {
            assertThat(TcpEcho.greeted(client)).isEqualTo("azure");
        }

        @Override
        public void goOn(int round) throws IOException {
            client.send("%08d".formatted(round));
            assertThat(new String(client.bytes(8), StandardCharsets.US_ASCII)).isEqualTo("%08d".formatted(round));
        }

        @Override
        public void end() throws IOException {
            client.halfClose();
            assertThat(new String(client.rest(), StandardCharsets.US_ASCII)).isEqualTo("|" + 8 * ROUNDS);
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }
}
