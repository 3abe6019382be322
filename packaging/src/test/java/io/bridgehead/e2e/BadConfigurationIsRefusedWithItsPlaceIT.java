package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.harness.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node does not start with what it cannot use, and says where, what it found, what it expected and what to do. */
final class BadConfigurationIsRefusedWithItsPlaceIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestNode NODE = FABRIC.node("aws-a");

    @BeforeEach
    void goodAgain() {
        FABRIC.pki().node(NODE.folder(), "aws", "aws-a");
        NODE.write();
    }

    private static Cli.Result refused() {
        Cli.Result result = Cli.run("run", "--config", NODE.config().toString());
        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
        assertThat(result.out()).doesNotContain("ready");
        return result;
    }

    @Test
    void brokenYaml() {
        NODE.write(NODE.yaml().text() + "\ntunnel2: { address: [ 127.0.0.1 }\n");
        assertThat(refused().err()).containsPattern("gateway\\.yaml:\\d+:\\d+: ");
    }

    @Test
    void allProblemsOfOneFileAtOnce() {
        NODE.write(NODE.yaml()
                .text()
                .replace("loops: 1", "loops: many\nlopps: 2")
                .replace("- { name: http,", "- { name: ftp, port: 0, protocol: FTP }\n  - { name: http, prot: TCP,"));
        String said = refused().err();
        assertThat(said).containsPattern("gateway\\.yaml:\\d+:\\d+: loops: found 'many', expected a whole number");
        assertThat(said).contains("found unknown key 'lopps'", "did you mean 'loops'?");
        assertThat(said).contains("found 'FTP', expected one of HTTP, HTTPS, TCP, TLS, UDP");
        assertThat(said).contains("found unknown key 'prot'", "did you mean 'port'?");
    }

    @Test
    void twoListenersOfOneName() {
        NODE.write(NODE.yaml().text() + "  - { name: http, address: 127.0.0.1, port: " + Ports.next() + " }\n");
        assertThat(refused().err())
                .containsPattern("gateway\\.yaml:\\d+:\\d+: listeners\\[1]\\.name: found 'http' twice");
    }

    @Test
    void aConfigurationThatIsNotThere() throws IOException {
        Files.delete(NODE.config());
        assertThat(refused().err()).contains(NODE.config().toString(), "expected a gateway.yaml");
    }

    @Test
    void aMissingKey() throws IOException {
        Files.delete(NODE.folder().resolve("node.key"));
        assertThat(refused().err()).contains("node.key", "expected");
    }

    @Test
    void theKeyOfAnotherCertificate() throws IOException {
        Path elsewhere = Files.createTempDirectory(FABRIC.folder(), "other");
        Path other = FABRIC.pki().node(elsewhere, "aws", "aws-z").key();
        Files.copy(other, NODE.folder().resolve("node.key"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(refused().err()).contains("node.key", "the private key of the first certificate in", "node.crt");
    }

    @Test
    void theCertificateOfAnotherSite() {
        FABRIC.pki().node(NODE.folder(), "azure", "aws-a");
        assertThat(refused().err())
                .contains("node.crt", "spiffe://e2e.example/site/azure/gateway/aws-a", "correct the names");
    }

    @Test
    void theCertificateOfAnotherTrustDomain() throws IOException {
        TestPki foreign = TestPki.create(
                Files.createTempDirectory(FABRIC.folder(), "foreign").resolve("pki"), "evil.example");
        foreign.node(NODE.folder(), "aws", "aws-a");
        assertThat(refused().err()).contains("node.crt", "evil.example");
    }

    @Test
    void aListenersPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(NODE.http(), 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(refused().err()).contains("listener 'http'", port, "in use");
        }
    }

    @Test
    void theTunnelsPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(NODE.ports().tunnel(), 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThat(refused().err()).contains("tunnel", port, "in use");
        }
    }

    @Test
    void validateFindsTheSameWithoutStarting() {
        FABRIC.pki().node(NODE.folder(), "azure", "aws-a");
        Cli.Result result = Cli.run("validate", NODE.config().toString());
        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
        assertThat(result.err()).contains("node.crt", "site/azure/gateway/aws-a");
    }

    @Test
    void aTcpListenerWithoutAService() throws IOException {
        int port = Ports.next();
        NODE.write(NODE.yaml().text() + "  - { name: pg, address: 127.0.0.1, port: " + port + ", protocol: TCP }\n");
        Cli.Result result = Cli.run("validate", NODE.config().toString());
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.out()).contains("no problems found");
    }
}
