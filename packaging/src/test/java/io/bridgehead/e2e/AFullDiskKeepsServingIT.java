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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node whose disk takes nothing more serves what it has, says so, takes no new revision, and catches up when there is space. */
final class AFullDiskKeepsServingIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    private static String service(String name) {
        return Documents.http(name, name + ".example", Map.of("aws", java.util.List.of(ENDPOINT.address())));
    }

    @Test
    void itServesSaysSoAndCatchesUp() throws IOException {
        TestNode full = FABRIC.node("aws-a");
        FABRIC.applied(full, service("before"));
        TestFabric.awaitServing(full, "before", "aws");
        String revision = full.revision();
        full.limitFiles(stateBytes(full));
        try {
            Cli.Result refused = FABRIC.apply(full, service("refused"), "--source", "refused");
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(4);
            assertThat(refused.err()).contains("could not be made durable on this node", "free space");
            full.awaitStatus("healthy", "false");
            full.awaitStatus("problems", "cannot be written", "takes no new revision");
            assertThat(full.revision()).isEqualTo(revision);
            assertThat(RawClient.get(full.http(), "before.example", "/").text()).isEqualTo("aws-1");
        } finally {
            full.unlimitFiles();
        }
        FABRIC.applied(FABRIC.node("azure-a"), service("after"), "--source", "after");
        TestFabric.awaitServing(full, "after", "aws");
        Patience.until(
                "the problem is gone",
                () -> full.get("/v1/status").getJsonArray("problems").isEmpty(),
                () -> full.get("/v1/status").encode());
        assertThat(RawClient.get(full.http(), "after.example", "/").text()).isEqualTo("aws-1");
    }

    /** The length of its log of records. */
    private static long stateBytes(TestNode node) throws IOException {
        try (Stream<Path> files = Files.walk(node.folder())) {
            Path log = files.filter(file -> file.endsWith("log") && Files.isRegularFile(file))
                    .findFirst()
                    .orElseThrow();
            return Files.size(log);
        }
    }
}
