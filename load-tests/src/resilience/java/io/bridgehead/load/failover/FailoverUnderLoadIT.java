package io.bridgehead.load.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.load.failover.IllEndpoint.Mood;
import io.bridgehead.load.wan.FarFabric;
import io.bridgehead.load.wan.FarFabric.Member;
import io.bridgehead.load.wan.Sites;
import io.bridgehead.load.wan.Watch;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Three sites at 80 ms from each other, 200 requests a second at site a, the service at b, where two nodes are, and then c. Endpoints, a node
 * and a site are killed, and half of the endpoints fall ill: no GET fails, none stalls, no POST is done twice, and traffic moves in proportion.
 */
final class FailoverUnderLoadIT {
    private static final String HOST = "shop.wan.example";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 30;
    private static final int PER_SECOND = 200;
    private static final int ATTEMPTS_MAX = 3;
    private static final double USUAL_MILLIS = 85;
    private static final double STALL_MILLIS_MAX = 1_000;
    private static final double CALM_MILLIS = 250;
    private static final double CUT_STALL_MILLIS_MAX = 1_500;
    private static final double KEPT = 0.7;
    private static final long HOLD_MILLIS = 1_000;
    private static final long RAMP_MILLIS = 10_000;
    private static final int KILLED_PORT = 18_080;

    private static Path notes;
    private static @Nullable FarFabric started;
    private static FarFabric fabric;
    private static final List<IllEndpoint> BROWN = new ArrayList<>();
    private static final List<Process> PROGRAMS = new ArrayList<>();
    private static final List<IllEndpoint> FARTHER = new ArrayList<>();
    private @Nullable SteadyRate running;

    @BeforeAll
    static void start() throws IOException {
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "bh-failover");
        notes = Files.createTempDirectory(Path.of("/tmp"), "bh-notes");
        started = FarFabric.start(folder, Sites.up(folder, 3, false), List.of(1, 2, 1));
        fabric = started;
        fabric.sites().set("*", "delay=40ms");
        for (int i = 0; i < 4; i++) {
            String name = "b-" + i;
            BROWN.add(fabric.sites().in("b", () -> IllEndpoint.start(name, 0, notes.resolve("brown-" + name))));
        }
        FARTHER.add(fabric.sites().in("c", () -> IllEndpoint.start("c-0", 0, notes.resolve("c-0"))));
        startPrograms();
        fabric.apply(document(
                                "shop",
                                HOST,
                                "\"127.0.0.1:18080\", \"127.0.0.1:18081\"",
                                "5s",
                                "failback: { mode: ramp, over: 5s }")
                + "---\n"
                + document(
                        "brown",
                        "brown." + HOST,
                        String.join(", ", BROWN.stream().map(e -> '"' + e.address() + '"').toList()),
                        "400ms",
                        "failback: { mode: ramp, over: " + RAMP_MILLIS + "ms }"));
        awaitShare("shop", "b", 1);
        awaitShare("brown", "b", 1);
    }

    private static String document(
            String name, String host, String endpoints, String perTry, String failback) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec:
                  hostnames: [ %s ]
                  sites:
                    b: { endpoints: [ %s ] }
                    c: { endpoints: [ "%s" ] }
                  health: { http: { path: %s }, interval: 500ms, timeout: 400ms }
                  timeouts: { perTry: %s }
                  outlier: { baseEjection: 12s }
                  failover: { order: [ b, c ], holdDown: 1s, flapBudget: { returns: 100 }, %s }
                """.formatted(
                        name, host, endpoints, FARTHER.getFirst().address(), IllEndpoint.CHECK, perTry, failback);
    }

    private static void startPrograms() throws IOException {
        for (int i = 0; i < 2; i++) {
            List<String> program = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    IllEndpoint.class.getName(),
                    "b-killed-" + i,
                    Integer.toString(KILLED_PORT + i),
                    notes.resolve("killed-" + i).toString());
            PROGRAMS.add(new ProcessBuilder(fabric.sites().command("b", program))
                    .redirectErrorStream(true)
                    .redirectOutput(notes.resolve("log-" + i).toFile())
                    .start());
        }
    }

    private static void killPrograms() throws InterruptedException {
        for (Process program : PROGRAMS) {
            program.destroyForcibly().waitFor();
        }
        PROGRAMS.clear();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        killPrograms();
        BROWN.forEach(IllEndpoint::close);
        FARTHER.forEach(IllEndpoint::close);
        if (started != null) {
            started.close();
        }
        try (Stream<Path> files = Files.list(notes)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(notes);
    }

    private void begin(String host) {
        SteadyRate begun = fabric.sites()
                .in(
                        "a",
                        () -> SteadyRate.start(
                                new InetSocketAddress(Sites.address("a"), FarFabric.HTTP), host, CLIENTS, PER_SECOND));
        running = begun;
        awaitServedBy(begun, "b-");
        awaitCalm(begun);
    }

    /** Nodes that have just started are slow; what is measured is what a failure adds. */
    private static void awaitCalm(SteadyRate begun) {
        Watch.until(
                "two seconds without a slow or failed GET",
                PATIENCE,
                () -> {
                    begun.forget();
                    Watch.during(Duration.ofSeconds(2));
                    return begun.failedGets().isEmpty() && begun.millis(1) - USUAL_MILLIS < CALM_MILLIS;
                },
                begun::toString);
        begun.forget();
    }

    private SteadyRate clients() {
        return Objects.requireNonNull(running);
    }

    private static void awaitServedBy(SteadyRate clients, String beginning) {
        long before = clients.servedBy(beginning);
        Watch.until(
                "requests served by " + beginning,
                PATIENCE,
                () -> clients.servedBy(beginning) >= before + 100,
                clients::toString);
    }

    private static double share(String service, String site) {
        try {
            JsonObject answer =
                    new JsonObject(new AdminClient(fabric.socket(fabric.members().getFirst())).get("/v1/services")
                            .body());
            return answer.getJsonArray("services").stream()
                    .map(JsonObject.class::cast)
                    .filter(row -> row.getString("service").equals(service)
                            && row.getString("site").equals(site))
                    .mapToDouble(row -> row.getDouble("weight"))
                    .sum();
        } catch (Exception e) {
            return -1;
        }
    }

    private static void awaitShare(String service, String site, double share) {
        Watch.until(
                service + " to have " + share + " at " + site,
                PATIENCE,
                () -> Math.abs(share(service, site) - share) < 1e-6,
                () -> "has " + share(service, site));
    }

    @BeforeEach
    void forgetNotes() throws IOException {
        if (PROGRAMS.isEmpty()) {
            startPrograms();
        }
        awaitShare("shop", "b", 1);
        awaitShare("brown", "b", 1);
        try (Stream<Path> files = Files.list(notes)) {
            for (Path file : files.toList()) {
                Files.write(file, new byte[0]);
            }
        }
    }

    @AfterEach
    void noPostWasDoneTwiceAndNoGetTriedTooOften() throws IOException {
        if (running == null) {
            return;
        }
        running.close();
        Map<String, Integer> times = new TreeMap<>();
        try (Stream<Path> files = Files.list(notes)) {
            for (Path file : files.toList()) {
                for (String line : Files.readAllLines(file)) {
                    times.merge(line, 1, Integer::sum);
                }
            }
        }
        System.out.println("endpoints saw " + times.size() + " requests, of these "
                + times.values().stream().filter(count -> count > 1).count() + " more than once");
        times.forEach((request, count) -> {
            if (request.startsWith("POST ")) {
                assertThat(count).as(request).isEqualTo(1);
            } else if (request.startsWith("GET ")) {
                assertThat(count).as(request).isLessThanOrEqualTo(ATTEMPTS_MAX);
            }
        });
        assertThat(times).isNotEmpty();
    }

    /** While processes start that share the machine with all others, how long requests take says how busy it is. */
    private void assertNoGetFailed(String what) {
        System.out.println(what + ": " + clients());
        assertThat(clients().failedGets()).isEmpty();
        clients().forget();
    }

    private void assertNoGetFailedOrStalled(String what) {
        assertNoGetFailedOrStalled(what, STALL_MILLIS_MAX);
    }

    private void assertNoGetFailedOrStalled(String what, double stallMillisMax) {
        double longest = clients().millis(1);
        assertNoGetFailed(what);
        assertThat(longest - USUAL_MILLIS).as("longest stall").isLessThanOrEqualTo(stallMillisMax);
    }

    @Test
    void allEndpointsOfASiteAreKilled() throws Exception {
        begin(HOST);
        killPrograms();
        awaitServedBy(clients(), "c-");
        awaitShare("shop", "c", 1);
        Watch.during(Duration.ofSeconds(2));
        assertNoGetFailedOrStalled("endpoints killed");
        startPrograms();
        awaitShare("shop", "b", 1);
        awaitServedBy(clients(), "b-");
        assertNoGetFailed("endpoints back");
    }

    @Test
    void oneOfTwoNodesIsKilled() throws IOException {
        begin(HOST);
        Member node = fabric.members().get(1);
        fabric.kill(node);
        awaitServedBy(clients(), "b-");
        Watch.during(Duration.ofSeconds(2));
        assertThat(share("shop", "b")).isEqualTo(1);
        assertNoGetFailedOrStalled("node killed");
        fabric.startNode(node);
        fabric.awaitSocket(node);
        awaitServedBy(clients(), "b-");
        assertNoGetFailed("node back");
    }

    @Test
    void aWholeSiteIsKilled() throws Exception {
        begin(HOST);
        List<Member> site = fabric.members().subList(1, 3);
        for (Member node : site) {
            fabric.kill(node);
        }
        killPrograms();
        awaitServedBy(clients(), "c-");
        awaitShare("shop", "c", 1);
        Watch.during(Duration.ofSeconds(2));
        assertNoGetFailedOrStalled("site killed");
        startPrograms();
        for (Member node : site) {
            fabric.startNode(node);
        }
        for (Member node : site) {
            fabric.awaitSocket(node);
        }
        awaitShare("shop", "b", 1);
        awaitServedBy(clients(), "b-");
        assertNoGetFailed("site back");
    }

    @Test
    void theWayToASiteIsCutInSilence() {
        begin(HOST);
        fabric.sites().set("a<>b", "down=true");
        awaitServedBy(clients(), "c-");
        Watch.during(Duration.ofSeconds(3));
        assertNoGetFailedOrStalled("way cut", CUT_STALL_MILLIS_MAX);
        fabric.sites().set("a<>b", "down=false");
        awaitServedBy(clients(), "b-");
        assertNoGetFailedOrStalled("way back", CUT_STALL_MILLIS_MAX);
    }

    @Test
    void halfOfTheEndpointsFailTheirChecks() {
        assertSpillsInProportionAndReturns(Mood.UNFIT);
    }

    @Test
    void halfOfTheEndpointsAnswer503() {
        assertSpillsInProportionAndReturns(Mood.FAILING);
    }

    @Test
    void halfOfTheEndpointsHang() {
        assertSpillsInProportionAndReturns(Mood.HANGING);
    }

    /** Half of them bear 0.5 times 1.4 of what comes, so b keeps seven tenths. */
    private void assertSpillsInProportionAndReturns(Mood mood) {
        begin("brown." + HOST);
        BROWN.subList(0, 2).forEach(endpoint -> endpoint.mood(mood));
        awaitShare("brown", "b", KEPT);
        long atB = clients().servedBy("b-");
        long atC = clients().servedBy("c-");
        Watch.during(Duration.ofSeconds(6));
        double servedAtB = clients().servedBy("b-") - atB;
        double all = servedAtB + clients().servedBy("c-") - atC;
        System.out.printf("half %s: %.3f served at b of %.0f%n", mood, servedAtB / all, all);
        assertThat(servedAtB / all).as("served at b: %s", clients()).isCloseTo(KEPT, within(0.05));
        assertNoGetFailedOrStalled("half " + mood);
        assertReturnsByTheRamp(mood);
        assertNoGetFailedOrStalled("all well after " + mood);
    }

    /** What b is given, and what it serves, is at no time more than the ramp allows, which cannot begin before all are well. */
    private void assertReturnsByTheRamp(Mood mood) {
        long well = System.nanoTime();
        long atB = clients().servedBy("b-");
        long all = atB + clients().servedBy("c-");
        long seen = all;
        double allowedAtB = 0;
        BROWN.forEach(endpoint -> endpoint.mood(Mood.WELL));
        double before = KEPT;
        while (before < 1) {
            double now = share("brown", "b");
            double ramp = KEPT + Math.max(0, (System.nanoTime() - well) / 1e6 - HOLD_MILLIS) / RAMP_MILLIS;
            assertThat(now).as("share on its way back").isBetween(before - 1e-6, Math.min(1, ramp) + 1e-6);
            before = now;
            Watch.during(Duration.ofMillis(50));
            long served = clients().servedBy("b-") + clients().servedBy("c-");
            allowedAtB += (served - seen) * Math.min(1, ramp + 0.05 * 1_000 / RAMP_MILLIS);
            seen = served;
            assertThat((System.nanoTime() - well) / 1_000_000_000L).as("seconds until b has all again").isLessThan(60);
        }
        long took = (System.nanoTime() - well) / 1_000_000;
        double served = clients().servedBy("b-") - atB;
        System.out.printf(
                "back after %s: %d ms, b served %.0f of %d, allowed %.0f%n", mood, took, served, seen - all, allowedAtB);
        assertThat(took).as("milliseconds until all is back").isGreaterThanOrEqualTo(HOLD_MILLIS + 3 * RAMP_MILLIS / 10);
        assertThat(served).as("served at b on its way back").isLessThan(allowedAtB + 4 * Math.sqrt((seen - all) * KEPT * (1 - KEPT)));
    }
}
