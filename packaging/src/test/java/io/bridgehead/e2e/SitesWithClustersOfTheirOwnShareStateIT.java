package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Race;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * With {@code cluster.scope: site} tunnels carry what sites tell each other: a change at either is active at both, and of two at once
 * one wins, because one node decides for both.
 */
final class SitesWithClustersOfTheirOwnShareStateIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final String SOURCE = "shared";

    @BeforeAll
    static void start() {
        FABRIC.nodes().forEach(node -> node.yaml().set("cluster", cluster(node)));
        FABRIC.nodes().forEach(TestNode::write);
        FABRIC.nodes().forEach(TestNode::start);
        FABRIC.nodes().forEach(TestNode::awaitReady);
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(node.name() + " knows both", () -> knowsBoth(node), () -> "" + node.ask("/v1/nodes"));
        }
    }

    private static String cluster(TestNode node) {
        return "{ scope: site, address: 127.0.0.1, port: %1$d, advertise: \"127.0.0.1:%1$d\" }"
                .formatted(node.ports().cluster());
    }

    private static boolean knowsBoth(TestNode node) {
        JsonObject known = node.ask("/v1/nodes");
        return known != null && known.getJsonArray("nodes").size() == 2;
    }

    private static String service(String name) {
        return Documents.http(name, name + ".example", Map.of("aws", List.of("127.0.0.1:9")));
    }

    @Test
    void aChangeAtEitherSiteIsActiveAtBoth() {
        for (TestNode at : FABRIC.nodes()) {
            String out = FABRIC.applied(at, service("from-" + at.name()), "--source", SOURCE, "--wait", "20000");
            assertThat(out).as("at " + at.name()).contains("is active on 2 of 2 nodes");
        }
        for (TestNode node : FABRIC.nodes()) {
            assertThat(node.get("/v1/status").getJsonObject("cluster").getInteger("members"))
                    .isEqualTo(1);
        }
    }

    @Test
    void ofTwoChangesAtOnceOneWinsAndNothingIsLost() {
        for (int round = 0; round < 2; round++) {
            String change = "at-once-" + round;
            Race.run(FABRIC, node -> service(change + "-" + node));
        }
    }
}
