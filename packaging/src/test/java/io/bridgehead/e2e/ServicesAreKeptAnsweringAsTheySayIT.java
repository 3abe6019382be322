package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.LogLines;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.OtlpReceiver;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.upstream.endpoint.NameServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One node, and a service for each thing that documents say of how services are kept answering; and what the node tells of that: no more than it
 * is asked for, and whatever becomes of who takes it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ServicesAreKeptAnsweringAsTheySayIT {
    private static final int REQUESTS = 40;
    private static final int SAMPLED = 300;
    private static final int SLOW = 8;
    private static final String SPAN = "00f067aa0ba902b7";
    /** What may wait to be pushed, and more exchanges than that. */
    private static final int QUEUE_MAX = 16_384;

    private static final int BEYOND = 24_000;
    private static final int PIPELINED = 200;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("here-a");

    private static final TestNode NODE = FABRIC.node("here-a");
    private static final NameServer NAMES = names();
    private static final OtlpReceiver RECEIVER = FABRIC.closing(OtlpReceiver.start());
    private static final TestEndpoint ONE = FABRIC.endpoint("one");
    private static final TestEndpoint TWO = FABRIC.endpoint("two");
    private static final TestEndpoint FAILING = FABRIC.endpoint("failing").mood(TestEndpoint.Mood.FAILING);
    private static final TestEndpoint HANGING = FABRIC.endpoint("hanging").mood(TestEndpoint.Mood.HANGING);
    private static final TestEndpoint LATE = FABRIC.endpoint("late");
    private static final TestEndpoint LATER = FABRIC.endpoint("later");
    private static final TestEndpoint COMING = FABRIC.endpoint("coming");
    private static final TestEndpoint ILL =
            FABRIC.endpoint("ill").at("/ready", ServicesAreKeptAnsweringAsTheySayIT::ill);
    private static final TestEndpoint WORSE =
            FABRIC.endpoint("worse").at("/ready", ServicesAreKeptAnsweringAsTheySayIT::ill);

    private static final String POLICIES = """
            apiVersion: bridgehead.io/v1
            kind: TrafficPolicy
            metadata: { name: turns }
            spec:
              services: { names: [ "turns*" ] }
              balance: round-robin
            """;

    private static NameServer names() {
        try {
            return FABRIC.closing(NameServer.start());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeAll
    static void start() {
        NAMES.put("pair.test", 0, "127.0.0.1");
        LATE.at("/", ServicesAreKeptAnsweringAsTheySayIT::late);
        LATER.at("/", ServicesAreKeptAnsweringAsTheySayIT::late);
        String server = "127.0.0.1:" + NAMES.address().getPort();
        ONE.at("/gone", (_, out) -> out.write(empty(404)));
        ONE.at("/broken", (_, out) -> out.write(empty(500)));
        ONE.at("/slow", (_, out) -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1300));
            out.write(empty(200));
        });
        NODE.yaml()
                .set(
                        "telemetry",
                        "{ log: { priority: true }, accessLog: { path: access.log, sample: 0.9,"
                                + " only: { status: [ 4xx, 5xx ], slowerThan: 1s, services: [ logged ] } },"
                                + " traces: { always: { slowerThan: 1s } },"
                                + " otlp: { endpoint: \"" + RECEIVER.endpoint() + "\", interval: 1s } }");
        NODE.yaml().set("site", "{ name: here, zone: near }");
        NODE.yaml().set("dns", "{ servers: [ \"" + server + "\" ], ttlMin: 100ms }");
        FABRIC.start();
        FABRIC.applied(
                NODE,
                String.join(
                        "---\n",
                        POLICIES,
                        service("turns", List.of(ONE, TWO)),
                        service("logged", List.of(ONE)),
                        service(
                                "retold",
                                List.of(ONE, FAILING),
                                "balance: round-robin",
                                "retry: { statuses: [ 500 ], budgetFloorPerSecond: 1000 }"),
                        service(
                                "hashed",
                                List.of(ONE, TWO),
                                "balance: { policy: ring-hash, hashOn: { header: x-user } }"),
                        service("zoned", List.of(ONE, TWO), "balance: round-robin")
                                .replace(
                                        '"' + ONE.address() + '"', "{ address: \"" + ONE.address() + "\", zone: near }")
                                .replace(
                                        '"' + TWO.address() + '"', "{ address: \"" + TWO.address() + "\", zone: far }"),
                        service(
                                "panicking",
                                List.of(ONE, ILL, WORSE),
                                "balance: { policy: round-robin, panicBelow: 60% }"),
                        service("calm", List.of(ONE, ILL, WORSE), "balance: round-robin"),
                        service("ejecting", List.of(ONE, FAILING), "outlier: { consecutive5xx: 3, baseEjection: 5m }"),
                        unchecked("full", List.of(HANGING), "limits: { requests: 1 }"),
                        service("slow-start", List.of(ONE, COMING), "balance: { slowStart: 10m }"),
                        service(
                                "retrying",
                                List.of(ONE, FAILING),
                                "balance: round-robin",
                                "retry: { statuses: [ 500 ], budgetFloorPerSecond: 1000 }"),
                        unchecked(
                                "hedging",
                                List.of(LATE, LATER),
                                "retry: { hedgeOnPerTryTimeout: true, attemptsMax: 2 }",
                                "timeouts: { perTry: 2s }"),
                        Documents.http("named", "named.test", Map.of("here", List.of("pair.test:" + ONE.port())))));
        Patience.until("the name is found", () -> status("named") == 200);
        // a machine that does other work as well may have failed their first checks
        List.of("turns", "hashed", "zoned", "retold", "retrying")
                .forEach(service -> TestFabric.awaitFit(NODE, service));
    }

    private static String service(String name, List<TestEndpoint> endpoints, String... more) {
        List<String> addresses = endpoints.stream().map(TestEndpoint::address).toList();
        return Documents.http(name, name + ".test", Map.of("here", addresses), more);
    }

    /** One whose endpoints take connections and are asked for no more. */
    private static String unchecked(String name, List<TestEndpoint> endpoints, String... more) {
        return service(name, endpoints, more).replace("http: { path: /ready }", "tcp: {}");
    }

    private static byte[] empty(int status) {
        return ("HTTP/1.1 " + status + " Test\r\ncontent-length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void late(Message request, OutputStream out) throws IOException {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2300));
        out.write(empty(200));
    }

    private static void ill(Message request, OutputStream out) throws IOException {
        out.write(empty(503));
    }

    private static Message get(String service) {
        try {
            return RawClient.get(NODE.http(), service + ".test", "/");
        } catch (IOException e) {
            throw new AssertionError(service, e);
        }
    }

    private static int status(String service) {
        return get(service).status();
    }

    /** How many of a number of requests on one connection each endpoint has answered. */
    private static Map<String, Integer> served(String service, String field) throws IOException {
        Map<String, Integer> served = new HashMap<>();
        try (RawClient client = RawClient.to(NODE.http())) {
            for (int i = 0; i < REQUESTS; i++) {
                client.send("GET / HTTP/1.1\r\nhost: " + service + ".test\r\n" + field + "\r\n");
                Message answer = client.answer();
                served.merge(Objects.requireNonNullElse(answer.first("x-served-by"), "nobody"), 1, Integer::sum);
            }
        }
        return served;
    }

    private static JsonObject row(String service) {
        for (Object one : NODE.get("/v1/services").getJsonArray("services")) {
            if (((JsonObject) one).getString("service").equals(service)) {
                return (JsonObject) one;
            }
        }
        throw new AssertionError("no service " + service);
    }

    private static boolean isFit(String service, TestEndpoint endpoint) {
        return row(service).getJsonArray("endpoints").stream()
                .map(JsonObject.class::cast)
                .anyMatch(one -> one.getString("endpoint").equals(endpoint.address()) && one.getBoolean("fit"));
    }

    @Test
    void aTrafficPolicyMakesRequestsTakeTurns() throws IOException {
        assertThat(served("turns", "")).isEqualTo(Map.of("one", REQUESTS / 2, "two", REQUESTS / 2));
        assertThat(NODE.explain("http", "GET", "http://turns.test/").getString("lines"))
                .contains("TrafficPolicy/turns: balance");
    }

    @Test
    void aHashedFieldLeadsToOneEndpointAlways() throws IOException {
        Set<String> all = new HashSet<>();
        for (int user = 0; user < 12; user++) {
            Map<String, Integer> served = served("hashed", "x-user: " + user + "\r\n");
            assertThat(served).as("user " + user).hasSize(1);
            all.addAll(served.keySet());
        }
        assertThat(all).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void endpointsOfTheNodesOwnZoneComeFirst() throws IOException {
        assertThat(served("zoned", "")).isEqualTo(Map.of("one", REQUESTS));
    }

    @Test
    void belowTheThresholdOfPanicTheUnfitAreTriedToo() throws IOException {
        for (String service : List.of("panicking", "calm")) {
            Patience.until("two of three are unfit", () -> !isFit(service, ILL) && !isFit(service, WORSE));
        }
        assertThat(served("calm", "")).isEqualTo(Map.of("one", REQUESTS));
        assertThat(served("panicking", "")).containsOnlyKeys("one", "ill", "worse");
    }

    @Test
    void anEndpointThatFailsRequestsIsEjectedThoughItsChecksSucceed() throws IOException {
        Patience.until("it is ejected", () -> {
            status("ejecting");
            return !isFit("ejecting", FAILING);
        });
        assertThat(served("ejecting", "")).isEqualTo(Map.of("one", REQUESTS));
        NODE.awaitMeter(count -> count > 0, "bridgehead_endpoints_ejections_total", "service=\"ejecting\"");
        NODE.awaitMeter(
                count -> count > 0, "bridgehead_endpoints_changes_total", "service=\"ejecting\"", "state=\"unfit\"");
    }

    @Test
    void requestsBeyondTheLimitAreRefusedAtOnce() throws IOException {
        try (RawClient first = RawClient.to(NODE.http())) {
            first.send("GET / HTTP/1.1\r\nhost: full.test\r\n\r\n");
            Patience.until("it has the first", () -> !HANGING.requests().isEmpty());
            Message second = get("full");
            assertThat(second.status()).isEqualTo(503);
            assertThat(second.text()).contains("pool-full");
            String[] limit = {"service=\"full\"", "limit=\"requests\""};
            Patience.until(
                    "all of the limit is in use",
                    () -> NODE.meter("bridgehead_circuit_used{", limit) == 1
                            && NODE.meter("bridgehead_circuit_max{", limit) == 1,
                    NODE::metrics);
        }
    }

    @Test
    void anEndpointThatComesBackBeginsSlowly() throws IOException {
        COMING.stop();
        Patience.until("it is unfit", () -> !isFit("slow-start", COMING));
        COMING.startAgain();
        Patience.until("it is fit", () -> isFit("slow-start", COMING));
        Map<String, Integer> served = served("slow-start", "");
        assertThat(served.getOrDefault("coming", 0)).isLessThan(REQUESTS / 3);
    }

    @Test
    void idempotentRequestsAreTriedAgainAndOthersAreNot() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertThat(status("retrying")).isEqualTo(200);
        }
        Set<Integer> posted = new HashSet<>();
        try (RawClient client = RawClient.to(NODE.http())) {
            for (int i = 0; i < 4; i++) {
                posted.add(client.exchange("POST", "retrying.test", "/", "once").status());
            }
        }
        assertThat(posted).containsExactlyInAnyOrder(200, 500);
    }

    @Test
    void anOverdueAttemptGoesOnBesideAnother() throws IOException {
        String quick = "0af7651916cd43dd8448eb211c80319c";
        String slow = "0af7651916cd43dd8448eb211c80319d";
        assertThat(traced("turns", quick, false)).isEqualTo(200);
        assertThat(traced("hedging", slow, false)).isEqualTo(200);
        Patience.until(
                "both were asked",
                () -> !LATE.requests().isEmpty() && !LATER.requests().isEmpty());
        assertThat(LATE.requests()).hasSize(1);
        assertThat(LATER.requests()).hasSize(1);
        Patience.until(
                "it is told, because it was slow",
                () -> !events(slow).isEmpty(),
                () -> RECEIVER.spans().toString());
        assertThat(events(slow)).hasSize(1).first().asString().startsWith("hedge {destination_site=here, tier=0, to=");
        assertThat(RECEIVER.spans()).noneMatch(span -> span.traceId().equals(quick));
    }

    /** A request that belongs to a trace, which its client samples or not. */
    private static int traced(String service, String trace, boolean sampled) throws IOException {
        try (RawClient client = RawClient.to(NODE.http())) {
            client.send("GET / HTTP/1.1\r\nhost: " + service + ".test\r\ntraceparent: 00-" + trace + "-" + SPAN
                    + (sampled ? "-01" : "-00") + "\r\n\r\n");
            return client.answer().status();
        }
    }

    /** What the spans of a trace say that happened. */
    private static List<String> events(String trace) {
        return RECEIVER.spans().stream()
                .filter(span -> span.traceId().equals(trace))
                .flatMap(span -> span.events().stream())
                .toList();
    }

    @Test
    void anotherAttemptIsToldInTheTrace() throws IOException {
        List<String> traces = List.of("1af7651916cd43dd8448eb211c803190", "1af7651916cd43dd8448eb211c803191");
        for (String trace : traces) {
            assertThat(traced("retold", trace, true)).isEqualTo(200);
        }
        Patience.until(
                "one of two took a second attempt",
                () -> traces.stream()
                        .flatMap(trace -> events(trace).stream())
                        .anyMatch(("retry {destination_site=here, tier=0, to=" + ONE.address() + "}")::equals),
                () -> RECEIVER.spans().toString());
    }

    private static long lines(String status, String path) {
        return LogLines.of(NODE, "access.log").stream()
                .map(JsonObject::new)
                .filter(line -> line.getString("service").equals("logged"))
                .filter(line -> line.getString("url.path").equals(path))
                .filter(line ->
                        line.getInteger("http.response.status_code").toString().equals(status))
                .count();
    }

    @Test
    void theAccessLogHasAShareOfWhatIsWantedAndAllThatFailed() throws IOException {
        try (RawClient client = RawClient.to(NODE.http())) {
            for (int i = 0; i < SAMPLED; i++) {
                assertThat(client.exchange("GET", "logged.test", "/gone", "").status())
                        .isEqualTo(404);
                assertThat(client.exchange("GET", "logged.test", "/", "").status())
                        .isEqualTo(200);
            }
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(client.exchange("GET", "logged.test", "/broken", "").status())
                        .isEqualTo(500);
            }
        }
        slowly();
        assertThat(status("turns")).isEqualTo(200);
        assertThat(get("unknown").status()).isEqualTo(404);
        Patience.until("all that failed", () -> lines("500", "/broken") == REQUESTS);
        Patience.until("what was slow", () -> lines("200", "/slow") > 0);
        assertThat(lines("404", "/gone")).as("some nine of ten").isBetween(SAMPLED / 2L, SAMPLED - 1L);
        assertThat(lines("200", "/")).as("neither failed nor slow").isZero();
        assertThat(LogLines.of(NODE, "access.log"))
                .as("of other services")
                .allMatch(line -> line.contains("\"service\":\"logged\""));
    }

    /** Requests of more than a second, all at once. */
    private static void slowly() throws IOException {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW; i++) {
                clients.add(RawClient.to(NODE.http()));
                clients.get(i).send("GET /slow HTTP/1.1\r\nhost: logged.test\r\n\r\n");
            }
            for (RawClient client : clients) {
                assertThat(client.answer().status()).isEqualTo(200);
            }
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void linesOfTheLogBeginWithTheirPriority() {
        Patience.until(
                "news and a warning",
                () -> NODE.log().lines().anyMatch(line -> line.startsWith("<6>{") && line.contains("\"active: "))
                        && NODE.log()
                                .lines()
                                .anyMatch(line -> line.startsWith("<4>{")
                                        && line.contains("\"endpoint gets no more requests: ")));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aCollectorThatHangsCostsNeitherTrafficNorMemory() throws Exception {
        String after = "2af7651916cd43dd8448eb211c803190";
        RECEIVER.hangs();
        try (RawClient client = RawClient.to(NODE.http())) {
            String requests = "GET / HTTP/1.1\r\nhost: unknown.test\r\n\r\n".repeat(PIPELINED);
            for (int sent = 0; sent < BEYOND; sent += PIPELINED) {
                long begin = System.nanoTime();
                client.send(requests);
                for (int i = 0; i < PIPELINED; i++) {
                    assertThat(client.answer().status()).isEqualTo(404);
                }
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin))
                        .as("a push waits for 5 s")
                        .isLessThan(Patience.promisedMillis(4_000));
            }
            NODE.awaitMeter(
                    spans -> spans > BEYOND - QUEUE_MAX - 3_000,
                    "bridgehead_signals_dropped_total{",
                    "signal=\"spans\"");
            assertThat(NODE.meter("bridgehead_signals_dropped_total{", "signal=\"access-log\""))
                    .isZero();
            Patience.until(
                    "a push of metrics was lost",
                    () -> NODE.meter("bridgehead_signals_dropped_total{", "signal=\"metrics\"") > 0);
            assertThat(NODE.alive("io.bridgehead.proxy.ExchangeRecord")).isBetween(QUEUE_MAX / 2L, QUEUE_MAX + 1_000L);
        } finally {
            RECEIVER.answers();
        }
        Patience.until("it is told again", () -> {
            try {
                return traced("turns", after, true) == 200
                        && RECEIVER.spans().stream()
                                .anyMatch(span -> span.traceId().equals(after));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void addressesOfANameComeAndGoWithItsAnswers() {
        assertThat(endpoints("named")).containsExactly("127.0.0.1:" + ONE.port());
        NAMES.put("pair.test", 0, "127.0.0.1", "127.0.0.2");
        Patience.until("the other address", () -> endpoints("named").size() == 2);
        assertThat(status("named")).isEqualTo(200);
        theLastGoodAnswerIsKept(() -> NAMES.remove("pair.test"));
        NAMES.put("pair.test", 0, "127.0.0.1", "127.0.0.2");
        Patience.until(
                "it is found again",
                () -> NODE.get("/v1/status").getJsonArray("names").isEmpty());
        theLastGoodAnswerIsKept(() -> NAMES.put("pair.test", 0));
        NAMES.put("pair.test", 0, "127.0.0.1");
        Patience.until("one again", () -> endpoints("named").size() == 1);
        assertThat(status("named")).isEqualTo(200);
    }

    private static void theLastGoodAnswerIsKept(Runnable failing) {
        failing.run();
        Patience.until(
                "it is told",
                () -> !NODE.get("/v1/status").getJsonArray("names").isEmpty());
        assertThat(NODE.get("/v1/status").getJsonArray("names").encode())
                .contains("pair.test:" + ONE.port(), "its last good answer is kept");
        assertThat(endpoints("named")).hasSize(2);
        assertThat(status("named")).isEqualTo(200);
    }

    private static List<String> endpoints(String service) {
        JsonArray endpoints = row(service).getJsonArray("endpoints");
        return endpoints.stream()
                .map(one -> ((JsonObject) one).getString("endpoint"))
                .toList();
    }
}
