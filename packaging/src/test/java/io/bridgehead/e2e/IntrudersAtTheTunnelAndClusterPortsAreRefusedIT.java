package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.harness.TestPki;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsIntruder;
import io.bridgehead.tls.MaterialFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever has no place in the fabric gets nothing at its inner ports, and nobody else notices. */
final class IntrudersAtTheTunnelAndClusterPortsAreRefusedIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestNode AZURE = FABRIC.node("azure-a");
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");
    private static final int TLS_ALERT = 21;
    private static final String PLAIN = "GET / HTTP/1.1\r\nhost: shop.example\r\n\r\n";

    @BeforeAll
    static void start() {
        FABRIC.start();
        FABRIC.applied(
                FABRIC.node("aws-a"),
                Documents.http("shop", "shop.example", Map.of("azure", List.of(ENDPOINT.address()))));
        TestFabric.awaitServing(FABRIC.node("aws-a"), "shop", "azure");
        Traffic.STEADY.awaitAnswered(5);
    }

    /** Begins when the first test has a fabric. */
    private static final class Traffic {
        static final Steady STEADY =
                FABRIC.closing(Steady.warmGets(FABRIC.node("aws-a").http(), "shop.example", 2));
    }

    @AfterAll
    static void nobodyNoticed() {
        Traffic.STEADY.awaitAnswered(30);
        assertThat(Traffic.STEADY.failures()).isEmpty();
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
    }

    private static MaterialFiles.Paths foreign() throws IOException {
        TestPki pki = TestPki.create(
                Files.createTempDirectory(FABRIC.folder(), "foreign").resolve("pki"), "e2e.example");
        return pki.node(Files.createTempDirectory(FABRIC.folder(), "foreign"), "aws", "aws-a");
    }

    private static void counted(TestNode node, String cause, Attack attack) throws IOException {
        double before = node.meter("bridgehead_tunnel_faults_total", "error_type=\"" + cause + "\"");
        attack.run();
        Patience.until(
                cause + " is counted",
                () -> node.meter("bridgehead_tunnel_faults_total", "error_type=\"" + cause + "\"") > before,
                () -> node.metrics()
                        .lines()
                        .filter(line -> line.contains("faults"))
                        .toList()
                        .toString());
    }

    /** What an intruder does. */
    private interface Attack {
        void run() throws IOException;
    }

    @Test
    void plaintextAtTheTunnelPort() throws IOException {
        counted(AZURE, "not-tls", () -> {
            try (RawClient client = RawClient.to(AZURE.ports().tunnel())) {
                assertThat(client.send(PLAIN).isEnded()).isTrue();
            }
        });
    }

    @Test
    void tlsWithoutACertificateAtTheTunnelPort() throws IOException {
        counted(
                AZURE,
                "certificate-refused",
                () -> assertThat(TlsIntruder.anonymous()
                                .isRefusedAt(AZURE.ports().tunnel(), "h2"))
                        .isTrue());
    }

    @Test
    void aCertificateOfAnotherAuthorityAtTheTunnelPort() throws IOException {
        MaterialFiles.Paths foreign = foreign();
        counted(
                AZURE,
                "certificate-refused",
                () -> assertThat(TlsIntruder.with(foreign)
                                .isRefusedAt(AZURE.ports().tunnel(), "h2"))
                        .isTrue());
    }

    @Test
    void theCertificateOfAWorkloadAtTheTunnelPort() throws IOException {
        MaterialFiles.Paths workload = FABRIC.pki().workload("/team/shop", "shop");
        counted(
                AZURE,
                "certificate-refused",
                () -> assertThat(TlsIntruder.with(workload)
                                .isRefusedAt(AZURE.ports().tunnel(), "h2"))
                        .isTrue());
    }

    @Test
    void plaintextAtTheClusterPort() throws IOException {
        try (RawClient client = RawClient.to(AZURE.ports().cluster())) {
            assertThat(client.send("HZC" + PLAIN).endsAfterNothingBut(TLS_ALERT))
                    .isTrue();
        }
        AZURE.awaitLog("cluster connection refused");
    }

    @Test
    void strangersAtTheClusterPort() throws IOException {
        int port = AZURE.ports().cluster();
        assertThat(TlsIntruder.anonymous().isRefusedAt(port)).isTrue();
        assertThat(TlsIntruder.with(foreign()).isRefusedAt(port)).isTrue();
        assertThat(TlsIntruder.with(FABRIC.pki().workload("/team/other", "other"))
                        .isRefusedAt(port))
                .isTrue();
        assertThat(AZURE.get("/v1/status").getJsonObject("cluster").getInteger("members"))
                .isEqualTo(2);
    }
}
