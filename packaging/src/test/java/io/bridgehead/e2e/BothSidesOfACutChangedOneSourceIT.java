package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.harness.WatchingCommand;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonArray;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** When both sides of a cut change one source the newer change wins everywhere, and the other is shown until somebody answers it. */
@Tag("long")
final class BothSidesOfACutChangedOneSourceIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    private static String service(String host) {
        return Documents.http("shop", host + ".example", Map.of("aws", List.of(ENDPOINT.address())));
    }

    private static Cli.Result conflicts(TestNode node, String... options) {
        return Cli.run(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "conflicts", "--socket", node.socket().toString()),
                        java.util.stream.Stream.of(options))
                .toArray(String[]::new));
    }

    private static JsonArray lost(TestNode node) {
        return node.get("/v1/conflicts").getJsonArray("conflicts");
    }

    @Test
    void theNewerWinsAndTheOtherIsShownUntilItIsAnswered(@TempDir Path folder) {
        TestNode aws = FABRIC.node("aws-a");
        TestNode azure = FABRIC.node("azure-a");
        FABRIC.applied(aws, service("before"));
        assertThat(conflicts(aws).good().out()).isEqualTo("no conflicts\n");
        azure.kill();
        FABRIC.applied(aws, service("older"), "-m", "in the west");
        String older = aws.revision();
        aws.kill();
        azure.start();
        azure.awaitReady();
        FABRIC.applied(azure, service("newer"), "-m", "in the north");
        String newer = azure.revision();
        try (WatchingCommand watch = WatchingCommand.start(
                folder.resolve("seen"),
                "conflicts",
                "--watch",
                "--socket",
                azure.socket().toString())) {
            watch.await("the first look", said -> said.contains("no conflicts"));
            assertThat(watch.text()).startsWith("-- ");
            aws.start();
            aws.awaitReady();
            isShown(aws, azure, older, newer);
            watch.await("the conflict is shown", said -> said.contains("in the west"));
            assertThat(watch.text()).contains(older, newer);
            isAnswered(aws, azure, older);
            watch.await("that it is answered", _ -> watch.times("no conflicts") == 2);
            assertThat(watch.process().isAlive()).isTrue();
        }
    }

    private static void isShown(TestNode aws, TestNode azure, String older, String newer) {
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(
                    node.name() + " serves the newer and shows the older",
                    () -> node.revision().equals(newer) && lost(node).size() == 1,
                    () -> node.revision() + " " + lost(node));
            Cli.Result shown = conflicts(node);
            assertThat(shown.exit()).isEqualTo(1);
            assertThat(shown.out()).contains(older, newer, "in the west", "/operator/ada");
            String other = node.equals(aws) ? "azure-a in site azure" : "aws-a in site aws";
            assertThat(Cli.run("status", "--socket", node.socket().toString()).out())
                    .contains("conflict   source default: " + older + " lost", "peer       " + other + ", version ");
        }
        assertThat(Cli.run("diff", older, newer, "--socket", azure.socket().toString())
                        .good()
                        .out())
                .contains("[older.example] -> [newer.example]");
    }

    private static void isAnswered(TestNode aws, TestNode azure, String older) {
        FABRIC.applied(azure, service("unaware"));
        assertThat(lost(azure)).as("a change that does not say so is no answer").hasSize(1);
        String settled = FABRIC.applied(azure, service("both"), "--settle", "-m", "merged");
        assertThat(settled).contains("settles the conflict with " + older);
        for (TestNode node : FABRIC.nodes()) {
            Patience.until(node.name() + " has no conflict", () -> lost(node).isEmpty(), () -> "" + lost(node));
        }
        assertThat(conflicts(aws, "-o", "json").good().json().getJsonArray("conflicts"))
                .isEmpty();
    }
}
