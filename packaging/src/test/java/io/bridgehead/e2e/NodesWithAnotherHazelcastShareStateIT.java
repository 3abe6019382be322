package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Distribution;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.OneBesideTheCluster;
import io.bridgehead.e2e.harness.Operator;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * In the middle of an upgrade: one node of three runs with another minor release of Hazelcast, a real one. It is in a cluster of its own beside that of
 * the others, has what they have and decides nothing by itself, until it runs with the same release.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long")
final class NodesWithAnotherHazelcastShareStateIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a", "gcp-a");

    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final TestNode AZURE = FABRIC.node("azure-a");
    /** The one with the other release. */
    private static final TestNode GCP = FABRIC.node("gcp-a");

    private static final TestEndpoint IN_AWS = FABRIC.endpoint("aws-1");
    private static final TestEndpoint IN_GCP = FABRIC.endpoint("gcp-1");

    private static final Operator OPERATOR = new Operator(FABRIC);
    private static final int ROUNDS = 3;
    private static final long PUSHED_MILLIS = 2_000;

    @BeforeAll
    static void start() throws IOException {
        GCP.program(Distribution.with(FABRIC.folder().resolve("other"), "hazelcast", other()));
        OneBesideTheCluster.start(FABRIC, GCP, "alone");
    }

    /** The build puts it there. */
    private static Path other() throws IOException {
        try (Stream<Path> there = Files.list(Path.of("target/other-hazelcast"))) {
            List<Path> jars =
                    there.filter(file -> file.toString().endsWith(".jar")).toList();
            assertThat(jars)
                    .as("the other release, and nothing of an earlier build")
                    .hasSize(1);
            return jars.getFirst();
        }
    }

    /** The releases of Hazelcast in the class path of a node's process. */
    private static String jars(TestNode node) throws IOException {
        String command = Files.readString(Path.of("/proc/" + node.pid() + "/cmdline"));
        return Stream.of(command.split("[\\x00:/]", -1))
                .filter(word -> word.startsWith("hazelcast-"))
                .collect(Collectors.joining(" "));
    }

    @Test
    @Order(1)
    void bothSidesSayWhoIsReachedByTunnelsAlone() throws IOException {
        assertThat(jars(GCP)).contains(other().getFileName().toString()).isNotEqualTo(jars(AWS));
        assertThat(Cli.run("status", "--socket", GCP.socket().toString()).out())
                .contains("cluster    alone, 1 members; reached by tunnels alone: aws-a, azure-a");
        assertThat(Cli.run("status", "--socket", AWS.socket().toString()).out())
                .contains("cluster    joined, 2 members; reached by tunnels alone: gcp-a");
    }

    @Test
    @Order(2)
    void documentsGoBothWaysAtOnceAndOneClusterDecides() {
        int[] number = {0};
        for (TestNode at : List.of(AWS, GCP)) {
            Operator.within(PUSHED_MILLIS, "all serve what " + at.name() + " was told", () -> {}, () -> {
                String source = "source-" + number[0]++;
                long began = System.nanoTime();
                AdminClient.Answer answer = OPERATOR.commit(at, OPERATOR.first(source, source), 30_000);
                long millis = millisSince(began);
                assertThat(answer.body()).contains("\"nodes\":3,\"activeOn\":3");
                return millis;
            });
        }
        for (int i = 0; i < ROUNDS; i++) {
            OPERATOR.race("raced-" + i, i % 2 == 0 ? AWS : AZURE, GCP);
        }
        assertThat(OPERATOR.commit(AZURE, OPERATOR.first("second", "second-1"), 0)
                        .status())
                .isEqualTo(200);
        AdminClient.Answer late = OPERATOR.commit(GCP, OPERATOR.first("second", "second-2"), 0);
        assertThat(late.status()).as(late.body()).isEqualTo(409);
        assertThat(late.body()).contains("another change of source 'second' came first: its head is 1-");
    }

    /** The time is that from before the command begins until the other side does what was ordered. */
    @Test
    @Order(3)
    void anOrderAtEitherSideHoldsAtTheOtherWithinTwoSeconds() {
        Map<String, List<String>> sites = new LinkedHashMap<>();
        sites.put("aws", List.of(IN_AWS.address()));
        sites.put("gcp", List.of(IN_GCP.address()));
        FABRIC.applied(
                GCP,
                Documents.http("ordered", "ordered.example", sites, "failover: { order: [ aws, gcp ], holdDown: 0s }"));
        drains(GCP, AZURE);
        drains(AZURE, GCP);
    }

    private static void drains(TestNode at, TestNode other) {
        Runnable undrained = () -> FABRIC.nodes().forEach(node -> TestFabric.awaitServing(node, "ordered", "aws"));
        undrained.run();
        Operator.within(PUSHED_MILLIS, "a drain given at " + at.name() + " holds at " + other.name(), undrained, () -> {
            long began = System.nanoTime();
            OPERATOR.order(at, "drain", "service", "ordered", "aws", "--reason", "power works");
            TestFabric.awaitServing(other, "ordered", "gcp");
            long millis = millisSince(began);
            OPERATOR.order(other, "undrain", "service", "ordered", "aws", "--reason", "done");
            return millis;
        });
        undrained.run();
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    @Test
    @Order(4)
    void withTheSameReleaseItJoinsTheOthers() {
        String revision = GCP.revision();
        assertThat(GCP.stop()).as("exit code after SIGTERM").isIn(0, 143);
        GCP.program(Cli.launcher());
        GCP.start();
        GCP.awaitReady();
        assertThat(GCP.revision()).as("from its disk").isEqualTo(revision);
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
        FABRIC.nodes().forEach(node -> OneBesideTheCluster.awaitCluster(node, "joined", List.of()));
    }
}
