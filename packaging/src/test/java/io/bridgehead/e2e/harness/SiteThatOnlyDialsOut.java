package io.bridgehead.e2e.harness;

/** Two sites with clusters of their own, of which nobody can dial {@code aws}: its tunnel to {@code azure} is all that they have. */
public final class SiteThatOnlyDialsOut {
    private SiteThatOnlyDialsOut() {}

    /** Starts {@code aws-a} and {@code azure-a}, and waits until both know both. */
    public static void start(TestFabric fabric) {
        TestNode aws = fabric.node("aws-a");
        TestNode azure = fabric.node("azure-a");
        azure.yaml()
                .set(
                        "tunnel",
                        "{ address: 127.0.0.1, port: %1$d, advertise: \"127.0.0.1:%1$d\" }"
                                .formatted(azure.ports().tunnel()));
        aws.yaml()
                .set(
                        "tunnel",
                        "{ address: 127.0.0.1, port: %d, peers: [ \"127.0.0.1:%d\" ] }"
                                .formatted(aws.ports().tunnel(), azure.ports().tunnel()));
        for (TestNode node : fabric.nodes()) {
            node.yaml()
                    .set(
                            "cluster",
                            "{ scope: site, address: 127.0.0.1, port: %1$d }"
                                    .formatted(node.ports().cluster()));
            node.write();
            node.start();
        }
        fabric.nodes().forEach(TestNode::awaitReady);
        fabric.awaitKnown();
    }
}
