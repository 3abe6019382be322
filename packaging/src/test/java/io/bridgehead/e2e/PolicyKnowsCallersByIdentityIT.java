package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.tls.PeerKeys;
import io.bridgehead.tls.PemFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may call is decided by the site that a caller entered at and by the identity that its listener declares. */
final class PolicyKnowsCallersByIdentityIT {
    private static final String UNAUTHENTICATED = "spiffe://e2e.example/site/aws/unauthenticated";

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int AWS_APPS = Ports.next();
    private static final int AWS_SHOP = Ports.next();
    private static final int AZURE_APPS = Ports.next();
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");

    @BeforeAll
    static void start() {
        FABRIC.node("aws-a")
                .yaml()
                .set("telemetry", "{ accessLog: { path: access.log } }")
                .listener("apps", AWS_APPS, "identity: \"spiffe://e2e.example/site/aws/apps\"")
                .listener("shop", AWS_SHOP, "identity: \"spiffe://e2e.example/team/shop\"");
        FABRIC.node("azure-a")
                .yaml()
                .listener("apps", AZURE_APPS, "identity: \"spiffe://e2e.example/site/azure/apps\"");
        FABRIC.start();
        FABRIC.applied(
                FABRIC.node("aws-a"),
                String.join(
                        "---\n",
                        service("open", ""),
                        service("sites", "allow: [ { from: [ \"site:*\" ], methods: [ GET, POST ] } ]"),
                        service("azure-only", "allow: [ { from: [ \"site:azure\" ] } ]"),
                        service("team", "allow: [ { from: [ \"spiffe://e2e.example/team/*\" ], methods: [ GET ] } ]"),
                        service("anyone", "allow: [ { from: [ \"" + UNAUTHENTICATED + "\" ] } ]"),
                        service("nobody", "allow: []"),
                        service("guarded", ""),
                        service("told", "originStatement: forward")));
        // a machine that does other work as well may have failed the first check of any of them
        for (String service : List.of("open", "sites", "azure-only", "team", "anyone", "nobody", "guarded", "told")) {
            FABRIC.nodes().forEach(node -> TestFabric.awaitServing(node, service, "azure"));
        }
    }

    private static String policy(String name, String service, String says) {
        return """
                apiVersion: bridgehead.io/v1
                kind: AuthorizationPolicy
                metadata: { name: %s }
                spec: { services: { names: [ %s ] }, %s }
                """.formatted(name, service, says);
    }

    private static String service(String name, String allow) {
        Map<String, List<String>> sites = Map.of("azure", List.of(ENDPOINT.address()));
        return allow.isEmpty()
                ? Documents.http(name, name + ".example", sites)
                : Documents.http(name, name + ".example", sites, allow);
    }

    private static int aws() {
        return FABRIC.node("aws-a").http();
    }

    private static int status(int port, String method, String service) throws IOException {
        return RawClient.exchange(port, method, service + ".example", "/", "").status();
    }

    @Test
    void withoutAllowEverySiteOfTheTrustDomainMayCall() throws IOException {
        assertThat(status(aws(), "GET", "open")).isEqualTo(200);
        assertThat(status(AWS_APPS, "POST", "open")).isEqualTo(200);
        assertThat(status(AZURE_APPS, "GET", "open")).isEqualTo(200);
    }

    @Test
    void sitesNameDeclaredIdentitiesAndNeverTheUnauthenticated() throws IOException {
        assertThat(status(AWS_APPS, "GET", "sites")).isEqualTo(200);
        assertThat(status(AZURE_APPS, "POST", "sites")).isEqualTo(200);
        assertThat(status(AWS_APPS, "DELETE", "sites")).isEqualTo(403);
        assertThat(status(aws(), "GET", "sites")).isEqualTo(403);
    }

    @Test
    void aSiteByNameAdmitsItsOwnCallersOnly() throws IOException {
        assertThat(status(AZURE_APPS, "GET", "azure-only")).isEqualTo(200);
        assertThat(status(AWS_APPS, "GET", "azure-only")).isEqualTo(403);
    }

    @Test
    void aSpiffeIdAdmitsItsBearer() throws IOException {
        assertThat(status(AWS_SHOP, "GET", "team")).isEqualTo(200);
        assertThat(status(AWS_SHOP, "POST", "team")).isEqualTo(403);
        assertThat(status(AWS_APPS, "GET", "team")).isEqualTo(403);
        assertThat(status(aws(), "GET", "anyone")).isEqualTo(200);
        assertThat(status(AWS_APPS, "GET", "anyone")).isEqualTo(403);
    }

    @Test
    void anEmptyListAdmitsNobody() throws IOException {
        assertThat(status(AZURE_APPS, "GET", "nobody")).isEqualTo(403);
    }

    @Test
    void policiesOfTheirOwnJudgeRequestsOfBothSites() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        String reading = "rules: [ { from: [ { source: { principals: [ \"*/team/shop\" ] } } ],"
                + " to: [ { operation: { methods: [ GET ], paths: [ \"/api/*\" ] } } ] },"
                + " { from: [ { source: { sites: [ azure ] } } ] } ]";
        String policies = String.join(
                "---\n",
                policy("readers", "guarded", reading),
                policy(
                        "no-admin",
                        "guarded",
                        "action: DENY, rules: [ { to: [ { operation: { paths: [ \"/api/admin*\" ] } } ] } ]"),
                policy(
                        "no-port",
                        "guarded",
                        "action: DENY, rules: [ { to: [ { operation: { ports: [ " + AZURE_APPS
                                + " ], methods: [ PUT ] } } ] } ]"),
                policy("watch", "guarded", "action: AUDIT, rules: [ { to: [ { operation: { methods: [ GET ] } } ] } ]"),
                policy("soon", "open", "action: DENY, dryRun: true, rules: [ {} ]"));
        FABRIC.applied(aws, policies, "--source", "policies");

        assertThat(guarded(AWS_SHOP, "GET", "/api/x")).isEqualTo(200);
        assertThat(guarded(AWS_SHOP, "GET", "/other")).isEqualTo(403);
        assertThat(guarded(AWS_SHOP, "POST", "/api/x")).isEqualTo(403);
        assertThat(guarded(AWS_SHOP, "GET", "/api/admin/x")).isEqualTo(403);
        assertThat(guarded(AWS_SHOP, "GET", "//api/admin/x")).isEqualTo(403);
        assertThat(guarded(AWS_APPS, "GET", "/api/x")).isEqualTo(403);
        assertThat(guarded(AZURE_APPS, "POST", "/other")).isEqualTo(200);
        assertThat(guarded(AZURE_APPS, "PUT", "/other")).isEqualTo(403);
        assertThat(status(AWS_APPS, "GET", "open")).isEqualTo(200);

        String remarks = "bridgehead_authorization_remarks_total{";
        aws.awaitMeter(count -> count > 0, remarks, "policy=\"watch\"", "outcome=\"audit\"");
        aws.awaitMeter(count -> count > 0, remarks, "policy=\"soon\"", "outcome=\"would-deny\"");
        assertThat(aws.explain("shop", "GET", "http://guarded.example/api/admin")
                        .toString())
                .contains("denied: AuthorizationPolicy no-admin (DENY), rule 0");
    }

    @Test
    void endpointsGetTheStatementWhereTheyAskForItAndOnlyThere() throws Exception {
        assertThat(status(AWS_SHOP, "GET", "open")).isEqualTo(200);
        assertThat(sentTo("open").first("bridgehead-origin")).isNull();
        assertThat(status(AWS_SHOP, "GET", "told")).isEqualTo(200);
        String statement = Objects.requireNonNull(sentTo("told").first("bridgehead-origin"));
        String[] parts = statement.split("\\.", -1);
        assertThat(parts).hasSize(3);
        PublicKey key = PemFile.read(FABRIC.node("aws-a").folder().resolve("node.crt"))
                .certificates()
                .getFirst()
                .getPublicKey();
        JsonObject header = new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(parts[0])));
        assertThat(header.getString("alg")).isEqualTo("ES256");
        assertThat(header.getString("kid")).isEqualTo(PeerKeys.id(key));
        Signature check = Signature.getInstance("SHA256withECDSAinP1363Format");
        check.initVerify(key);
        check.update((parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(check.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
        JsonObject claims = new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(parts[1])));
        assertThat(claims.getString("sub")).isEqualTo("spiffe://e2e.example/team/shop");
        assertThat(claims.getString("aud")).isEqualTo("told@azure");
        assertThat(claims.getString("iss")).startsWith("spiffe://e2e.example/site/aws/gateway/");
        assertThat(claims.getLong("exp") - claims.getLong("iat")).isEqualTo(60);
    }

    private static Message sentTo(String service) {
        return ENDPOINT.requests().stream()
                .filter(request -> (service + ".example").equals(request.first("host")))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private static int guarded(int port, String method, String path) throws IOException {
        return RawClient.exchange(port, method, "guarded.example", path, "").status();
    }

    @Test
    void aRefusalSaysWhatItIsAndNothingAboutTheInside() throws IOException {
        Message refusal = RawClient.get(aws(), "nobody.example", "/");
        assertThat(refusal.first("proxy-status")).isEqualTo("bridgehead; error=http_request_denied");
        assertThat(refusal.first("content-type")).isEqualTo("application/problem+json");
        assertThat(new JsonObject(refusal.text()).getString("title")).isEqualTo("not-authorized");
        assertThat(refusal.toString()).doesNotContain(ENDPOINT.address()).doesNotContain("azure");
    }

    @Test
    void explainAgreesWithWhatHappens() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        for (String service : List.of("open", "sites", "azure-only", "team", "anyone", "nobody")) {
            for (String method : List.of("GET", "DELETE")) {
                agrees(aws, "http", aws(), method, service);
                agrees(aws, "apps", AWS_APPS, method, service);
                agrees(aws, "shop", AWS_SHOP, method, service);
            }
        }
        Cli.Result said = Cli.run(
                        "explain",
                        "--socket",
                        aws.socket().toString(),
                        "GET",
                        "http://team.example/",
                        "--from",
                        "spiffe://e2e.example/team/shop")
                .good();
        assertThat(said.out()).contains("policy", "allowed", "azure");
    }

    private static void agrees(TestNode node, String listener, int port, String method, String service)
            throws IOException {
        JsonObject said = node.explain(listener, method, "http://" + service + ".example/");
        assertThat(said.getBoolean("allowed"))
                .as(method + " " + service + " at " + listener + ": " + said)
                .isEqualTo(status(port, method, service) == 200);
    }
}
