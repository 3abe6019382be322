package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.OneBesideTheCluster;
import io.bridgehead.e2e.harness.Operator;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A node whose member of the cluster cannot run has by tunnels what members have, as quickly, and decides nothing by itself. It joins when
 * it can, and no member that comes or goes disturbs traffic.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long")
final class ANodeThatCannotJoinHasTheSameStateIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a", "gcp-a");

    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final TestNode AZURE = FABRIC.node("azure-a");
    /** The one that cannot join. */
    private static final TestNode GCP = FABRIC.node("gcp-a");

    private static final TestEndpoint IN_AWS = FABRIC.endpoint("aws-1");
    private static final TestEndpoint IN_AZURE = FABRIC.endpoint("azure-1");
    private static final TestEndpoint IN_GCP = FABRIC.endpoint("gcp-1");

    /** As is promised of members; a new watch takes 10 s, and the next comparison 3 s and more. */
    private static final long PUSHED_MILLIS = 2_000;

    private static final Operator OPERATOR = new Operator(FABRIC);

    private static ServerSocket atItsMemberPort;

    @BeforeAll
    static void start() throws IOException {
        atItsMemberPort = FABRIC.closing(new ServerSocket(GCP.ports().cluster(), 1, InetAddress.getLoopbackAddress()));
        OneBesideTheCluster.start(FABRIC, GCP, "failed");
    }

    private static String service(String name, String site, TestEndpoint endpoint) {
        return Documents.http(name, name + ".example", Map.of(site, List.of(endpoint.address())));
    }

    private static byte[] changeset(String source, String name) {
        return OPERATOR.first(source, name, service(name, "aws", IN_AWS));
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    @Test
    @Order(1)
    void itsStatusSaysWhy() {
        Cli.Result status = Cli.run("status", "--socket", GCP.socket().toString());
        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.out())
                .contains("cluster    failed, 0 members; reached by tunnels alone: aws-a, azure-a", "problem    ")
                .contains(Integer.toString(GCP.ports().cluster()));
        assertThat(Cli.run("status", "--socket", AWS.socket().toString()).good().out())
                .contains("cluster    joined, 2 members; reached by tunnels alone: gcp-a");
    }

    @Test
    @Order(2)
    void documentsGoBothWaysAtOnceAndAClusterDecides() {
        int[] number = {0};
        for (TestNode at : List.of(AWS, GCP)) {
            Operator.within(PUSHED_MILLIS, "all serve what " + at.name() + " was told", () -> {}, () -> {
                String source = "source-" + number[0]++;
                long began = System.nanoTime();
                AdminClient.Answer answer = OPERATOR.commit(at, changeset(source, source), 30_000);
                long millis = millisSince(began);
                assertThat(answer.body()).contains("\"nodes\":3,\"activeOn\":3");
                return millis;
            });
        }
        OPERATOR.commit(AWS, changeset("raced", "first"), 0);
        AdminClient.Answer second = OPERATOR.commit(GCP, changeset("raced", "second"), 0);
        assertThat(second.status()).as(second.body()).isEqualTo(409);
        assertThat(second.body()).contains("another change of source 'raced' came first: its head is 1-");
        assertThat(OPERATOR.commit(AWS, changeset("raced", "third"), 0).body())
                .contains(" by spiffe://" + TestFabric.TRUST_DOMAIN + "/operator/ada; look at it and apply again");
        for (TestNode node : FABRIC.nodes()) {
            assertThat(node.get("/v1/conflicts").getJsonArray("conflicts")).isEmpty();
        }
    }

    @Test
    @Order(3)
    void ordersGoBothWaysAtOnce() {
        int[] number = {0};
        for (TestNode at : List.of(AWS, GCP)) {
            TestNode other = at.equals(GCP) ? AZURE : GCP;
            Operator.within(
                    PUSHED_MILLIS, "an order at " + at.name() + " is in force at " + other.name(), () -> {}, () -> {
                        String site = "never-" + number[0]++;
                        OPERATOR.order(at, "quarantine", "site", site, "--reason", "a test");
                        long given = System.nanoTime();
                        Patience.until(
                                "the order is in force at " + other.name(),
                                () -> String.valueOf(other.ask("/v1/orders")).contains(site));
                        return millisSince(given);
                    });
        }
    }

    @Test
    @Order(4)
    void healthGoesBothWaysAtOnce() {
        FABRIC.applied(
                AWS,
                Documents.http(
                        "moving",
                        "moving.example",
                        new TreeMap<>(Map.of(
                                "aws", List.of(IN_AWS.address()),
                                "azure", List.of(IN_AZURE.address()),
                                "gcp", List.of(IN_GCP.address()))),
                        "failover: { order: [ aws, gcp, azure ], holdDown: 0s }"));
        Operator.within(
                PUSHED_MILLIS,
                "the lone node leaves a site of members",
                IN_AWS::startAgain,
                () -> leaving(IN_AWS, "aws", AWS, GCP, "gcp"));
        Operator.within(
                PUSHED_MILLIS,
                "members leave the site of the lone node",
                IN_GCP::startAgain,
                () -> leaving(IN_GCP, "gcp", GCP, AZURE, "azure"));
        IN_AWS.startAgain();
        IN_GCP.startAgain();
    }

    /** How much later than the node whose endpoint ends another one leaves that site. The endpoint runs before, and not after. */
    private static long leaving(TestEndpoint ended, String site, TestNode own, TestNode other, String next) {
        TestFabric.awaitServing(own, "moving", site);
        TestFabric.awaitServing(other, "moving", site);
        ended.stop();
        TestFabric.awaitServing(own, "moving", next);
        long seen = System.nanoTime();
        TestFabric.awaitServing(other, "moving", next);
        return millisSince(seen);
    }

    @Test
    @Order(5)
    void membersThatComeAndGoDisturbNoRequest() throws IOException {
        FABRIC.applied(AWS, service("here", "aws", IN_AWS) + "---\n" + service("across", "azure", IN_AZURE));
        TestFabric.awaitServing(AWS, "here", "aws");
        TestFabric.awaitServing(AWS, "across", "azure");
        atItsMemberPort.close();
        try (Steady here = Steady.warmGets(AWS.http(), "here.example", 1);
                Steady across = Steady.warmGets(AWS.http(), "across.example", 1)) {
            FABRIC.awaitTogether(GCP);
            for (int time = 0; time < 2; time++) {
                GCP.kill();
                here.awaitAnswered(10);
                GCP.start();
                GCP.awaitReady();
                try (Steady joining = Steady.gets(GCP.http(), "across.example", 1)) {
                    FABRIC.awaitTogether(GCP);
                    joining.awaitAnswered(10);
                    assertThat(joining.failures()).as("at the node that joins").isEmpty();
                }
            }
            here.awaitAnswered(10);
            across.awaitAnswered(10);
            assertThat(here.failures()).isEmpty();
            assertThat(across.failures()).isEmpty();
        }
        OneBesideTheCluster.awaitCluster(GCP, "joined", List.of());
    }
}
