package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A node that is started while it hears nobody, and whose file names nobody, knows from its disk whom it misses and where to dial: {@code status} names them and is not well, {@code quarantine} says
 * that they are gone for good, and when they are back all is well.
 */
@Tag("long")
final class ANodeStartedWhileItIsCutOffSaysSoIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    private static Cli.Result status(TestNode node) {
        return Cli.run("status", "--socket", node.socket().toString());
    }

    private static void awaitStatus(TestNode node, int exit, String... words) {
        Patience.until(
                "status of " + node.name() + " ends with " + exit,
                () -> {
                    Cli.Result result = status(node);
                    return result.exit() == exit && Stream.of(words).allMatch(result.out()::contains);
                },
                () -> status(node).out());
    }

    @Test
    void whomItMissesItKnowsFromItsDisk() {
        TestNode alone = FABRIC.node("aws-a");
        TestNode other = FABRIC.node("azure-a");
        Path known = alone.folder().resolve("state").resolve("nodes.json");
        Patience.until("it is on disk", () -> Files.exists(known), alone::log);
        FABRIC.nodes().forEach(TestNode::kill);
        alone.know(List.of());
        alone.write();
        alone.start();
        alone.awaitReady();
        assertThat(status(alone).out())
                .contains("peer       azure-a in site azure")
                .doesNotContain("may be split");
        awaitStatus(
                alone,
                1,
                "problem    the fabric may be split: nothing was heard for more than 35 s from any node of azure",
                "unreached  127.0.0.1:" + other.ports().tunnel() + ", no node was seen at it since the start: ");

        order("quarantine", "site", "azure", "--reason", "given up");
        awaitStatus(alone, 0);
        Patience.until(
                "it is not dialed any more",
                () -> !status(alone).out().contains("unreached"),
                () -> status(alone).out());
        order("quarantine", "site", "azure", "--lift", "--reason", "it is back after all");
        other.start();
        other.awaitReady();
        FABRIC.awaitTogether(other);
        awaitStatus(alone, 0, "peer       azure-a in site azure");
        assertThat(status(alone).out()).doesNotContain("unreached");
    }

    private static void order(String... words) {
        FABRIC.order(FABRIC.node("aws-a"), words).good();
    }
}
