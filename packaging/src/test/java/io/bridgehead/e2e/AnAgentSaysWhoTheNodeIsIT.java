package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.harness.TestPki;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.identity.workload.TestAgent;
import io.bridgehead.loop.Loops;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.PemFile;
import io.bridgehead.tls.TlsObserver;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node whose identity, bundle and revocations come from a SPIFFE agent, from a start without the agent to its end and return. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("timed")
final class AnAgentSaysWhoTheNodeIsIT {
    private static final long GONE_MILLIS = 5_000;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final TestNode AZURE = FABRIC.node("azure-a");
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");
    private static final TestPki NEXT = TestPki.create(FABRIC.folder().resolve("next"), TestFabric.TRUST_DOMAIN);
    private static final Path SOCKET = FABRIC.folder().resolve("agent.sock");
    private static final Loops LOOPS = Loops.start(1);
    private static TestAgent agent;

    @BeforeAll
    static void start() throws Exception {
        AWS.yaml()
                .set(
                        "identity",
                        "{ trustDomain: " + TestFabric.TRUST_DOMAIN + ", workloadApi: \"unix://" + SOCKET + "\" }");
        FABRIC.nodes().forEach(TestNode::write);
        FABRIC.nodes().forEach(TestNode::start);
        AZURE.awaitReady();
        Patience.during(Duration.ofSeconds(1), AWS::runs, "a node without its agent waits");
        assertThat(AWS.ask("/ready")).isNull();
        agent = new TestAgent(LOOPS.all().getFirst(), SOCKET);
        says(FABRIC.pki(), List.of(), FABRIC.pki());
        FABRIC.nodes().forEach(TestNode::awaitReady);
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
        FABRIC.applied(AWS, Documents.http("shop", "shop.example", Map.of("azure", List.of(ENDPOINT.address()))));
        TestFabric.awaitServing(AWS, "shop", "azure");
    }

    @AfterAll
    static void end() {
        agent.close();
        LOOPS.close();
    }

    /** The agent gives the node another identity of this authority, and these bundles. */
    private static void says(TestPki issuer, List<byte[]> lists, TestPki... bundles)
            throws MaterialException, GeneralSecurityException {
        MaterialFiles.Paths paths = issuer.node(FABRIC.folder().resolve("issued-" + System.nanoTime()), "aws", "aws-a");
        KeyMaterial made =
                new MaterialFiles(paths, ExpectedPeer.anyone(), Clock.systemUTC(), TlsObserver.silent()).load();
        List<X509Certificate> bundle = new ArrayList<>();
        for (TestPki one : bundles) {
            bundle.addAll(PemFile.read(one.folder().resolve("ca.crt")).certificates());
        }
        byte[] svid = TestAgent.svid(
                made.id().toString(), der(made.chain()), made.key().getEncoded(), der(bundle), "");
        agent.say(TestAgent.response(List.of(svid), lists, Map.of()));
    }

    private static byte[] der(List<X509Certificate> certificates) throws GeneralSecurityException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (X509Certificate certificate : certificates) {
            all.writeBytes(certificate.getEncoded());
        }
        return all.toByteArray();
    }

    private static long generation(TestNode node) {
        JsonObject status = node.ask("/v1/status");
        return status == null ? 0 : status.getJsonObject("tls").getLong("generation");
    }

    private static void awaitTaken(TestNode node, long before) {
        Patience.until(node.name() + " took what is new", () -> generation(node) > before);
    }

    private static boolean seesAzure() {
        JsonObject answer = AWS.ask("/v1/tunnels");
        return answer == null
                || answer.getJsonArray("tunnels").stream()
                        .map(JsonObject.class::cast)
                        .anyMatch(tunnel ->
                                tunnel.getString("state").equals("up") || tunnel.getInteger("connectionsAccepted") > 0);
    }

    private static void goneInTime(long since) {
        Patience.until("aws has no connection to azure", () -> !seesAzure());
        assertThat((System.nanoTime() - since) / 1_000_000)
                .as("milliseconds until the tunnels had ended")
                .isLessThanOrEqualTo(Patience.promisedMillis(GONE_MILLIS));
    }

    @Test
    @Order(1)
    void leafBundleAndRootChangeUnderTraffic() throws Exception {
        try (Steady gets = Steady.warmGets(AWS.http(), "shop.example", 2)) {
            for (int again = 0; again < 2; again++) {
                long before = generation(AWS);
                says(FABRIC.pki(), List.of(), FABRIC.pki());
                awaitTaken(AWS, before);
                gets.awaitAnswered(20);
            }
            long before = generation(AWS);
            long there = generation(AZURE);
            says(FABRIC.pki(), List.of(), FABRIC.pki(), NEXT);
            Files.writeString(
                    AZURE.folder().resolve("ca.crt"),
                    Files.readString(NEXT.folder().resolve("ca.crt")),
                    StandardOpenOption.APPEND);
            awaitTaken(AWS, before);
            awaitTaken(AZURE, there);
            gets.awaitAnswered(20);
            long both = generation(AWS);
            says(NEXT, List.of(), FABRIC.pki(), NEXT);
            awaitTaken(AWS, both);
            gets.awaitAnswered(50);
            assertThat(gets.failures()).isEmpty();
        }
        assertThat(Cli.run("certs", "--socket", AWS.socket().toString()).good().out())
                .contains("unix://" + SOCKET);
    }

    @Test
    @Order(2)
    void whomTheAgentRevokesIsCutOffAndComesBack() throws Exception {
        Path list = FABRIC.folder().resolve("agent.crl");
        Cli.run(
                        "pki",
                        "revoke",
                        "--authority",
                        FABRIC.pki().folder().toString(),
                        "--crl",
                        list.toString(),
                        "--certificate",
                        AZURE.folder().resolve("node.crt").toString())
                .good();
        byte[] der = PemFile.read(list).revocationLists().getFirst().getEncoded();
        long given = System.nanoTime();
        says(NEXT, List.of(der), FABRIC.pki(), NEXT);
        goneInTime(given);
        AWS.awaitLog("azure-a", "revoked by its issuer");
        says(NEXT, List.of(), FABRIC.pki(), NEXT);
        TestFabric.awaitServing(AWS, "shop", "azure");
    }

    @Test
    @Order(3)
    void whoseRootLeavesTheBundleIsCutOffAndComesBack() throws Exception {
        long given = System.nanoTime();
        says(NEXT, List.of(), NEXT);
        goneInTime(given);
        says(NEXT, List.of(), FABRIC.pki(), NEXT);
        TestFabric.awaitServing(AWS, "shop", "azure");
    }

    @Test
    @Order(4)
    void anAgentThatGoesAwayIsMissedAndFoundAgain() throws Exception {
        try (Steady gets = Steady.warmGets(AWS.http(), "shop.example", 2)) {
            agent.close();
            Files.deleteIfExists(SOCKET);
            Patience.until(
                    "the loss is shown",
                    () -> Cli.run("status", "--socket", AWS.socket().toString())
                            .out()
                            .contains("nothing new from the SPIFFE agent"));
            gets.awaitAnswered(30);
            long before = generation(AWS);
            agent = new TestAgent(LOOPS.all().getFirst(), SOCKET);
            says(NEXT, List.of(), FABRIC.pki(), NEXT);
            awaitTaken(AWS, before);
            gets.awaitAnswered(30);
            assertThat(gets.failures()).isEmpty();
        }
    }
}
