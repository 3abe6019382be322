package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import io.bridgehead.authn.TestIssuer;
import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Manifests;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Http2Client;
import io.bridgehead.e2e.traffic.JwksServer;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.WebSocketClient;
import io.bridgehead.e2e.traffic.WebSocketEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callers with JSON Web Tokens are called by them at both sites; endpoints get claims that no client can set. */
final class TokensNameCallersIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int EDGE = Ports.next();
    private static final int NEEDED = Ports.next();
    private static final int MOVING = Ports.next();
    private static final int GATEWAY = Ports.next();
    private static final TestIssuer LOGIN = new TestIssuer();
    private static final JwksServer PUBLISHED = FABRIC.closing(JwksServer.plain(new TestIssuer()));
    private static final String PEOPLE = "allow: [ { from: [ \"spiffe://e2e.example/user/*\" ] } ]";
    private static final WebSocketEndpoint CHAT = FABRIC.closing(WebSocketEndpoint.start("azure"));
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");

    @BeforeAll
    static void start() {
        JwksServer login =
                FABRIC.closing(JwksServer.secure(LOGIN, FABRIC.pki().server("/web/login", "login", "localhost")));
        String claims = "claimsToHeaders: [ { claim: email, header: x-user-email } ]";
        String from = "from: [ { header: authorization }, { query: access_token } ]";
        FABRIC.node("aws-a")
                .yaml()
                .set("telemetry", "{ accessLog: { path: access.log } }")
                .set(
                        "jwt",
                        "{ issuers: [ "
                                + issuer(
                                        "login",
                                        TestIssuer.ISSUER,
                                        login.url(),
                                        "authorities: ca.crt",
                                        claims + ", " + from)
                                + ", "
                                + issuer(
                                        "moving",
                                        TestIssuer.ISSUER,
                                        PUBLISHED.url(),
                                        "refresh: 10s, unsafePlaintext: true",
                                        claims)
                                + " ], gateways: [ { name: edge/public, issuers: [ login ], required: true } ] }")
                .set("gateways", "[ edge/public ]")
                .listener("edge", EDGE, "http2: true, jwt: { issuers: [ login ] }")
                .listener("needed", NEEDED, "jwt: { issuers: [ login ], required: true }")
                .listener("moving", MOVING, "jwt: { issuers: [ moving ] }");
        FABRIC.node("azure-a").yaml().set("telemetry", "{ accessLog: { path: access.log } }");
        FABRIC.start();
        Map<String, List<String>> sites = Map.of("azure", List.of(ENDPOINT.address()));
        FABRIC.applied(
                FABRIC.node("aws-a"),
                String.join(
                        "---\n",
                        Documents.http("open", "open.example", sites),
                        Documents.http("people", "people.example", sites, PEOPLE),
                        Documents.http(
                                        "chat",
                                        "localhost",
                                        Map.of("azure", List.of(CHAT.address())),
                                        PEOPLE,
                                        "upgrades: [ websocket ]")
                                .replace("http: { path: /ready }", "tcp: {}"),
                        Documents.http("sales", "sales.example", sites),
                        """
                        apiVersion: bridgehead.io/v1
                        kind: AuthorizationPolicy
                        metadata: { name: sales }
                        spec:
                          services: { names: [ sales ] }
                          rules:
                            - from: [ { source: { requestPrincipals: [ "https://login.example/*" ] } } ]
                              when: [ { key: "request.auth.claims[groups]", values: [ sales ] } ]
                        """));
        FABRIC.applied(FABRIC.node("azure-a"), Manifests.edgePublic(GATEWAY) + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: shop, namespace: edge }
                spec:
                  parentRefs: [ { name: public } ]
                  hostnames: [ shop.example ]
                  rules: [ { backendRefs: [ { group: bridgehead.io, kind: Service, name: people } ] } ]
                """, "--source", "manifests");
        TestFabric.awaitServing(FABRIC.node("aws-a"), "open", "azure");
        TestFabric.awaitServing(FABRIC.node("aws-a"), "people", "azure");
        TestFabric.awaitServing(FABRIC.node("aws-a"), "chat", "azure");
        TestFabric.awaitServing(FABRIC.node("aws-a"), "sales", "azure");
        Patience.until(
                "keys were read",
                () -> FABRIC.node("aws-a").get("/v1/status").getJsonArray("jwt").stream()
                        .allMatch(one -> String.valueOf(one).contains("one EC")),
                () -> FABRIC.node("aws-a").get("/v1/status").encodePrettily());
    }

    private static String issuer(String name, String issuer, String url, String jwks, String more) {
        return "{ name: " + name + ", issuer: \"" + issuer + "\", jwks: { url: \"" + url + "\", " + jwks
                + " }, audiences: [ shop ], identity: \"spiffe://e2e.example/user/{sub}\", " + more + " }";
    }

    private static String token(String subject, String more) {
        return LOGIN.sign(TestIssuer.claims(subject, System.currentTimeMillis(), more));
    }

    private static Message get(int port, String host, String path, String... fields) throws IOException {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        try (RawClient client = RawClient.to(port)) {
            return client.send(head.append("Connection: close\r\n\r\n").toString())
                    .answer();
        }
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    @Test
    void portsOfGatewaysTakeTokensAsTheNodeSays() throws IOException {
        Patience.until("the port is open", () -> isOpen(GATEWAY));
        Message without = get(GATEWAY, "shop.example", "/gateway", "X-User-Email: forged@e2e.example");
        assertThat(without.status()).isEqualTo(401);
        assertThat(without.first("www-authenticate")).startsWith("Bearer");
        String token = token("eve", ",\"email\":\"eve@e2e.example\"");
        assertThat(get(GATEWAY, "shop.example", "/gateway-eve", bearer(token), "X-User-Email: forged@e2e.example")
                        .status())
                .isEqualTo(200);
        Message seen = ENDPOINT.requests().stream()
                .filter(request -> request.target().equals("/gateway-eve"))
                .findFirst()
                .orElseThrow();
        assertThat(seen.first("x-user-email")).isEqualTo("eve@e2e.example");
        assertThat(seen.first("authorization")).isNull();
        awaitLine("azure-a", "/gateway-eve", "\"caller\":\"spiffe://e2e.example/user/eve\"");
        assertThat(FABRIC.node("aws-a")
                        .explain("gateway:127.0.0.1:" + GATEWAY, "GET", "http://shop.example/")
                        .toString())
                .contains("needs a token of [login]");
    }

    private static boolean isOpen(int port) {
        try (RawClient _ = RawClient.to(port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aTokenNamesTheCallerAtBothSites() throws IOException {
        assertThat(get(EDGE, "people.example", "/who").status()).isEqualTo(403);
        String token = token("ada", ",\"email\":\"ada@e2e.example\"");
        Message answer = get(EDGE, "people.example", "/who-is-ada", bearer(token), "X-User-Email: forged@e2e.example");
        assertThat(answer.status()).isEqualTo(200);
        Message seen = ENDPOINT.requests().stream()
                .filter(request -> request.target().equals("/who-is-ada"))
                .findFirst()
                .orElseThrow();
        assertThat(seen.first("x-user-email")).isEqualTo("ada@e2e.example");
        assertThat(seen.first("authorization")).isNull();
        awaitLine("aws-a", "/who-is-ada", "\"caller\":\"spiffe://e2e.example/user/ada\"", "\"caller_proof\":\"jwt\"");
        awaitLine(
                "azure-a",
                "/who-is-ada",
                "\"caller\":\"spiffe://e2e.example/user/ada\"",
                "\"caller_proof\":\"tunnel\"");
    }

    @Test
    void aBadTokenIsRefusedAndAMissingOneWhereItIsNeeded() throws IOException {
        String[] parts = token("ada", "").split("\\.", -1);
        String forged = parts[0] + "." + token("eve", "").split("\\.", -1)[1] + "." + parts[2];
        Message refused = get(EDGE, "open.example", "/", bearer(forged));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.first("www-authenticate"))
                .contains("error=\"invalid_token\"")
                .contains("signature");
        assertThat(get(EDGE, "open.example", "/").status()).isEqualTo(200);
        Message missing = get(NEEDED, "open.example", "/");
        assertThat(missing.status()).isEqualTo(401);
        assertThat(missing.first("www-authenticate")).isEqualTo("Bearer realm=\"bridgehead\"");
        assertThat(get(NEEDED, "open.example", "/", bearer(token("ada", ""))).status())
                .isEqualTo(200);
        TestNode aws = FABRIC.node("aws-a");
        String tokens = "bridgehead_jwt_tokens_total{";
        aws.awaitMeter(count -> count > 0, tokens, "issuer=\"login\"", "outcome=\"signature\"");
        aws.awaitMeter(count -> count > 0, tokens, "issuer=\"login\"", "outcome=\"accepted\"");
        aws.awaitMeter(count -> count > 0, tokens, "outcome=\"missing\"");
    }

    @Test
    void claimsOfClientsThatProveNothingReachNobody() throws IOException {
        assertThat(get(EDGE, "open.example", "/forged", "x-user-email: forged@e2e.example")
                        .status())
                .isEqualTo(200);
        Message seen = ENDPOINT.requests().stream()
                .filter(request -> request.target().equals("/forged"))
                .findFirst()
                .orElseThrow();
        assertThat(seen.first("x-user-email")).isNull();
    }

    @Test
    void policiesAskForClaims() throws IOException {
        assertThat(get(EDGE, "sales.example", "/", bearer(token("ada", ",\"groups\":[\"sales\"]")))
                        .status())
                .isEqualTo(200);
        assertThat(get(EDGE, "sales.example", "/", bearer(token("ada", ",\"groups\":[\"desk\"]")))
                        .status())
                .isEqualTo(403);
        assertThat(get(EDGE, "sales.example", "/").status()).isEqualTo(403);
    }

    @Test
    void http2AndWebSocketsBringTokensAsWell() throws IOException {
        String token = token("bob", "");
        try (Http2Client client = Http2Client.to(EDGE)) {
            assertThat(client.get("people.example", "/two?access_token=" + token)
                            .status())
                    .isEqualTo(200);
            assertThat(client.get("people.example", "/two").status()).isEqualTo(403);
        }
        try (WebSocketClient client = WebSocketClient.open("ws://localhost:" + EDGE + "/chat?access_token=" + token)) {
            assertThat(client.next()).isEqualTo("azure");
            assertThat(client.text("hello").next()).isEqualTo("hello");
        }
        assertThat(ENDPOINT.requests()).noneMatch(request -> request.target().contains("access_token"));
        awaitLine("aws-a", "\"/two\"", "spiffe://e2e.example/user/bob");
    }

    @Test
    void newKeysAreTakenAtOnceAndOldOnesStayWhileTheIssuerIsDown() throws IOException {
        TestIssuer issuer = PUBLISHED.issuer();
        String old = issuer.sign(TestIssuer.claims("ada", System.currentTimeMillis(), ""));
        assertThat(get(MOVING, "people.example", "/", bearer(old)).status()).isEqualTo(200);
        issuer.rotate(TestIssuer.curve("two", Curve.P_256));
        String fresh = issuer.sign(TestIssuer.claims("ada", System.currentTimeMillis(), ""));
        assertThat(get(MOVING, "people.example", "/", bearer(fresh)).status())
                .as("its request waits for the keys")
                .isEqualTo(200);
        assertThat(get(MOVING, "people.example", "/", bearer(old)).status()).isEqualTo(401);
        PUBLISHED.failing("down");
        Patience.until(
                "status says that keys are old",
                () -> status().contains("keys of") && status().contains("answered 503: expected 200"),
                TokensNameCallersIT::status);
        assertThat(get(MOVING, "people.example", "/", bearer(fresh)).status()).isEqualTo(200);
        assertThat(status()).contains("jwt issuer moving, keys two EC");
    }

    private static String status() {
        return Cli.run("status", "--socket", FABRIC.node("aws-a").socket().toString())
                .out();
    }

    @Test
    void explainTakesClaimsAndRealTokens() {
        assertThat(explain("people", "{\"iss\":\"" + TestIssuer.ISSUER + "\",\"sub\":\"ada\"}"))
                .contains("spiffe://e2e.example/user/ada", "proved by a token", "allowed");
        assertThat(explain("people", token("ada", ""))).contains("allowed");
        assertThat(explain("people", token("ada", "") + "x")).contains("answered 401", "signature");
        assertThat(explain("people", "{\"iss\":\"https://other.example\"}"))
                .contains("answered 401", "https://other.example");
    }

    private static String explain(String service, String jwt) {
        return Cli.run(
                        "explain",
                        "--socket",
                        FABRIC.node("aws-a").socket().toString(),
                        "GET",
                        "http://" + service + ".example/",
                        "--listener",
                        "edge",
                        "--jwt",
                        jwt)
                .good()
                .out();
    }

    private static void awaitLine(String node, String... parts) {
        Path log = FABRIC.node(node).folder().resolve("access.log");
        Patience.until(
                "a line with " + List.of(parts),
                () -> lines(log).stream()
                        .anyMatch(line -> List.of(parts).stream().allMatch(line::contains)),
                () -> String.join("\n", lines(log)));
    }

    private static List<String> lines(Path log) {
        try {
            return Files.exists(log) ? Files.readAllLines(log) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
