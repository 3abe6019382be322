package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.upstream.endpoint.NameServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One node, and a service for each thing that documents say of how services are kept answering. */
final class ServicesAreKeptAnsweringAsTheySayIT {
    private static final int REQUESTS = 40;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("here-a");

    private static final TestNode NODE = FABRIC.node("here-a");
    private static final NameServer NAMES = names();
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
        NODE.yaml().set("site", "{ name: here, zone: near }");
        NODE.yaml().set("dns", "{ servers: [ \"" + server + "\" ], ttlMin: 100ms }");
        FABRIC.start();
        FABRIC.applied(
                NODE,
                String.join(
                        "---\n",
                        POLICIES,
                        service("turns", List.of(ONE, TWO)),
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
    }

    private static String service(String name, List<TestEndpoint> endpoints, String... more) {
        List<String> addresses = endpoints.stream().map(TestEndpoint::address).toList();
        return Documents.http(name, name + ".test", Map.of("here", addresses), more);
    }

    /** One whose endpoints take connections and are asked for no more. */
    private static String unchecked(String name, List<TestEndpoint> endpoints, String... more) {
        return service(name, endpoints, more).replace("http: { path: /ready }", "tcp: {}");
    }

    private static void late(Message request, OutputStream out) throws IOException {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2300));
        out.write("HTTP/1.1 200 Test\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void ill(Message request, OutputStream out) throws IOException {
        out.write("HTTP/1.1 503 Test\r\ncontent-length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
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
        assertThat(NODE.meter("bridgehead_endpoints_ejections_total", "service=\"ejecting\""))
                .isPositive();
        assertThat(NODE.meter("bridgehead_endpoints_changes_total", "service=\"ejecting\"", "state=\"unfit\""))
                .isPositive();
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
    void anOverdueAttemptGoesOnBesideAnother() {
        assertThat(status("hedging")).isEqualTo(200);
        assertThat(LATE.requests()).hasSize(1);
        assertThat(LATER.requests()).hasSize(1);
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
