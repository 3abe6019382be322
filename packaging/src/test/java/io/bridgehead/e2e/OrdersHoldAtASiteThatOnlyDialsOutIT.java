package io.bridgehead.e2e;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Operator;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.SiteThatOnlyDialsOut;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an operator orders at a site that nobody can dial, or at the one that it dials, holds at both at once. */
@Tag("timed")
final class OrdersHoldAtASiteThatOnlyDialsOutIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint AWS = FABRIC.endpoint("aws-1");
    private static final TestEndpoint AZURE = FABRIC.endpoint("azure-1");

    private static final Operator OPERATOR = new Operator(FABRIC);
    private static final long EFFECTIVE_MILLIS = 2_000;
    /** What docs/state.md promises after a heal. */
    private static final Duration AFTER_HEAL = Duration.ofSeconds(10);

    @BeforeAll
    static void start() {
        SiteThatOnlyDialsOut.start(FABRIC);
    }

    /** The time is that from before the command begins until the other site does what was ordered. */
    @Test
    void anOrderAtEitherSiteHoldsAtTheOtherWithinTwoSeconds() {
        TestNode aws = FABRIC.node("aws-a");
        TestNode azure = FABRIC.node("azure-a");
        Map<String, List<String>> sites = new LinkedHashMap<>();
        sites.put("aws", List.of(AWS.address()));
        sites.put("azure", List.of(AZURE.address()));
        FABRIC.applied(
                azure,
                Documents.http(
                        "ordered", "ordered.example", sites, "failover: { order: [ aws, azure ], holdDown: 0s }"),
                "--source",
                "ordered");
        drains(azure, aws);
        drains(aws, azure);
        freezes(azure, aws);
        freezes(aws, azure);
    }

    /** The node that it dials cannot ask it what it missed. */
    @Test
    void whatWasOrderedWhileTheOtherSiteWasDownHoldsThereWhenItIsBack() {
        TestNode aws = FABRIC.node("aws-a");
        TestNode azure = FABRIC.node("azure-a");
        OPERATOR.order(aws, "quarantine", "site", "never-1", "--reason", "a test");
        Patience.until("the other site hears it", () -> orders(azure).contains("never-1"));
        azure.kill();
        OPERATOR.order(aws, "quarantine", "site", "never-0", "--reason", "a test");
        OPERATOR.order(aws, "quarantine", "site", "never-1", "--lift", "--reason", "it is over");
        azure.start();
        azure.awaitReady();
        Patience.until("the tunnel is there again", () -> isUp(azure), () -> String.valueOf(azure.ask("/v1/tunnels")));
        Patience.until(
                AFTER_HEAL,
                "the other site hears what it missed, and the end of what it knew",
                () -> orders(azure).contains("never-0") && !orders(azure).contains("never-1"),
                () -> orders(azure) + azure.ask("/v1/status"));
    }

    private static boolean isUp(TestNode node) {
        return node.get("/v1/tunnels").getJsonArray("tunnels").encode().contains("\"state\":\"up\"");
    }

    /** Those in force. */
    private static String orders(TestNode node) {
        return node.get("/v1/orders").getJsonArray("orders").encode();
    }

    private static void drains(TestNode at, TestNode other) {
        Runnable undrained = () -> {
            TestFabric.awaitServing(other, "ordered", "aws");
            TestFabric.awaitServing(at, "ordered", "aws");
        };
        undrained.run();
        Operator.within(
                EFFECTIVE_MILLIS, "a drain given at " + at.name() + " holds at " + other.name(), undrained, () -> {
                    long began = System.nanoTime();
                    OPERATOR.order(at, "drain", "service", "ordered", "aws", "--reason", "power works");
                    TestFabric.awaitServing(other, "ordered", "azure");
                    long millis = (System.nanoTime() - began) / 1_000_000;
                    OPERATOR.order(other, "undrain", "service", "ordered", "aws", "--reason", "done");
                    return millis;
                });
        undrained.run();
    }

    private static void freezes(TestNode at, TestNode other) {
        Runnable thawed = () -> Patience.until("it is thawed", () -> !isFrozen(at) && !isFrozen(other));
        Operator.within(
                EFFECTIVE_MILLIS, "a freeze given at " + at.name() + " holds at " + other.name(), thawed, () -> {
                    long began = System.nanoTime();
                    OPERATOR.order(at, "freeze", "ordered", "--reason", "data is moved");
                    Patience.until(
                            "frozen at " + other.name(), () -> isFrozen(other), () -> "" + other.ask("/v1/services"));
                    long millis = (System.nanoTime() - began) / 1_000_000;
                    OPERATOR.order(other, "thaw", "ordered", "--reason", "data is there");
                    return millis;
                });
        thawed.run();
    }

    private static boolean isFrozen(TestNode node) {
        return String.valueOf(node.ask("/v1/services")).contains("frozen by an operator");
    }
}
