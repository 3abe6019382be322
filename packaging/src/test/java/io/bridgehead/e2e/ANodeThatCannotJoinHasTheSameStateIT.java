package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.admin.AdminClient;
import io.bridgehead.admin.NodeUnreachableException;
import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.sync.Changesets;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.TlsObserver;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SignatureException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
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

    private static final int TRIES = 3;

    private static ServerSocket atItsMemberPort;

    @BeforeAll
    static void start() throws IOException {
        atItsMemberPort = FABRIC.closing(new ServerSocket(GCP.ports().cluster(), 1, InetAddress.getLoopbackAddress()));
        FABRIC.nodes().forEach(TestNode::write);
        FABRIC.nodes().forEach(TestNode::start);
        FABRIC.nodes().forEach(TestNode::awaitReady);
        awaitCluster(AWS, "joined", "gcp-a");
        awaitCluster(AZURE, "joined", "gcp-a");
        awaitCluster(GCP, "failed", "aws-a", "azure-a");
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(node.name() + " knows all", () -> knowsAll(node), () -> "" + node.ask("/v1/nodes"));
        }
    }

    private static void awaitCluster(TestNode node, String phase, String... beyond) {
        Patience.until(
                node.name() + " is " + phase,
                () -> {
                    JsonObject status = node.ask("/v1/status");
                    return status != null
                            && status.getJsonObject("cluster")
                                    .getString("phase")
                                    .equals(phase)
                            && status.getJsonObject("cluster")
                                    .getJsonArray("beyond")
                                    .equals(new JsonArray(List.of(beyond)));
                },
                () -> "" + node.ask("/v1/status"));
    }

    private static boolean knowsAll(TestNode node) {
        JsonObject known = node.ask("/v1/nodes");
        return known != null && known.getJsonArray("nodes").size() == 3;
    }

    private static String service(String name, String site, TestEndpoint endpoint) {
        return Documents.http(name, name + ".example", Map.of(site, List.of(endpoint.address())));
    }

    /** The first changeset of a source, which bears one service. */
    private static byte[] changeset(String source, String name) {
        MaterialFiles.Paths ada = FABRIC.operator();
        Changesets.Base nothing = new Changesets.Base(null, 0, new TreeMap<>(), Changesets.Ancestors.NONE, 0);
        try {
            RecordSigner signer = new RecordSigner(
                    new MaterialFiles(ada, ExpectedPeer.anyone(), Clock.systemUTC(), TlsObserver.silent()).load());
            return Changesets.sign(
                    nothing,
                    new Changesets.Cause(source, "ada", "", Clock.systemUTC().instant(), List.of()),
                    Map.of("Service/" + name, service(name, "aws", IN_AWS)),
                    new TreeSet<>(),
                    signer);
        } catch (MaterialException | SignatureException e) {
            throw new AssertionError(e);
        }
    }

    private static AdminClient.Answer commit(TestNode at, byte[] changeset, long waitMillis) {
        try {
            return new AdminClient(at.socket())
                    .post("/v1/changesets", Map.of("x-bridgehead-wait", Long.toString(waitMillis)), changeset);
        } catch (NodeUnreachableException e) {
            throw new AssertionError(e);
        }
    }

    /** One of a few tries is as quick as promised: a busy machine may be slow. */
    private static void isPushed(String what, Runnable beforeAnother, LongSupplier millis) {
        long best = millis.getAsLong();
        for (int i = 1; i < TRIES && best > PUSHED_MILLIS; i++) {
            beforeAnother.run();
            best = Math.min(best, millis.getAsLong());
        }
        assertThat(best).as("milliseconds until " + what).isLessThanOrEqualTo(Patience.promisedMillis(PUSHED_MILLIS));
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
            isPushed("all serve what " + at.name() + " was told", () -> {}, () -> {
                String source = "source-" + number[0]++;
                long began = System.nanoTime();
                AdminClient.Answer answer = commit(at, changeset(source, source), 30_000);
                long millis = millisSince(began);
                assertThat(answer.body()).contains("\"nodes\":3,\"activeOn\":3");
                return millis;
            });
        }
        commit(AWS, changeset("raced", "first"), 0);
        AdminClient.Answer second = commit(GCP, changeset("raced", "second"), 0);
        assertThat(second.status()).as(second.body()).isEqualTo(409);
        assertThat(second.body()).contains("another change of source 'raced' came first: its head is 1-");
        assertThat(commit(AWS, changeset("raced", "third"), 0).body())
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
            isPushed("an order at " + at.name() + " is in force at " + other.name(), () -> {}, () -> {
                String site = "never-" + number[0]++;
                order(at, "quarantine", "site", site, "--reason", "a test");
                long given = System.nanoTime();
                Patience.until(
                        "the order is in force at " + other.name(),
                        () -> String.valueOf(other.ask("/v1/orders")).contains(site));
                return millisSince(given);
            });
        }
    }

    private static void order(TestNode at, String... words) {
        List<String> arguments = new java.util.ArrayList<>(List.of(words));
        arguments.addAll(List.of(
                "--socket",
                at.socket().toString(),
                "--certificate",
                FABRIC.operator().certificate().toString(),
                "--key",
                FABRIC.operator().key().toString()));
        Cli.run(arguments.toArray(String[]::new)).good();
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
        isPushed(
                "the lone node leaves a site of members",
                IN_AWS::startAgain,
                () -> leaving(IN_AWS, "aws", AWS, GCP, "gcp"));
        isPushed(
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
        awaitCluster(GCP, "joined");
    }
}
