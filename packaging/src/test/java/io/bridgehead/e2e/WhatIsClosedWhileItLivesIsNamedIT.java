package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.harness.TestPki;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TcpEcho;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Policy, quarantine and trust bite on what lives, within five seconds, and {@code status} says what was closed and why. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("timed")
@Tag("long")
final class WhatIsClosedWhileItLivesIsNamedIT {
    private static final long CLOSED_MILLIS = 5_000;
    private static final String TEAM = "spiffe://" + TestFabric.TRUST_DOMAIN + "/team/shop";

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final int EDGE = Ports.next();
    private static final int DB = Ports.next();
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final TcpEcho ECHO = FABRIC.closing(TcpEcho.start("azure", TcpEcho.Manner.ECHO));

    @BeforeAll
    static void start() {
        FABRIC.pki().web(AWS.folder(), "web", "shop.example", "other.example");
        AWS.yaml()
                .listener("db", DB, "protocol: TCP, identity: \"" + TEAM + "\"")
                .listener(
                        "edge",
                        EDGE,
                        "protocol: HTTPS, tls: { certificates: [ { certificate: web.crt, key: web.key } ], clientCertificates: optional }");
        FABRIC.start();
        FABRIC.applied(
                AWS,
                String.join(
                        "---\n",
                        Documents.http("shop", "shop.example", Map.of("aws", List.of(ENDPOINT.address()))),
                        Documents.tcp("db", "db", Map.of("azure", List.of(ECHO.address()))),
                        policy(
                                "by-name",
                                "shop",
                                "rules: [ { when: [ { key: connection.sni, values: [ shop.example ] } ] } ]"),
                        policy("idle", "nothing-*", "action: AUDIT, rules: [ {} ]")));
        TestFabric.awaitServing(AWS, "shop", "aws");
        TestFabric.awaitServing(AWS, "db", "azure");
    }

    private static String policy(String name, String service, String says) {
        return """
                apiVersion: bridgehead.io/v1
                kind: AuthorizationPolicy
                metadata: { name: %s }
                spec: { services: { names: [ %s ] }, %s }
                """.formatted(name, service, says);
    }

    private static RawClient edge(String serverName) throws IOException {
        return RawClient.over(
                TlsClient.trusting(AWS.folder().resolve("ca.crt"), FABRIC.pki().workload("/team/shop", "shop"))
                        .to(EDGE, serverName));
    }

    private static List<JsonObject> closed(Predicate<JsonObject> wanted) {
        return AWS.get("/v1/status").getJsonObject("closed").getJsonArray("last").stream()
                .map(JsonObject.class::cast)
                .filter(wanted)
                .toList();
    }

    /** Waits until the lines are there, since a moment by the monotone clock, and holds the product to its promise. */
    private static JsonObject closedSince(long nanos, String what, String reason, String identity) {
        Predicate<JsonObject> wanted = line -> line.getString("what").equals(what)
                && line.getString("reason").equals(reason)
                && line.getString("identity").equals(identity);
        Patience.until(
                what + " closed for " + reason,
                () -> !closed(wanted).isEmpty(),
                () -> AWS.get("/v1/status").getJsonObject("closed").encode());
        assertThat((System.nanoTime() - nanos) / 1_000_000)
                .as("milliseconds until it was closed and named")
                .isLessThanOrEqualTo(Patience.promisedMillis(CLOSED_MILLIS));
        AWS.awaitMeter(
                count -> count > 0,
                "bridgehead_withdrawn_total{",
                "kind=\"" + what + "\"",
                "reason=\"" + reason + "\"");
        return closed(wanted).getFirst();
    }

    @Test
    @Order(1)
    void aServerNameOfOrdinaryTlsIsKnownToPolicies() throws IOException {
        try (RawClient right = edge("shop.example");
                RawClient other = edge("other.example")) {
            assertThat(right.exchange("GET", "shop.example", "/", "").status()).isEqualTo(200);
            assertThat(other.exchange("GET", "shop.example", "/", "").status()).isEqualTo(403);
        }
        assertThat(RawClient.get(AWS.http(), "shop.example", "/").status()).isEqualTo(403);
    }

    @Test
    @Order(2)
    void policiesAreListedWithWhatTheyDid() {
        Cli.Result listed =
                Cli.run("get", "policies", "--socket", AWS.socket().toString()).good();
        assertThat(listed.out()).contains("AuthorizationPolicy", "by-name", "ALLOW", "nothing-*", "AUDIT");
        JsonObject policy = policy("by-name");
        assertThat(policy.getBoolean("dryRun")).isFalse();
        assertThat(policy.getString("targets")).isEqualTo("shop");
        assertThat(policy.getInteger("rules")).isEqualTo(1);
        assertThat(policy.getInteger("services")).isEqualTo(1);
        assertThat(policy.getLong("matches")).isPositive();
        assertThat(policy("idle").getInteger("services")).isZero();
        assertThat(policy("idle").getLong("matches")).isZero();
        AWS.awaitMeter(
                count -> count > 0,
                "bridgehead_authorization_decisions_total{",
                "policy=\"by-name\"",
                "outcome=\"allowed\"");
    }

    private static JsonObject policy(String name) {
        return AWS.get("/v1/policies").getJsonArray("policies").stream()
                .map(JsonObject.class::cast)
                .filter(row -> row.getString("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Order(3)
    void aConnectionThatPolicyDoesNotAllowAnyMore() throws IOException {
        try (RawClient client = RawClient.to(DB)) {
            assertThat(TcpEcho.greeted(client)).isEqualTo("azure");
            FABRIC.apply(
                            AWS,
                            policy("no-db", "db", "action: DENY, rules: [ {} ]"),
                            "--source",
                            "closing",
                            "--wait",
                            "0")
                    .good();
            long since = System.nanoTime();
            assertThat(client.isEnded()).isTrue();
            JsonObject line = closedSince(since, "connection", "policy", TEAM);
            assertThat(line.getString("place")).isEqualTo("db");
            assertThat(line.getString("detail")).contains("not any longer", "AuthorizationPolicy no-db");
        }
        assertThat(Cli.run("status", "--socket", AWS.socket().toString()).out())
                .contains("for policy", "closed     connection of " + TEAM + " at db, 1 times, last at ", ": policy: ");
        FABRIC.applied(AWS, policy("no-db", "db", "action: DENY, dryRun: true, rules: [ {} ]"), "--source", "closing");
    }

    @Test
    @Order(4)
    void theTunnelsOfASiteInQuarantine() {
        Cli.Result given = quarantine();
        long since = System.nanoTime();
        given.good();
        JsonObject line = closedSince(
                since, "tunnel", "quarantine", "spiffe://" + TestFabric.TRUST_DOMAIN + "/site/azure/gateway/azure-a");
        assertThat(line.getString("detail")).contains("quarantined");
        quarantine("--lift").good();
        FABRIC.awaitTogether(AWS);
    }

    private static Cli.Result quarantine(String... more) {
        List<String> command = new java.util.ArrayList<>(List.of(
                "quarantine",
                "site",
                "azure",
                "--reason",
                "a test",
                "--socket",
                AWS.socket().toString(),
                "--certificate",
                FABRIC.operator().certificate().toString(),
                "--key",
                FABRIC.operator().key().toString()));
        command.addAll(List.of(more));
        return Cli.run(command.toArray(String[]::new));
    }

    @Test
    @Order(5)
    void whatHangsOnARootThatIsGone() throws IOException {
        Path folder = Files.createTempDirectory(FABRIC.folder(), "new");
        TestPki next = TestPki.create(folder.resolve("pki"), TestFabric.TRUST_DOMAIN);
        next.node(folder, "aws", "aws-a");
        try (RawClient client = edge("shop.example")) {
            assertThat(client.exchange("GET", "shop.example", "/", "").status()).isEqualTo(200);
            for (String file : List.of("node.key", "node.crt", "ca.crt")) {
                Files.copy(folder.resolve(file), AWS.folder().resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            long since = System.nanoTime();
            assertThat(client.isEnded()).isTrue();
            JsonObject connection = closedSince(since, "connection", "untrusted", TEAM);
            assertThat(connection.getString("place")).isEqualTo("edge");
            closedSince(
                    since,
                    "tunnel",
                    "untrusted",
                    "spiffe://" + TestFabric.TRUST_DOMAIN + "/site/azure/gateway/azure-a");
        }
    }
}
