package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code apply} at one node changes every node, all or nothing, and only for operators. */
final class ADocumentAppliedOnAnyNodeIsActiveOnAllIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "aws-b", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    private static TestNode node(String name) {
        return FABRIC.node(name);
    }

    private static String service(String name) {
        return Documents.http(name, name + ".example", Map.of("azure", List.of(ENDPOINT.address())));
    }

    private static int status(TestNode at, String service) throws IOException {
        return RawClient.get(at.http(), service + ".example", "/").status();
    }

    @Test
    void itIsServedEverywhereAfterApplySaysSo() throws IOException {
        Cli.Result result = FABRIC.apply(node("azure-a"), service("everywhere"), "--source", "one");
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.out()).contains("+ Service/everywhere", "is active on 3 of 3 nodes");
        String revision = node("azure-a").revision();
        for (TestNode node : FABRIC.nodes()) {
            assertThat(node.revision()).isEqualTo(revision);
            TestFabric.awaitServing(node, "everywhere", "azure");
            assertThat(RawClient.get(node.http(), "everywhere.example", "/").text())
                    .as(node.name())
                    .isEqualTo("azure-1");
        }
    }

    @Test
    void aDryRunShowsThePlanAndChangesNothing() throws IOException {
        String before = node("aws-a").revision();
        Cli.Result result = FABRIC.apply(node("aws-a"), service("dry"), "--source", "dry", "--dry-run");
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.out()).contains("+ Service/dry");
        assertThat(node("aws-a").revision()).isEqualTo(before);
        assertThat(status(node("aws-a"), "dry")).isEqualTo(404);
    }

    @Test
    void pruneRemovesWhatIsNotGivenAnyMore() throws IOException {
        FABRIC.applied(node("aws-a"), service("stays") + "---\n" + service("goes"), "--source", "prune");
        TestFabric.awaitServing(node("aws-b"), "goes", "azure");
        assertThat(status(node("aws-b"), "goes")).isEqualTo(200);
        String out = FABRIC.applied(node("azure-a"), service("stays"), "--source", "prune", "--prune");
        assertThat(out).contains("- Service/goes").doesNotContain("Service/stays");
        Patience.until(
                "goes is gone at aws-b",
                () -> !String.valueOf(node("aws-b").get("/v1/services")).contains("goes.example"));
        assertThat(status(node("aws-b"), "goes")).isEqualTo(404);
        assertThat(status(node("aws-b"), "stays")).isEqualTo(200);
    }

    @Test
    void whoeverIsNoOperatorIsRefused() {
        String before = node("aws-a").revision();
        Cli.Result result = FABRIC.apply(
                node("aws-a"), FABRIC.pki().workload("/team/shop", "shop"), service("intruder"), "--source", "x");
        assertThat(result.exit()).as(result.toString()).isEqualTo(4);
        assertThat(result.err()).contains("refused", "spiffe://e2e.example/team/shop", "trust.publishers");
        assertThat(node("aws-a").revision()).isEqualTo(before);
    }

    @Test
    void oneBadDocumentAmongGoodOnesChangesNothing() throws IOException {
        String before = node("aws-a").revision();
        String bad = service("bad").replace("hostnames", "hostname");
        Cli.Result result = FABRIC.apply(node("aws-a"), service("good") + "---\n" + bad, "--source", "mixed");
        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
        assertThat(result.err()).containsPattern("\\.yaml:\\d+:\\d+: spec: found unknown key 'hostname'");
        assertThat(result.err()).contains("did you mean 'hostnames'?");
        assertThat(node("aws-a").revision()).isEqualTo(before);
        assertThat(status(node("aws-a"), "good")).isEqualTo(404);
    }

    @Test
    void aHostThatAnotherSourceHasIsRefusedByTheNode() {
        FABRIC.applied(node("aws-a"), service("taken"), "--source", "first");
        String before = node("aws-a").revision();
        String second = service("second").replace("second.example", "taken.example");
        Cli.Result result = FABRIC.apply(node("aws-a"), second, "--source", "second");
        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
        assertThat(result.err()).contains("nothing was changed", "taken.example", "Service/taken");
        assertThat(node("aws-a").revision()).isEqualTo(before);
    }
}
