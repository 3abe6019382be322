package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Distribution;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Operator;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A fabric of one site with two nodes, of which nobody advertises a tunnel, in the middle of an upgrade: one runs with another minor release of
 * Hazelcast. By a tunnel inside the site they have the same state and decide at one place, until they meet in one cluster again. The same holds of a node whose
 * member cannot run, and which knows its neighbour by its configuration alone.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long")
final class NodesOfASiteApartShareStateIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "aws-b");

    private static final TestNode FIRST = FABRIC.node("aws-a");
    /** The one that is upgraded. */
    private static final TestNode SECOND = FABRIC.node("aws-b");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final Operator OPERATOR = new Operator(FABRIC);
    private static final int ROUNDS = 3;
    private static final long PUSHED_MILLIS = 2_000;

    private static int number;

    @BeforeAll
    static void start() throws IOException {
        FABRIC.nodes().forEach(node -> tunnel(node, ""));
        FABRIC.start();
        for (TestNode node : FABRIC.nodes()) {
            String other = other(node).name();
            Path file = node.folder().resolve("state/nodes.json");
            Patience.until(node.name() + " remembers " + other, () -> remembers(file, other));
        }
        assertThat(SECOND.stop()).as("exit code after SIGTERM").isIn(0, 143);
        SECOND.program(Distribution.with(FABRIC.folder().resolve("other"), "hazelcast", otherHazelcast()));
        SECOND.start();
        SECOND.awaitReady();
        awaitCluster(FIRST, "alone", "aws-b");
        awaitCluster(SECOND, "alone", "aws-a");
    }

    private static TestNode other(TestNode node) {
        return node == FIRST ? SECOND : FIRST;
    }

    private static void tunnel(TestNode node, String peers) {
        node.yaml()
                .set("tunnel", "{ address: 127.0.0.1, port: " + node.ports().tunnel() + ", peers: [ " + peers + " ] }");
        node.write();
    }

    private static boolean remembers(Path file, String name) {
        try {
            return Files.exists(file) && Files.readString(file).contains("\"" + name + "\"");
        } catch (IOException e) {
            return false;
        }
    }

    /** The build puts it there. */
    private static Path otherHazelcast() throws IOException {
        try (Stream<Path> there = Files.list(Path.of("target/other-hazelcast"))) {
            return there.filter(file -> file.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void awaitCluster(TestNode node, String phase, String... beyond) {
        Patience.until(
                node.name() + " is " + phase,
                () -> {
                    JsonObject status = node.ask("/v1/status");
                    JsonObject cluster = status == null ? new JsonObject() : status.getJsonObject("cluster");
                    return phase.equals(cluster.getString("phase"))
                            && new JsonArray(List.of(beyond)).equals(cluster.getJsonArray("beyond"));
                },
                () -> node.ask("/v1/status") + "\n" + node.ask("/v1/tunnels"));
    }

    /** The tunnels that are up. */
    private static List<JsonObject> tunnels(TestNode node) {
        return node.get("/v1/tunnels").getJsonArray("tunnels").stream()
                .map(JsonObject.class::cast)
                .filter(tunnel -> tunnel.getString("state").equals("up"))
                .toList();
    }

    @Test
    @Order(1)
    void bothSayWhoIsReachedByATunnelAlone() {
        for (TestNode node : FABRIC.nodes()) {
            assertThat(Cli.run("status", "--socket", node.socket().toString()).out())
                    .contains("cluster    alone, 1 members; reached by tunnels alone: "
                            + other(node).name());
        }
    }

    @Test
    @Order(2)
    void documentsGoBothWaysAtOnceAndOneDecides() {
        sharesDocuments();
        for (int i = 0; i < ROUNDS; i++) {
            OPERATOR.race("raced-" + i, FIRST, SECOND);
        }
    }

    private static void sharesDocuments() {
        for (TestNode at : FABRIC.nodes()) {
            Operator.within(PUSHED_MILLIS, "both serve what " + at.name() + " was told", () -> {}, () -> {
                String source = "source-" + number++;
                long began = System.nanoTime();
                AdminClient.Answer answer = OPERATOR.commit(at, OPERATOR.first(source, source), 30_000);
                long millis = millisSince(began);
                assertThat(answer.body()).contains("\"nodes\":2,\"activeOn\":2");
                return millis;
            });
            String source = "second-" + number++;
            assertThat(OPERATOR.commit(at, OPERATOR.first(source, source), 0).status())
                    .isEqualTo(200);
            AdminClient.Answer late = OPERATOR.commit(other(at), OPERATOR.first(source, source + "-late"), 0);
            assertThat(late.status()).as(late.body()).isEqualTo(409);
            assertThat(late.body()).contains("another change of source '" + source + "' came first: its head is 1-");
        }
    }

    @Test
    @Order(3)
    void anOrderAtEitherIsInForceAtTheOtherWithinTwoSeconds() {
        sharesOrders();
    }

    private static void sharesOrders() {
        for (TestNode at : FABRIC.nodes()) {
            TestNode other = other(at);
            Operator.within(
                    PUSHED_MILLIS, "an order at " + at.name() + " is in force at " + other.name(), () -> {}, () -> {
                        String site = "never-" + number++;
                        OPERATOR.order(at, "quarantine", "site", site, "--reason", "a test");
                        long given = System.nanoTime();
                        Patience.until(
                                "the order is in force at " + other.name(),
                                () -> String.valueOf(other.ask("/v1/orders")).contains(site));
                        return millisSince(given);
                    });
        }
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    @Test
    @Order(4)
    void noRequestGoesFromOneToTheOther() {
        FABRIC.applied(SECOND, Documents.http("here", "here.example", Map.of("aws", List.of(ENDPOINT.address()))));
        for (TestNode node : FABRIC.nodes()) {
            try (Steady gets = Steady.warmGets(node.http(), "here.example", 1)) {
                gets.awaitAnswered(10);
                assertThat(gets.failures()).isEmpty();
            }
            assertThat(tunnels(node)).as("at " + node.name()).singleElement().satisfies(tunnel -> {
                assertThat(tunnel.getString("node")).isEqualTo(other(node).name());
                assertThat(tunnel.getInteger("connections"))
                        .as("for state alone")
                        .isEqualTo(1);
                assertThat(tunnel.getInteger("connectionsAccepted")).isEqualTo(1);
            });
        }
    }

    @Test
    @Order(5)
    void withTheSameReleaseTheyMeetInOneClusterAndTheTunnelGoes() {
        String revision = SECOND.revision();
        assertThat(SECOND.stop()).as("exit code after SIGTERM").isIn(0, 143);
        SECOND.program(Cli.launcher());
        SECOND.start();
        SECOND.awaitReady();
        assertThat(SECOND.revision()).as("from its disk").isEqualTo(revision);
        areTogether();
    }

    private static void areTogether() {
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
        FABRIC.nodes().forEach(node -> awaitCluster(node, "joined"));
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(
                    node.name() + " lets the tunnel go",
                    () -> tunnels(node).isEmpty(),
                    () -> "" + node.ask("/v1/tunnels"));
        }
        sharesDocuments();
    }

    @Test
    @Order(6)
    void oneWhoseMemberCannotRunAndThatHasHeardOfNobodyFindsTheOtherAmongItsPeers() throws IOException {
        SECOND.kill();
        try (Stream<Path> all = Files.walk(SECOND.folder().resolve("state"))) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        tunnel(SECOND, "\"127.0.0.1:" + FIRST.ports().tunnel() + "\"");
        try (ServerSocket _ = new ServerSocket(SECOND.ports().cluster(), 1, InetAddress.getLoopbackAddress())) {
            SECOND.start();
            SECOND.awaitReady();
            awaitCluster(SECOND, "failed", "aws-a");
            awaitCluster(FIRST, "alone", "aws-b");
            Patience.until(
                    "it has what the other has",
                    () -> SECOND.revision().equals(FIRST.revision()),
                    () -> SECOND.revision() + " " + FIRST.revision());
            sharesDocuments();
            sharesOrders();
        }
        areTogether();
    }
}
