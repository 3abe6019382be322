package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From nothing to a served request by the commands of the README, and identities that are renewed meanwhile. */
@Tag("long")
final class AFabricOfFiveCommandsRenewsItselfIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of();

    private final TestNode aws = node("aws");
    private final TestNode azure = node("azure");
    private final Path operator = FABRIC.folder().resolve("ann");
    private final Map<String, String> ann = Map.of(
            "BRIDGEHEAD_SOCKET", aws.socket().toString(),
            "BRIDGEHEAD_OPERATOR_CERTIFICATE", operator.resolve("operator.crt").toString(),
            "BRIDGEHEAD_OPERATOR_KEY", operator.resolve("operator.key").toString());

    private static TestNode node(String site) {
        TestNode node = TestNode.in(FABRIC.folder(), site, site + "-a", "unused.example");
        FABRIC.closing((AutoCloseable) node::kill);
        return node;
    }

    private static List<String> places(TestNode node) {
        return List.of(
                "--site",
                node.site(),
                "--folder",
                node.folder().toString(),
                "--advertise",
                "127.0.0.1:" + node.ports().tunnel(),
                "--http-port",
                Integer.toString(node.http()),
                "--metrics-port",
                Integer.toString(node.ports().metrics()),
                "--cluster-port",
                Integer.toString(node.ports().cluster()),
                "--unsafe-endpoints");
    }

    private Cli.Result run(TestNode node, String command, String... more) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(places(node));
        words.addAll(List.of(more));
        return Cli.run(ann, words.toArray(String[]::new));
    }

    private static long generation(TestNode node) {
        JsonObject status = node.ask("/v1/status");
        return status == null ? 0 : status.getJsonObject("tls").getLong("generation");
    }

    @Test
    void fromNothingToRenewalUnderLoad() throws IOException {
        Cli.Result made = run(
                aws,
                "init",
                "--trust-domain",
                "corp.example",
                "--operator-folder",
                operator.toString(),
                "--lifetime",
                "60s");
        assertThat(made.good().out())
                .contains("spiffe://corp.example/site/aws/gateway/aws-a", "bridgehead run --config");
        aws.start();
        aws.awaitReady();

        Path token = FABRIC.folder().resolve("join.tok");
        Files.writeString(
                token,
                Cli.run(ann, "token", "create", "--site", "azure", "--ttl", "15m")
                        .good()
                        .out());
        run(azure, "join", "--token", token.toString()).good();
        azure.start();

        Cli.Result again =
                Cli.run("join", "--site", "azure", "--token", token.toString(), "--folder", FABRIC.folder() + "/again");
        assertThat(again.exit()).as(again.toString()).isEqualTo(4);
        assertThat(again.err()).contains("token-used", "bridgehead token create");
        assertThat(FABRIC.folder().resolve("again/node.pem")).doesNotExist();
        aws.awaitLog("join refused", "token-used");
        aws.awaitMeter(refusals -> refusals == 1, "bridgehead_identity_requests_total", "join", "token-used");

        azure.awaitReady();
        TestEndpoint endpoint = FABRIC.endpoint("aws-1");
        Path document = FABRIC.file(Documents.http("shop", "shop.example", Map.of("aws", List.of(endpoint.address()))));
        Cli.run(ann, "apply", "-f", document.toString(), "--wait", "20000").good();
        TestFabric.awaitServing(azure, "shop", "aws");
        assertThat(RawClient.get(azure.http(), "shop.example", "/").status()).isEqualTo(200);
        isRenewedUnderLoad();
        certificatesAreShown();
        theRootIsReplacedUnderLoad();
        aMachineJoinsAgain();
    }

    private void aMachineJoinsAgain() throws IOException {
        azure.kill();
        Path token = FABRIC.folder().resolve("again.tok");
        Files.writeString(
                token,
                Cli.run(ann, "token", "create", "--site", "azure", "--name", "azure-a", "--ttl", "15m")
                        .good()
                        .out());
        Path pair = azure.folder().resolve("node.pem");
        String before = Files.readString(pair);
        String config = Files.readString(azure.config());
        run(azure, "join", "--token", token.toString(), "--again").good();
        assertThat(Files.readString(pair)).isNotEqualTo(before);
        assertThat(Files.readString(azure.config())).isEqualTo(config);
        azure.start();
        azure.awaitReady();
        TestFabric.awaitServing(azure, "shop", "aws");
        assertThat(RawClient.get(azure.http(), "shop.example", "/").status()).isEqualTo(200);
    }

    private Cli.Result root(String step) {
        return Cli.run(
                "pki",
                "root",
                step,
                "--authority",
                aws.folder().resolve("authority").toString());
    }

    private static long roots(TestNode node) {
        JsonObject certificates = node.ask("/v1/certs");
        return certificates == null
                ? -1
                : certificates.getJsonArray("certificates").stream()
                        .filter(row -> ((JsonObject) row).getString("use").equals("bundle of corp.example"))
                        .count();
    }

    private void theRootIsReplacedUnderLoad() {
        try (Steady gets = Steady.warmGets(azure.http(), "shop.example", 2)) {
            root("add").good();
            Cli.Result early = root("use");
            if (early.exit() != 0) {
                assertThat(early.err()).contains("nodes that have not renewed", "spiffe://corp.example/site/");
                Patience.until("both nodes have renewed", () -> root("use").exit() == 0);
            }
            Patience.until("both nodes know both roots", () -> roots(aws) == 2 && roots(azure) == 2);
            Cli.run(
                            "pki",
                            "operator",
                            "--authority",
                            aws.folder().resolve("authority").toString(),
                            "--name",
                            "ann",
                            "--folder",
                            operator.toString(),
                            "--replace")
                    .good();
            Cli.Result soon = root("drop");
            assertThat(soon.exit()).as(soon.toString()).isEqualTo(4);
            assertThat(soon.err()).contains("are valid until");
            Patience.until(
                    "what the old root signed has ended", () -> root("drop").exit() == 0);
            Patience.until("both nodes know the new root alone", () -> roots(aws) == 1 && roots(azure) == 1);
            gets.awaitAnswered(100);
            assertThat(gets.failures()).isEmpty();
        }
    }

    private void isRenewedUnderLoad() {
        long first = generation(aws);
        long second = generation(azure);
        try (Steady gets = Steady.warmGets(azure.http(), "shop.example", 2)) {
            Patience.until(
                    "both nodes took another identity",
                    () -> generation(aws) > first && generation(azure) > second,
                    () -> aws.log() + azure.log());
            gets.awaitAnswered(100);
            assertThat(gets.failures()).isEmpty();
        }
        azure.awaitMeter(renewals -> renewals > 0, "bridgehead_identity_renewals_total", "renewed");
    }

    private void certificatesAreShown() {
        assertThat(Cli.run(ann, "certs").good().out())
                .contains(
                        "SPIFFE ID",
                        "spiffe://corp.example/site/aws/gateway/aws-a",
                        "bundle of corp.example",
                        "authority",
                        "node.pem");
    }
}
