package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One order removes a site under traffic: no request fails elsewhere, its connections end, it cannot lift it, and it can come back. */
@Tag("timed")
@Tag("long")
final class AQuarantinedSiteIsGoneEverywhereIT {
    private static final long GONE_MILLIS = 5_000;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a", "gcp-a");

    private static final TestEndpoint AZURE = FABRIC.endpoint("azure-1");
    private static final TestEndpoint GCP = FABRIC.endpoint("gcp-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
        Map<String, List<String>> sites = new LinkedHashMap<>();
        sites.put("azure", List.of(AZURE.address()));
        sites.put("gcp", List.of(GCP.address()));
        FABRIC.applied(
                FABRIC.node("aws-a"),
                Documents.http("shop", "shop.example", sites, "failover: { order: [ gcp, azure ], holdDown: 0s }"));
        TestFabric.awaitServing(FABRIC.node("aws-a"), "shop", "gcp");
    }

    private static boolean seesTunnel(TestNode node, String site) {
        JsonObject answer = node.ask("/v1/tunnels");
        return answer == null
                || answer.getJsonArray("tunnels").stream()
                        .map(JsonObject.class::cast)
                        .anyMatch(tunnel -> tunnel.getString("site").equals(site)
                                && (tunnel.getString("state").equals("up")
                                        || tunnel.getInteger("connectionsAccepted") > 0));
    }

    private static int members(TestNode node) {
        JsonObject status = node.ask("/v1/status");
        return status == null ? -1 : status.getJsonObject("cluster").getInteger("members");
    }

    private static boolean reportsOf(TestNode node, String other) {
        JsonObject answer = node.ask("/v1/nodes");
        return answer == null
                || answer.getJsonArray("nodes").stream()
                        .map(JsonObject.class::cast)
                        .anyMatch(row -> row.getString("node").equals(other));
    }

    @Test
    void aSiteIsRemovedUnderTrafficAndComesBack() {
        TestNode aws = FABRIC.node("aws-a");
        TestNode gcp = FABRIC.node("gcp-a");
        List<TestNode> others = List.of(aws, FABRIC.node("azure-a"));
        try (Steady gets = Steady.warmGets(aws.http(), "shop.example", 4);
                Steady posts = Steady.posts(aws.http(), "shop.example", 1)) {
            gets.awaitServedBy("gcp-1");
            FABRIC.order(FABRIC.node("azure-a"), "quarantine", "site", "gcp", "--reason", "keys were stolen")
                    .good();
            long given = System.nanoTime();
            for (TestNode node : others) {
                Patience.until(
                        node.name() + " has no connection to gcp",
                        () -> !seesTunnel(node, "gcp"),
                        () -> String.valueOf(node.ask("/v1/tunnels")));
            }
            assertThat((System.nanoTime() - given) / 1_000_000)
                    .as("milliseconds until connections had ended")
                    .isLessThanOrEqualTo(Patience.promisedMillis(GONE_MILLIS));
            TestFabric.awaitServing(aws, "shop", "azure");
            gets.awaitServedBy("azure-1");
            posts.awaitAnswered(5);
            assertThat(gets.failures()).isEmpty();
            assertThat(posts.failures()).isEmpty();
        }
        for (TestNode node : others) {
            Patience.until(node.name() + " sees two members", () -> members(node) == 2, () -> "" + members(node));
            Patience.until(node.name() + " has no reports of gcp-a", () -> !reportsOf(node, "gcp-a"));
            assertThat(Cli.run("status", "--socket", node.socket().toString()).out())
                    .contains("order      quarantine site gcp by ", "keys were stolen");
        }
        Patience.until("gcp knows", () -> {
            JsonObject status = gcp.ask("/v1/status");
            return status != null && status.getJsonArray("problems").encode().contains("the node is quarantined");
        });

        // Its own machine lifts it: nobody hears that.
        int requests = GCP.requests().size();
        FABRIC.order(gcp, "quarantine", "site", "gcp", "--lift", "--reason", "we are fine")
                .good();
        gcp.awaitLog("order over: quarantine site gcp");
        aws.awaitLog("quarantined");
        assertThat(seesTunnel(aws, "gcp")).isFalse();
        assertThat(GCP.requests()).hasSize(requests);

        // Killed and started, the others still keep it out.
        others.forEach(TestNode::kill);
        others.forEach(TestNode::start);
        others.forEach(TestNode::awaitReady);
        TestFabric.awaitServing(aws, "shop", "azure");
        assertThat(seesTunnel(aws, "gcp")).isFalse();

        FABRIC.order(aws, "quarantine", "site", "gcp", "--lift", "--reason", "installed anew")
                .good();
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
        TestFabric.awaitServing(aws, "shop", "gcp");
    }
}
