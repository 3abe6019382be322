package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two sources that claim one name while their nodes do not see each other: the first keeps it everywhere, and the others go on. */
@Tag("long")
final class TwoSidesThatClaimOneNameAgreeIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint FIRST = FABRIC.endpoint("first");
    private static final TestEndpoint SECOND = FABRIC.endpoint("second");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    private static String service(String name, TestEndpoint endpoint) {
        return Documents.http(name, name + ".example", Map.of("aws", List.of(endpoint.address())));
    }

    private static String problems(TestNode node) {
        return node.get("/v1/status").getJsonArray("problems").encode();
    }

    @Test
    void theFirstKeepsItAndOthersGoOn() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        TestNode azure = FABRIC.node("azure-a");
        azure.kill();
        FABRIC.applied(aws, service("claimed", FIRST), "--source", "z-first");
        aws.kill();
        azure.start();
        azure.awaitReady();
        FABRIC.applied(azure, service("claimed", SECOND), "--source", "a-second");
        aws.start();
        aws.awaitReady();
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(
                    node.name() + " serves the first alone",
                    () -> node.revision().startsWith("1-") && problems(node).contains("source 'a-second': revision 1-"),
                    () -> node.revision() + " " + problems(node));
        }
        TestFabric.awaitServing(aws, "claimed", "aws");
        assertThat(RawClient.get(aws.http(), "claimed.example", "/").text()).isEqualTo("first");

        FABRIC.applied(azure, service("third", FIRST), "--source", "third");
        assertThat(FABRIC.apply(aws, service("more", FIRST), "--source", "z-first")
                        .exit())
                .isEqualTo(4);
        FABRIC.applied(azure, service("own", SECOND), "--source", "a-second", "--prune");
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(node.name() + " has no problem", () -> problems(node).equals("[]"), () -> problems(node));
        }
        FABRIC.applied(aws, service("more", FIRST), "--source", "z-first");
    }
}
