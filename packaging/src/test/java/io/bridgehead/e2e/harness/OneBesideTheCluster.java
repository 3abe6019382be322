package io.bridgehead.e2e.harness;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Nodes of which all but one are in one cluster. That one is beside it, and tunnels are all that joins it to the others. */
public final class OneBesideTheCluster {
    private OneBesideTheCluster() {}

    /**
     * Starts all nodes, and waits until both sides say who is on the other and every node knows all.
     *
     * @param phase what the cluster of the one beside is
     */
    public static void start(TestFabric fabric, TestNode beside, String phase) {
        fabric.nodes().forEach(TestNode::write);
        fabric.nodes().forEach(TestNode::start);
        fabric.nodes().forEach(TestNode::awaitReady);
        List<TestNode> members =
                fabric.nodes().stream().filter(node -> node != beside).toList();
        members.forEach(member -> awaitCluster(member, "joined", List.of(beside)));
        awaitCluster(beside, phase, members);
        fabric.awaitKnown();
    }

    /** Waits until a node's cluster is in a phase, and who is beyond it are these. */
    public static void awaitCluster(TestNode node, String phase, List<TestNode> beyond) {
        JsonArray names = new JsonArray(beyond.stream().map(TestNode::name).toList());
        Patience.until(
                node.name() + " is " + phase,
                () -> {
                    JsonObject status = node.ask("/v1/status");
                    JsonObject cluster = status == null ? new JsonObject() : status.getJsonObject("cluster");
                    return phase.equals(cluster.getString("phase")) && names.equals(cluster.getJsonArray("beyond"));
                },
                () -> "" + node.ask("/v1/status"));
    }
}
