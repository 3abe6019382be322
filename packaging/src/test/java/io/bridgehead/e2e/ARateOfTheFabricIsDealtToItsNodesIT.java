package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three nodes of two sites let through what the fabric may have: who is busy gets what others leave, and a node that is silent loses nothing. */
@Tag("long")
final class ARateOfTheFabricIsDealtToItsNodesIT {
    private static final int RATE = 40;
    private static final int BURST = 20;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "aws-b", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");

    private static JsonObject limit(TestNode node) {
        return node.get("/v1/limits").getJsonArray("limits").getJsonObject(0);
    }

    private static int share(TestNode node) {
        String text = limit(node).getString("share");
        return Integer.parseInt(text.substring(0, text.length() - 1));
    }

    private static void awaitShare(TestNode node, String what, IntPredicate share) {
        Patience.until(
                node.name() + " has " + what,
                () -> share.test(share(node)),
                () -> FABRIC.nodes().stream()
                        .filter(TestNode::runs)
                        .map(one -> one.name() + " " + limit(one))
                        .toList()
                        .toString());
    }

    private static long passed(List<TestNode> nodes) {
        return nodes.stream().mapToLong(node -> limit(node).getLong("passed")).sum();
    }

    /** All nodes together let no more through than one bucket would. */
    private static void holds(List<TestNode> nodes, Duration time) {
        long start = System.nanoTime();
        long before = passed(nodes);
        Patience.during(time, () -> true, "time passes");
        long passed = passed(nodes) - before;
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat((double) passed)
                .as("passed in " + seconds + " s")
                .isLessThanOrEqualTo(RATE * seconds + BURST + nodes.size())
                .isGreaterThanOrEqualTo(RATE * time.toSeconds() * 0.6);
    }

    @Test
    void whoIsBusyGetsWhatOthersLeaveAndASplitGivesNobodyMore() {
        FABRIC.start();
        TestNode aws = FABRIC.node("aws-a");
        TestNode awsToo = FABRIC.node("aws-b");
        TestNode azure = FABRIC.node("azure-a");
        FABRIC.applied(
                aws,
                Documents.http(
                        "shop",
                        "shop.example",
                        Map.of("azure", List.of(ENDPOINT.address())),
                        "rateLimits: [ { name: all, requests: " + RATE + ", burst: " + BURST + ", scope: fabric } ]"));
        TestFabric.awaitServing(aws, "shop", "azure");
        awaitShare(azure, "the part of its site", share -> share == 50);
        awaitShare(aws, "half of the part of its site", share -> share == 25);

        try (Steady _ = Steady.warmGets(aws.http(), "shop.example", 4)) {
            awaitShare(aws, "nearly all", share -> share >= 75);
            awaitShare(azure, "little more than its floor", share -> share <= 20);
            holds(List.of(aws, awsToo, azure), Duration.ofSeconds(5));
            try (Steady _ = Steady.warmGets(azure.http(), "shop.example", 4)) {
                awaitShare(azure, "its part again", share -> share >= 45);
                awaitShare(aws, "the rest", share -> share <= 50);
                holds(List.of(aws, awsToo, azure), Duration.ofSeconds(5));
            }
            awaitShare(aws, "nearly all again", share -> share >= 75);
            azure.signal("STOP");
            awaitShare(aws, "no more than its site's part", share -> share <= 50);
            Patience.during(Duration.ofSeconds(4), () -> share(aws) <= 50, "the silent site keeps its part");
            azure.signal("CONT");
            awaitShare(aws, "nearly all as the other is heard again", share -> share >= 75);
        }
        awaitShare(aws, "an equal part when it is quiet", share -> share == 25);
    }
}
