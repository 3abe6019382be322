package io.bridgehead.e2e;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Race;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * With {@code cluster.scope: site} tunnels carry what sites of two nodes tell each other: a change at any node is active at all, of several at once
 * one wins, because one cluster decides for all, and without that one the other goes on.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SitesWithClustersOfTheirOwnShareStateIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "aws-b", "azure-a", "azure-b");

    private static final String SOURCE = "shared";

    @BeforeAll
    static void start() {
        FABRIC.nodes().forEach(node -> node.yaml().set("cluster", cluster(node)));
        FABRIC.nodes().forEach(TestNode::write);
        FABRIC.nodes().forEach(TestNode::start);
        FABRIC.nodes().forEach(TestNode::awaitReady);
        FABRIC.awaitKnown();
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(node.name() + " is in its cluster", () -> members(node) == 2, node::log);
        }
    }

    private static int members(TestNode node) {
        return node.get("/v1/status").getJsonObject("cluster").getInteger("members");
    }

    private static String cluster(TestNode node) {
        String members = FABRIC.nodes().stream()
                .filter(other -> other != node && other.site().equals(node.site()))
                .map(other -> "\"127.0.0.1:" + other.ports().cluster() + "\"")
                .collect(joining(", "));
        return "{ scope: site, address: 127.0.0.1, port: %1$d, advertise: \"127.0.0.1:%1$d\", members: [ %2$s ] }"
                .formatted(node.ports().cluster(), members);
    }

    private static String service(String name) {
        return Documents.http(name, name + ".example", Map.of("aws", List.of("127.0.0.1:9")));
    }

    @Test
    @Order(1)
    void aChangeAtAnyNodeIsActiveAtAll() {
        for (TestNode at : FABRIC.nodes()) {
            String out = FABRIC.applied(at, service("from-" + at.name()), "--source", SOURCE, "--wait", "20000");
            assertThat(out).as("at " + at.name()).contains("is active on 4 of 4 nodes");
        }
    }

    @Test
    @Order(2)
    void ofSeveralChangesAtOnceOneWinsAndNothingIsLost() {
        for (int round = 0; round < 4; round++) {
            String change = "at-once-" + round;
            Race.run(FABRIC, node -> service(change + "-" + node));
        }
    }

    @Test
    @Order(3)
    void ordersGivenAtOneSiteHoldAtTheOther() {
        FABRIC.order(FABRIC.node("azure-b"), "freeze", "--reason", "look").good();
        for (TestNode node : FABRIC.nodes()) {
            node.awaitStatus("orders", "freeze");
        }
        FABRIC.order(FABRIC.node("aws-b"), "thaw", "--reason", "seen").good();
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(
                    "thawed at " + node.name(),
                    () -> node.get("/v1/status").getJsonArray("orders").isEmpty(),
                    node::log);
        }
    }

    @Test
    @Order(4)
    void withoutTheSiteThatDecidesTheOtherGoesOnAndNothingIsInConflictWhenItIsBack() {
        List<TestNode> first = List.of(FABRIC.node("aws-a"), FABRIC.node("aws-b"));
        first.forEach(TestNode::kill);
        FABRIC.applied(FABRIC.node("azure-a"), service("without-aws"), "--source", SOURCE);
        FABRIC.applied(FABRIC.node("azure-b"), service("still-without"), "--source", SOURCE);
        String revision = FABRIC.node("azure-b").revision();
        first.forEach(TestNode::start);
        first.forEach(TestNode::awaitReady);
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(node.name() + " serves it", () -> node.revision().equals(revision), node::revision);
            assertThat(node.get("/v1/conflicts").getJsonArray("conflicts")).isEmpty();
        }
        for (TestNode at : FABRIC.nodes()) {
            FABRIC.applied(at, service("after-" + at.name()), "--source", SOURCE, "--wait", "20000");
        }
    }
}
