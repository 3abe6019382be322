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
import io.bridgehead.e2e.harness.TestPki;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import io.bridgehead.tls.MaterialFiles;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two trust domains know each other's callers by bundle endpoints of both profiles, a third by a file; each is judged by its own bundle. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("timed")
final class TwoTrustDomainsFederateIT {
    private static final long GONE_MILLIS = 5_000;
    private static final int HTTPS = Ports.next();
    private static final int PARTNER_BUNDLES = Ports.next();
    private static final int OWN_BUNDLES = Ports.next();

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final TestPki PARTNER = TestPki.create(FABRIC.folder().resolve("partner"), "partner.example");
    private static final TestPki NEXT = TestPki.create(FABRIC.folder().resolve("next"), "partner.example");
    private static final TestPki VENDOR = TestPki.create(FABRIC.folder().resolve("vendor"), "vendor.example");
    private static final TestPki STRANGER = TestPki.create(FABRIC.folder().resolve("stranger"), "stranger.example");
    private static final TestNode THERE = partnerNode();

    private static TestNode partnerNode() {
        TestNode node = TestNode.in(FABRIC.folder(), "hq", "hq-a", "partner.example");
        PARTNER.node(node.folder(), "hq", "hq-a");
        FABRIC.closing((AutoCloseable) node::kill);
        return node;
    }

    @BeforeAll
    static void start() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        OtherAuthority web = OtherAuthority.create(FABRIC.folder(), "web-root");
        MaterialFiles.Paths shown = web.issue(
                "bundles", new X500Principal("CN=bundles"), new GeneralName(GeneralName.dNSName, "localhost"));
        FABRIC.pki().web(aws.folder(), "web", "localhost", "open.example", "partners.example");
        Files.copy(VENDOR.folder().resolve("ca.crt"), aws.folder().resolve("vendor.pem"));
        aws.yaml()
                .set("identity", """
                        { trustDomain: %s, bundleEndpoint: { address: 127.0.0.1, port: %d, path: /e2e, certificate: "%s", key: "%s", refreshHint: 5s },
                            federation: [ { trustDomain: partner.example, endpoint: "https://127.0.0.1:%d/", profile: https_spiffe,
                                endpointSpiffeId: "spiffe://partner.example/site/hq/gateway/hq-a", bundle: "%s" },
                              { trustDomain: vendor.example, bundle: vendor.pem } ] }""".formatted(
                                TestFabric.TRUST_DOMAIN,
                                OWN_BUNDLES,
                                shown.certificate(),
                                shown.key(),
                                PARTNER_BUNDLES,
                                PARTNER.folder().resolve("ca.crt")))
                .listener(
                        "https",
                        HTTPS,
                        "protocol: HTTPS, tls: { certificates: [ { certificate: web.crt, key: web.key } ],"
                                + " clientCertificates: required }");
        THERE.yaml().set("identity", """
                        { trustDomain: partner.example, bundleEndpoint: { address: 127.0.0.1, port: %d, refreshHint: 5s },
                            federation: [ { trustDomain: %s, endpoint: "https://localhost:%d/e2e", profile: https_web, authorities: "%s" } ] }""".formatted(
                        PARTNER_BUNDLES, TestFabric.TRUST_DOMAIN, OWN_BUNDLES, web.certificate("web-root")));
        THERE.write();
        THERE.start();
        FABRIC.start();
        THERE.awaitReady();
        Map<String, List<String>> sites = Map.of("aws", List.of(ENDPOINT.address()));
        FABRIC.applied(
                aws,
                Documents.http("open", "localhost, open.example", sites)
                        + "---\n"
                        + Documents.http(
                                "partners",
                                "partners.example",
                                sites,
                                "allow: [ { from: [ \"spiffe://partner.example/team/*\", \"spiffe://vendor.example/*\" ] } ]"));
        TestFabric.awaitServing(aws, "open", "aws");
        TestFabric.awaitServing(aws, "partners", "aws");
    }

    private static JsonObject federation(TestNode node, String trustDomain) {
        JsonObject status = node.ask("/v1/status");
        return status == null
                ? new JsonObject()
                : status.getJsonArray("federation").stream()
                        .map(JsonObject.class::cast)
                        .filter(row -> row.getString("trustDomain").equals(trustDomain))
                        .findFirst()
                        .orElse(new JsonObject());
    }

    private static void awaitAuthorities(TestNode node, String trustDomain, int authorities) {
        Patience.until(
                node.name() + " has " + authorities + " authorities of " + trustDomain,
                () -> federation(node, trustDomain).getInteger("authorities", -1) == authorities
                        && federation(node, trustDomain).containsKey("ageSeconds"),
                () -> String.valueOf(federation(node, trustDomain)));
    }

    private static SSLSocket to(MaterialFiles.Paths identity) throws IOException {
        SSLSocket socket = TlsClient.trusting(FABRIC.pki().folder().resolve("ca.crt"), identity)
                .to(HTTPS, "localhost");
        socket.startHandshake();
        return socket;
    }

    private static int call(MaterialFiles.Paths identity, String host) throws IOException {
        try (RawClient client = RawClient.over(to(identity))) {
            return client.exchange("GET", host, "/", "").status();
        }
    }

    private static boolean isLetIn(MaterialFiles.Paths identity) {
        try {
            return call(identity, "partners.example") == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    @Order(1)
    void bothSidesFetchTheOthersBundle() {
        TestNode aws = FABRIC.node("aws-a");
        awaitAuthorities(aws, "partner.example", 1);
        awaitAuthorities(THERE, TestFabric.TRUST_DOMAIN, 1);
        assertThat(federation(aws, "partner.example").getLong("sequence")).isPositive();
        aws.awaitMeter(
                bundles -> bundles > 0, "bridgehead_federation_bundles_total", "trust_domain=\"partner.example\"");
        Patience.until("its age is told", () -> aws.metrics().contains("bridgehead_federation_bundle_age_seconds{"));
        assertThat(Cli.run("certs", "--socket", aws.socket().toString()).good().out())
                .contains("federated bundle of partner.example", "federated bundle of vendor.example");
        assertThat(Cli.run("status", "--socket", aws.socket().toString()).out())
                .contains("federation partner.example: 1 authorities from https://127.0.0.1:" + PARTNER_BUNDLES);
    }

    @Test
    @Order(2)
    void membersMayCallWhatNamesThemAlone() throws IOException {
        MaterialFiles.Paths team = PARTNER.workload("/team/shop", "shop");
        assertThat(call(team, "partners.example")).isEqualTo(200);
        assertThat(call(team, "open.example")).isEqualTo(403);
        assertThat(call(PARTNER.workload("/other", "other"), "partners.example"))
                .isEqualTo(403);
        assertThat(call(VENDOR.workload("/till", "till"), "partners.example")).isEqualTo(200);
        assertThat(call(FABRIC.pki().workload("/team/shop", "own"), "open.example"))
                .isEqualTo(200);
        assertThat(call(FABRIC.pki().workload("/team/shop", "own"), "partners.example"))
                .isEqualTo(403);
        for (TestPki foreign : List.of(STRANGER, NEXT)) {
            assertThatThrownBy(() -> call(foreign.workload("/team/shop", "forged"), "partners.example"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    @Order(3)
    void aRootThatThePartnerAddsIsFollowed() throws IOException {
        Files.writeString(
                THERE.folder().resolve("ca.crt"),
                Files.readString(NEXT.folder().resolve("ca.crt")),
                StandardOpenOption.APPEND);
        awaitAuthorities(FABRIC.node("aws-a"), "partner.example", 2);
        MaterialFiles.Paths member = NEXT.workload("/team/new", "new");
        // status tells of a bundle a moment before it is in force
        Patience.until("its member is let in", () -> isLetIn(member));
        assertThat(call(member, "partners.example")).isEqualTo(200);
        assertThat(call(PARTNER.workload("/team/shop", "shop"), "partners.example"))
                .isEqualTo(200);
    }

    @Test
    @Order(4)
    void theLastGoodBundleOutlivesTheEndpointAndARestart() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        THERE.kill();
        Patience.until(
                "the problem is shown",
                () -> Cli.run("status", "--socket", aws.socket().toString())
                        .out()
                        .contains("federation: nothing new of partner.example"));
        aws.kill();
        aws.start();
        aws.awaitReady();
        TestFabric.awaitServing(aws, "partners", "aws");
        assertThat(federation(aws, "partner.example").getInteger("authorities")).isEqualTo(2);
        assertThat(call(NEXT.workload("/team/new", "new"), "partners.example")).isEqualTo(200);
    }

    @Test
    @Order(5)
    void anEmptyKeySetEndsLiveConnections() throws IOException {
        MaterialFiles.Paths till = VENDOR.workload("/till", "till");
        try (RawClient kept = RawClient.over(to(till));
                RawClient partner = RawClient.over(to(PARTNER.workload("/team/shop", "shop")))) {
            kept.exchange("GET", "localhost", "/", "");
            Path made = Files.writeString(FABRIC.node("aws-a").folder().resolve("empty.json"), "{\"keys\":[]}");
            long given = System.nanoTime();
            Files.move(made, FABRIC.node("aws-a").folder().resolve("vendor.pem"), StandardCopyOption.ATOMIC_MOVE);
            assertThat(kept.isEnded()).isTrue();
            assertThat((System.nanoTime() - given) / 1_000_000)
                    .as("milliseconds until the connection had ended")
                    .isLessThanOrEqualTo(Patience.promisedMillis(GONE_MILLIS));
            assertThat(partner.exchange("GET", "localhost", "/", "").status()).isEqualTo(403);
        }
        assertThatThrownBy(() -> call(till, "partners.example")).isInstanceOf(IOException.class);
    }
}
