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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Identities change under traffic; files that cannot be used change nothing. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("timed")
final class RenewedCertificatesDropNoConnectionIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
        FABRIC.applied(
                FABRIC.node("aws-a"),
                Documents.http("shop", "shop.example", Map.of("azure", List.of(ENDPOINT.address()))));
        TestFabric.awaitServing(FABRIC.node("aws-a"), "shop", "azure");
    }

    private static JsonObject tls(TestNode node) {
        return node.get("/v1/status").getJsonObject("tls");
    }

    private static long generation(TestNode node) {
        return tls(node).getLong("generation");
    }

    private static void renew(TestNode node, int days) {
        Cli.run(
                        "pki",
                        "renew",
                        "--authority",
                        FABRIC.pki().folder().toString(),
                        "--folder",
                        node.folder().toString(),
                        "--days",
                        Integer.toString(days))
                .good();
    }

    @Test
    @Order(1)
    void bothNodesAreRenewedUnderTraffic() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        try (Steady gets = Steady.warmGets(aws.http(), "shop.example", 2);
                RawClient kept = RawClient.to(aws.http())) {
            assertThat(kept.exchange("GET", "shop.example", "/", "").status()).isEqualTo(200);
            for (TestNode node : FABRIC.nodes()) {
                long before = generation(node);
                String notAfter = tls(node).getString("notAfter");
                renew(node, 30);
                Patience.until(node.name() + " took the new identity", () -> generation(node) > before);
                assertThat(tls(node).getString("notAfter")).isLessThan(notAfter);
                gets.awaitAnswered(30);
            }
            assertThat(kept.exchange("GET", "shop.example", "/", "").status()).isEqualTo(200);
            assertThat(gets.failures()).isEmpty();
        }
    }

    @Test
    @Order(2)
    void aBrokenOrHalfWrittenKeyKeepsTheOld() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        Path key = aws.folder().resolve("node.key");
        String good = Files.readString(key);
        long before = generation(aws);
        try (Steady gets = Steady.warmGets(aws.http(), "shop.example", 2)) {
            Files.writeString(key, good.substring(0, good.length() / 2));
            aws.awaitLog("new key material cannot be used, the old stays", "node.key: the private key is cut off");
            Files.writeString(key, "this is not a key\n");
            aws.awaitLog("the old stays", "node.key: no private key");
            Files.writeString(key, good);
            gets.awaitAnswered(30);
            assertThat(generation(aws)).isEqualTo(before);
            renew(aws, 60);
            Patience.until("the renewed key is taken", () -> generation(aws) > before);
            gets.awaitAnswered(30);
            assertThat(gets.failures()).isEmpty();
        }
    }

    @Test
    @Order(3)
    void reloadSaysWhatIsWrongWithAKeyAtOnce() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        Path key = aws.folder().resolve("node.key");
        String good = Files.readString(key);
        Files.copy(
                FABRIC.node("azure-a").folder().resolve("node.key"),
                key,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Cli.Result result = Cli.run("reload", "--socket", aws.socket().toString());
        Files.writeString(key, good);
        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
        assertThat(result.err()).contains("nothing was changed", "node.key", "install key and certificate");
        assertThat(RawClient.get(aws.http(), "shop.example", "/").status()).isEqualTo(200);
    }
}
