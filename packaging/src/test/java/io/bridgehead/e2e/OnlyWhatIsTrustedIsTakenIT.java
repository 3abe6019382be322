package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.tls.MaterialFiles;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each node takes what its own {@code trust} says, serves the rest, and names in {@code status} what it did not take. */
@Tag("long")
final class OnlyWhatIsTrustedIsTakenIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final TestNode AZURE = FABRIC.node("azure-a");
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final String OPERATOR = "spiffe://" + TestFabric.TRUST_DOMAIN + "/operator/";
    /** Long enough to sign and apply on a slow machine, most of the time. */
    private static final Duration SHORT_LIFE = Duration.ofSeconds(10);

    private static final int APPLY_AGAIN_MAX = 6;

    @BeforeAll
    static void start() {
        AZURE.yaml()
                .set(
                        "trust",
                        "{ publishers: [ { operators: [ \"" + OPERATOR + "ada\" ] }, { operators: [ \"" + OPERATOR
                                + "ci\" ], documents: [ \"Service/ci-*\" ] } ] }");
        FABRIC.start();
        FABRIC.applied(AWS, service("shop"));
        TestFabric.awaitServing(AZURE, "shop", "aws");
    }

    private static String service(String name) {
        return Documents.http(name, name + ".example", Map.of("aws", List.of(ENDPOINT.address())));
    }

    @Test
    void aMetadataAddressThatIsPublishedIsLeftOutAndNamed() throws IOException {
        String document = Documents.http(
                "meta",
                "meta.example",
                Map.of(
                        "azure",
                        List.of(
                                "169.254.169.254:80",
                                "127.0.0.1:" + AZURE.ports().tunnel())));
        assertThat(FABRIC.apply(AWS, document, "--source", "meta", "--dry-run")
                        .good()
                        .out())
                .as("the plan tells it before anything changes")
                .contains("left out on azure-a of site azure: ", "'169.254.169.254:80', a cloud metadata address");
        FABRIC.apply(AWS, document, "--source", "meta").good();
        Patience.until(
                "azure-a leaves it out",
                () -> AZURE.get("/v1/status").getJsonArray("leftOut").encode().contains("a cloud metadata address"),
                () -> AZURE.get("/v1/status").encode());
        assertThat(status(AZURE))
                .contains("left out   ", "'169.254.169.254:80', a cloud metadata address", "a loopback address")
                .contains("Service/meta is left out on this node");
        assertThat(RawClient.get(AZURE.http(), "meta.example", "/").status()).isEqualTo(404);
        assertThat(RawClient.get(AZURE.http(), "shop.example", "/").text()).isEqualTo("aws-1");
    }

    @Test
    void aRecordOfSomebodyWhoIsNotTrustedHereIsNamed() throws IOException {
        MaterialFiles.Paths eve = FABRIC.pki().operator("eve");
        assertThat(FABRIC.apply(AWS, eve, service("evil"), "--source", "evil", "--dry-run")
                        .good()
                        .out())
                .contains("left out on azure-a of site azure: source 'evil' as a whole: trust.publishers does not let "
                        + OPERATOR + "eve publish it");
        FABRIC.apply(AWS, eve, service("evil"), "--source", "evil").good();
        TestFabric.awaitServing(AWS, "evil", "aws");
        JsonObject line = awaitRejected(AZURE, "changeset \"evil\"");
        assertThat(line.getString("cause")).isEqualTo("not-granted");
        assertThat(line.getString("origin")).isEqualTo(OPERATOR + "eve");
        assertThat(line.getLong("count")).isPositive();
        assertThat(Instant.parse(line.getString("since"))).isBeforeOrEqualTo(Instant.parse(line.getString("last")));
        AZURE.awaitMeter(records -> records > 0, "bridgehead_records_rejected_total", "error_type=\"not-granted\"");
        assertThat(status(AZURE)).contains("rejected   changeset \"evil\" of " + OPERATOR + "eve, ", "not-granted: ");
        assertThat(AZURE.get("/v1/status").getBoolean("healthy"))
                .as("whoever sent it did that, not this node")
                .isTrue();
        assertThat(RawClient.get(AZURE.http(), "evil.example", "/").status()).isEqualTo(404);
        assertThat(RawClient.get(AZURE.http(), "shop.example", "/").text()).isEqualTo("aws-1");
    }

    @Test
    void aDocumentThatItsPublisherMayNotPublishHereIsLeftOutAndNamed() throws IOException {
        MaterialFiles.Paths ci = FABRIC.pki().operator("ci");
        String both = service("ci-build") + "---\n" + service("bank");
        assertThat(FABRIC.apply(AWS, ci, both, "--source", "ci", "--dry-run")
                        .good()
                        .out())
                .contains("left out on azure-a of site azure: Service/bank: trust.publishers does not let ")
                .doesNotContain("azure: Service/ci-build");
        FABRIC.apply(AWS, ci, both, "--source", "ci").good();
        TestFabric.awaitServing(AWS, "bank", "aws");
        TestFabric.awaitServing(AZURE, "ci-build", "aws");
        AZURE.awaitStatus("leftOut", "Service/bank, signed by " + OPERATOR + "ci, is none of the documents");
        assertThat(status(AZURE))
                .contains(
                        "left out   source 'ci': Service/bank, signed by " + OPERATOR + "ci, is none of the documents");
        assertThat(RawClient.get(AZURE.http(), "ci-build.example", "/").text()).isEqualTo("aws-1");
        assertThat(RawClient.get(AZURE.http(), "bank.example", "/").status()).isEqualTo(404);
        assertThat(AZURE.get("/v1/status").getBoolean("healthy")).isTrue();
        Cli.Result there = FABRIC.apply(AZURE, ci, service("vault"), "--source", "vault");
        assertThat(there.exit()).as(there.toString()).isEqualTo(4);
        assertThat(there.err()).contains("refused: source 'vault': Service/vault, signed by " + OPERATOR + "ci");
    }

    @Test
    void aNodeThatJoinsLateTakesWhatANodeThatItTrustsVouchesFor() throws IOException {
        Instant expired = appliedByOneWhoseCertificateEndsSoon();
        Patience.until("the certificate has expired", () -> Instant.now().isAfter(expired));
        TestNode joiner = FABRIC.add("gcp-a");
        joiner.know(FABRIC.nodes());
        joiner.write();
        joiner.start();
        joiner.awaitReady();
        TestFabric.awaitServing(joiner, "shop", "aws");
        assertThat(awaitRejected(joiner, "changeset \"old\"").getString("cause"))
                .isEqualTo("certificate-expired");
        assertThat(RawClient.get(joiner.http(), "old.example", "/").status()).isEqualTo(404);
        joiner.stop();

        joiner.yaml()
                .set(
                        "trust",
                        "{ unsafeEndpoints: true, vouchers: [ \"spiffe://" + TestFabric.TRUST_DOMAIN
                                + "/site/aws/gateway/aws-a\" ] }");
        joiner.write();
        joiner.start();
        joiner.awaitReady();
        TestFabric.awaitServing(joiner, "old", "aws");
        assertThat(RawClient.get(joiner.http(), "old.example", "/").text()).isEqualTo("aws-1");
        joiner.awaitLog("the peer vouches for 1 records");
    }

    /** Applies source {@code old}; when it will be too late to judge it. */
    private static Instant appliedByOneWhoseCertificateEndsSoon() {
        Instant end = Instant.now().plus(SHORT_LIFE).plusSeconds(1);
        Cli.Result result = applyBriefly();
        for (int again = 0; again < APPLY_AGAIN_MAX && result.exit() != 0; again++) {
            end = Instant.now().plus(SHORT_LIFE).plusSeconds(1);
            result = applyBriefly();
        }
        result.good();
        TestFabric.awaitServing(AWS, "old", "aws");
        return end;
    }

    private static Cli.Result applyBriefly() {
        MaterialFiles.Paths brief = FABRIC.pki().operator("brief", SHORT_LIFE);
        return FABRIC.apply(AWS, brief, service("old"), "--source", "old");
    }

    private static JsonObject awaitRejected(TestNode node, String subject) {
        Patience.until(
                node.name() + " names " + subject,
                () -> !rejected(node, subject).isEmpty(),
                () -> node.get("/v1/status").encode());
        return rejected(node, subject);
    }

    private static JsonObject rejected(TestNode node, String subject) {
        return node.get("/v1/status").getJsonArray("rejected").stream()
                .map(JsonObject.class::cast)
                .filter(line -> line.getString("subject").equals(subject))
                .findFirst()
                .orElseGet(JsonObject::new);
    }

    private static String status(TestNode node) {
        return Cli.run("status", "--socket", node.socket().toString()).out();
    }
}
