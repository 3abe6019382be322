package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.OtherAuthority;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import io.bridgehead.tls.MaterialFiles;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lists of revoked certificates in files end live tunnels and clients' connections, and what is wrong with a list changes nothing. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("timed")
final class WhoIsRevokedIsCutOffIT {
    private static final long GONE_MILLIS = 5_000;
    private static final int HTTPS = Ports.next();

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint AWS = FABRIC.endpoint("aws-1");
    private static final TestEndpoint AZURE = FABRIC.endpoint("azure-1");
    private static final OtherAuthority PARTNERS = OtherAuthority.create(FABRIC.folder(), "partners");

    @BeforeAll
    static void start() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        revoke();
        PARTNERS.revoke(aws.folder().resolve("clients.crl"));
        FABRIC.pki().web(aws.folder(), "web", "localhost");
        aws.yaml()
                .set("identity", "{ trustDomain: " + TestFabric.TRUST_DOMAIN + ", files: { crl: \"" + list() + "\" } }")
                .listener(
                        "https",
                        HTTPS,
                        "protocol: HTTPS, tls: { certificates: [ { certificate: web.crt, key: web.key } ],"
                                + " clientCertificates: required, clientAuthorities: \""
                                + PARTNERS.certificate("partners") + "\", clientCrl: clients.crl }");
        FABRIC.start();
        FABRIC.applied(
                aws,
                Documents.http(
                        "shop",
                        "shop.example, localhost",
                        Map.of("aws", List.of(AWS.address()), "azure", List.of(AZURE.address())),
                        "failover: { order: [ azure, aws ], holdDown: 0s }"));
        TestFabric.awaitServing(aws, "shop", "azure");
    }

    private static Path list() {
        return FABRIC.folder().resolve("nodes.crl");
    }

    /** Returns when the list was put in place. */
    private static long revoke(Path... certificates) throws IOException {
        Path made = FABRIC.folder().resolve("made.crl");
        List<String> words = new ArrayList<>(
                List.of("pki", "revoke", "--authority", FABRIC.pki().folder().toString(), "--crl", made.toString()));
        for (Path certificate : certificates) {
            words.addAll(List.of("--certificate", certificate.toString()));
        }
        Cli.run(words.toArray(String[]::new)).good();
        Path whole = Files.copy(made, FABRIC.folder().resolve("whole.crl"), StandardCopyOption.REPLACE_EXISTING);
        long now = System.nanoTime();
        Files.move(whole, list(), StandardCopyOption.ATOMIC_MOVE);
        return now;
    }

    private static boolean seesAzure(TestNode node) {
        JsonObject answer = node.ask("/v1/tunnels");
        return answer == null
                || answer.getJsonArray("tunnels").stream()
                        .map(JsonObject.class::cast)
                        .anyMatch(tunnel -> tunnel.getString("site").equals("azure")
                                && (tunnel.getString("state").equals("up")
                                        || tunnel.getInteger("connectionsAccepted") > 0));
    }

    private static void goneInTime(String what, long since) {
        assertThat((System.nanoTime() - since) / 1_000_000)
                .as("milliseconds until " + what)
                .isLessThanOrEqualTo(Patience.promisedMillis(GONE_MILLIS));
    }

    @Test
    @Order(1)
    void aRevokedNodeLosesItsTunnelsUnderTraffic() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        TestNode azure = FABRIC.node("azure-a");
        try (Steady gets = Steady.warmGets(aws.http(), "shop.example", 2)) {
            gets.awaitServedBy("azure-1");
            long given = revoke(azure.folder().resolve("node.crt"));
            Patience.until("aws has no connection to azure", () -> !seesAzure(aws));
            goneInTime("the tunnels had ended", given);
            aws.awaitLog("azure-a", "revoked by its issuer");
            Patience.until("azure is no member of aws's cluster any more", () -> members(aws) == 1);
            TestFabric.awaitServing(aws, "shop", "aws");
            gets.awaitServedBy("aws-1");
            assertThat(gets.failures()).isEmpty();
            assertThat(Cli.run("certs", "--socket", aws.socket().toString())
                            .good()
                            .out())
                    .contains("revocation list", "1 revoked", list().toString());
            Cli.run(
                            "pki",
                            "renew",
                            "--authority",
                            FABRIC.pki().folder().toString(),
                            "--folder",
                            azure.folder().toString())
                    .good();
            TestFabric.awaitServing(aws, "shop", "azure");
            gets.awaitServedBy("azure-1");
            Patience.until("azure is a member again", () -> members(aws) == 2);
            assertThat(gets.failures()).isEmpty();
        }
        assertThat(Cli.run("doctor", "--config", aws.config().toString(), "--all")
                        .out())
                .contains("listener https", "revocation list");
    }

    private static int members(TestNode node) {
        JsonObject status = node.ask("/v1/status");
        return status == null ? -1 : status.getJsonObject("cluster").getInteger("members");
    }

    @Test
    @Order(2)
    void aBrokenListLeavesTheOneInForce() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        String good = Files.readString(list());
        Files.writeString(list(), good.substring(0, good.length() / 2));
        try {
            isTold(aws);
        } finally {
            Files.writeString(list(), good);
        }
        assertThat(RawClient.get(aws.http(), "shop.example", "/").status()).isEqualTo(200);
    }

    private static void isTold(TestNode aws) {
        aws.awaitLog("the old stays", "nodes.crl: revocation list 1 is cut off");
        Patience.until(
                "status says it too",
                () -> Cli.run("status", "--socket", aws.socket().toString())
                        .out()
                        .contains("nodes.crl: revocation list 1 is cut off"));
        Cli.Result reload = Cli.run("reload", "--socket", aws.socket().toString());
        assertThat(reload.exit()).as(reload.toString()).isEqualTo(1);
        assertThat(reload.err()).contains("nodes.crl");
        Cli.Result validate = Cli.run("validate", aws.config().toString());
        assertThat(validate.exit()).as(validate.toString()).isEqualTo(1);
        assertThat(validate.toString()).contains("nodes.crl: revocation list 1 is cut off");
    }

    @Test
    @Order(3)
    void revokedClientsLoseTheirConnections() throws IOException {
        MaterialFiles.Paths till = PARTNERS.issue("till", new X500Principal("CN=till 7"));
        MaterialFiles.Paths other = PARTNERS.issue("till-8", new X500Principal("CN=till 8"));
        MaterialFiles.Paths team = FABRIC.pki().workload("/team/shop", "team");
        try (RawClient tillKept = RawClient.over(to(till));
                RawClient otherKept = RawClient.over(to(other));
                RawClient teamKept = RawClient.over(to(team))) {
            for (RawClient client : List.of(tillKept, otherKept, teamKept)) {
                assertThat(client.exchange("GET", "localhost", "/", "").status())
                        .isEqualTo(200);
            }
            long given = System.nanoTime();
            PARTNERS.revoke(FABRIC.node("aws-a").folder().resolve("clients.crl"), till);
            assertThat(tillKept.isEnded()).isTrue();
            goneInTime("the connection of the till had ended", given);
            revoke(team.certificate());
            assertThat(teamKept.isEnded()).isTrue();
            assertThat(otherKept.exchange("GET", "localhost", "/", "").status()).isEqualTo(200);
        }
        for (MaterialFiles.Paths revoked : List.of(till, team)) {
            assertThatThrownBy(() -> {
                        try (RawClient again = RawClient.over(to(revoked))) {
                            again.exchange("GET", "localhost", "/", "");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    private static SSLSocket to(MaterialFiles.Paths identity) throws IOException {
        SSLSocket socket = TlsClient.trusting(FABRIC.pki().folder().resolve("ca.crt"), identity)
                .to(HTTPS, "localhost");
        socket.startHandshake();
        return socket;
    }
}
