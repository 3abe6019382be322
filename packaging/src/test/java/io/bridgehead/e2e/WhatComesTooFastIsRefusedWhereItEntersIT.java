package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TcpEcho;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rate limits of services, by caller and by what is asked for: what is above them is answered 429, and never reaches the other site. */
final class WhatComesTooFastIsRefusedWhereItEntersIT {
    private static final String FEW = "requests: 3, per: 1m";

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int APPS = Ports.next();
    private static final int SHOP = Ports.next();
    private static final int BYTES = Ports.next();
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");
    private static final TcpEcho ECHO = FABRIC.closing(TcpEcho.start("azure", TcpEcho.Manner.ECHO));

    @BeforeAll
    static void start() {
        FABRIC.node("aws-a")
                .yaml()
                .set("telemetry", "{ accessLog: { path: access.log } }")
                .listener("apps", APPS, "identity: \"spiffe://e2e.example/site/aws/apps\"")
                .listener("shop", SHOP, "identity: \"spiffe://e2e.example/team/shop\"")
                .listener("bytes", BYTES, "protocol: TCP, identity: \"spiffe://e2e.example/site/aws/apps\"");
        FABRIC.start();
        FABRIC.applied(
                FABRIC.node("aws-a"),
                String.join(
                        "---\n",
                        service("whole", "rateLimits: [ { name: few, " + FEW + " } ]"),
                        service(
                                "callers",
                                "allow: [ { from: [ \"site:*\" ] } ]",
                                "rateLimits: [ { name: each, " + FEW + ", by: identity } ]"),
                        service(
                                "orders",
                                "rateLimits: [ { name: posts, " + FEW
                                        + ", match: { methods: [ POST ], pathPrefix: /orders } } ]"),
                        service("keys", "rateLimits: [ { name: key, " + FEW + ", by: { header: x-key } } ]"),
                        service("kept", "rateLimits: [ { name: few, " + FEW + " } ]"),
                        service("plain"),
                        Documents.tcp(
                                "bytes",
                                "bytes",
                                Map.of("azure", List.of(ECHO.address())),
                                "rateLimits: [ { name: connections, " + FEW + " } ]")));
        for (String service : List.of("whole", "callers", "orders", "keys", "kept", "plain", "bytes")) {
            TestFabric.awaitServing(FABRIC.node("aws-a"), service, "azure");
        }
    }

    private static String service(String name, String... more) {
        return Documents.http(name, name + ".example", Map.of("azure", List.of(ENDPOINT.address())), more);
    }

    private static Message get(int port, String service) throws IOException {
        return RawClient.get(port, service + ".example", "/");
    }

    private static int post(String path) throws IOException {
        return RawClient.exchange(APPS, "POST", "orders.example", path, "x").status();
    }

    private static JsonObject limit(TestNode at, String service) {
        return at.get("/v1/limits").getJsonArray("limits").stream()
                .map(JsonObject.class::cast)
                .filter(row -> row.getString("service").equals(service))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theFourthOfThreeAMinuteIsToldWhenToComeAgain() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        for (int i = 0; i < 3; i++) {
            assertThat(get(APPS, "whole").status()).isEqualTo(200);
        }
        Message refusal = get(SHOP, "whole");
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(Integer.parseInt(refusal.first("retry-after"))).isBetween(1, 20);
        assertThat(refusal.first("ratelimit-policy")).isEqualTo("\"few\";q=3;w=60");
        assertThat(refusal.first("ratelimit")).startsWith("\"few\";r=0;t=");
        assertThat(new JsonObject(refusal.text()).getString("title")).isEqualTo("rate-limited");

        assertThat(limit(aws, "whole").getLong("passed")).isEqualTo(3);
        assertThat(limit(aws, "whole").getLong("refused")).isEqualTo(1);
        assertThat(limit(FABRIC.node("azure-a"), "whole").getLong("passed"))
                .as("what came through the tunnel is not counted again")
                .isZero();
        aws.awaitMeter(
                refused -> refused == 1, "bridgehead_rate_limit_refused_total{", "service=\"whole\"", "limit=\"few\"");
        Patience.until("the access log has the limit", () -> accessLog(aws).contains("\"rate_limit\":\"few\""));
        assertThat(aws.explain("apps", "GET", "http://whole.example/").toString())
                .contains("limit few of service whole: 3 per 60 s in all, burst 3, on each node");
        assertThat(Cli.run("get", "limits", "--socket", aws.socket().toString())
                        .good()
                        .out())
                .contains("whole", "few", "3 per 60 s");
    }

    private static String accessLog(TestNode node) {
        try {
            return Files.readString(node.folder().resolve("access.log"));
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void eachCallerHasItsOwn() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(get(APPS, "callers").status()).isEqualTo(200);
        }
        assertThat(get(APPS, "callers").status()).isEqualTo(429);
        assertThat(get(SHOP, "callers").status()).isEqualTo(200);
        assertThat(get(FABRIC.node("aws-a").http(), "callers").status()).isEqualTo(403);
        assertThat(limit(FABRIC.node("aws-a"), "callers").getLong("keys"))
                .as("who may not call at all is not counted")
                .isEqualTo(2);
    }

    @Test
    void onlyWhatFitsIsCounted() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(post("/orders/" + i)).isEqualTo(200);
        }
        for (String again :
                List.of("/orders?x=1", "//orders/1", "/orders;x/1", "/./%6frders", "/orders%3Bx", "/x/../orders")) {
            assertThat(post(again)).as(again).isEqualTo(429);
        }
        assertThat(post("/ordersofmagnitude")).isEqualTo(200);
        assertThat(get(APPS, "orders").status()).isEqualTo(200);
    }

    @Test
    void eachValueOfAFieldHasItsOwn() throws IOException {
        for (int i = 0; i < 4; i++) {
            assertThat(keyed("one")).isEqualTo(i < 3 ? 200 : 429);
        }
        assertThat(keyed("two")).isEqualTo(200);
    }

    private static int keyed(String key) throws IOException {
        try (RawClient client = RawClient.to(APPS)) {
            return client.send("GET / HTTP/1.1\r\nHost: keys.example\r\nX-Key: " + key + "\r\n\r\n")
                    .answer()
                    .status();
        }
    }

    @Test
    void connectionsHaveARateToo() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (RawClient client = RawClient.to(BYTES)) {
                assertThat(TcpEcho.greeted(client)).isEqualTo("azure");
            }
        }
        assertThat(RawClient.isTurnedAway(BYTES)).isTrue();
        FABRIC.node("aws-a")
                .awaitMeter(refused -> refused == 1, "bridgehead_rate_limit_refused_total{", "limit=\"connections\"");
    }

    @Test
    void aChangeOfOtherThingsForgetsNothingAndAPolicyLimitsWhatSaysNothing() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        for (int i = 0; i < 3; i++) {
            assertThat(get(APPS, "kept").status()).isEqualTo(200);
        }
        FABRIC.applied(aws, String.join("---\n", service("another"), """
                        apiVersion: bridgehead.io/v1
                        kind: TrafficPolicy
                        metadata: { name: plain }
                        spec: { services: { names: [ plain, kept ] }, rateLimits: [ { name: all, requests: 1, per: 1m } ] }
                        """), "--source", "others");
        assertThat(get(APPS, "kept").status()).isEqualTo(429);
        assertThat(get(APPS, "plain").status()).isEqualTo(200);
        assertThat(get(APPS, "plain").status()).isEqualTo(429);

        Cli.Result refused = FABRIC.apply(
                aws, service("another", "rateLimits: [ { name: a, requests: 0 }, { name: a, requests: 1 } ]"));
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err() + refused.out()).contains("spec.rateLimits[0].requests", "expected");
    }
}
