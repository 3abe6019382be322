package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.PlainObject;
import com.nimbusds.jose.util.Base64URL;
import io.bridgehead.authn.OriginStatement;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.RawHttp2;
import io.bridgehead.e2e.traffic.ScriptedGateway;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A gateway with a valid identity of a site {@code evil} says what it may not: it is refused by name, and nobody else notices. */
final class AHostilePeerIsRefusedIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final String OWN = "spiffe://e2e.example/site/evil/app";
    /** More than a tunnel's connection may have at once. */
    private static final int STREAMS = 5_000;

    private static final String SHOP = "spiffe://e2e.example/team/shop";
    private static final TestNode AZURE = FABRIC.node("azure-a");
    /** What a site that may call a service does to that service's own endpoint is not what is looked at. */
    private static final TestEndpoint FLOODED = FABRIC.endpoint("azure-2");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");

    /** What is there once the fabric is. */
    private static final class Scene {
        static final Steady STEADY =
                FABRIC.closing(Steady.warmGets(FABRIC.node("aws-a").http(), "shop.example", 2));
        static final ScriptedGateway EVIL = evil();

        private static ScriptedGateway evil() {
            try {
                return ScriptedGateway.with(
                        FABRIC.pki().node(Files.createTempDirectory(FABRIC.folder(), "evil"), "evil", "evil-a"));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @BeforeAll
    static void start() {
        AZURE.yaml()
                .set(
                        "trust",
                        "{ unsafeEndpoints: true, speaksFor: { evil: [ \"spiffe://e2e.example/site/*\", \"" + SHOP
                                + "\" ] } }");
        FABRIC.start();
        Map<String, List<String>> sites = Map.of("azure", List.of(ENDPOINT.address()));
        FABRIC.applied(
                FABRIC.node("aws-a"),
                Documents.http("shop", "shop.example", sites) + "---\n"
                        + Documents.http("team", "team.example", sites, "allow: [ { from: [ \"" + SHOP + "\" ] } ]")
                        + "---\n"
                        + Documents.http("told", "told.example", sites, "originStatement: forward")
                        + "---\n"
                        + Documents.http("flooded", "flooded.example", Map.of("azure", List.of(FLOODED.address()))));
        TestFabric.awaitServing(FABRIC.node("aws-a"), "shop", "azure");
        TestFabric.awaitServing(FABRIC.node("aws-a"), "team", "azure");
        TestFabric.awaitServing(FABRIC.node("aws-a"), "told", "azure");
        TestFabric.awaitServing(FABRIC.node("aws-a"), "flooded", "azure");
        Scene.STEADY.awaitAnswered(5);
    }

    @AfterAll
    static void nobodyNoticed() {
        Scene.STEADY.awaitAnswered(30);
        assertThat(Scene.STEADY.failures()).isEmpty();
    }

    private static String honest(String caller) {
        return Scene.EVIL.signed(Scene.EVIL.statement(caller, "shop", "azure", 0));
    }

    private static double count(String cause) {
        return AZURE.meter("bridgehead_origins_refused_total{", "source_site=\"evil\"", "error_type=\"" + cause + "\"");
    }

    private static void refused(String cause, List<String> statements, String... fields) throws IOException {
        double before = count(cause);
        int seen = ENDPOINT.requests().size();
        try (ScriptedGateway.Tunnel tunnel = Scene.EVIL.dial(AZURE.ports().tunnel())) {
            RawHttp2.Answer answer = tunnel.get("shop", statements, fields);
            boolean caller = cause.equals("caller");
            assertThat(answer.status()).as(cause).isEqualTo(caller ? 403 : 502);
            assertThat(answer.field("bridgehead-refusal"))
                    .isEqualTo((caller ? "not-authorized" : "origin-refused") + ";sent=0");
        }
        Patience.until(cause + " is counted", () -> count(cause) > before);
        assertThat(ENDPOINT.requests().stream().skip(seen))
                .noneMatch(request -> "evil".equals(request.first("x-from")));
        Patience.until(
                cause + " is named",
                () -> origins().stream()
                        .map(JsonObject.class::cast)
                        .anyMatch(line -> line.getString("cause").equals(cause)
                                && line.getString("peer").equals(Scene.EVIL.id().toString())),
                () -> origins().encodePrettily());
    }

    private static JsonArray origins() {
        return AZURE.get("/v1/status").getJsonArray("origins");
    }

    @Test
    void whatItMaySayIsTaken() throws IOException {
        try (ScriptedGateway.Tunnel tunnel = Scene.EVIL.dial(AZURE.ports().tunnel())) {
            assertThat(tunnel.get("shop", List.of(honest(OWN))).status()).isEqualTo(200);
            assertThat(tunnel.get("shop", List.of(honest(SHOP))).status()).isEqualTo(200);
            OriginStatement team = Scene.EVIL.statement(SHOP, "team", "azure", 0);
            assertThat(tunnel.get("team", List.of(Scene.EVIL.signed(team))).status())
                    .isEqualTo(200);
            OriginStatement own = Scene.EVIL.statement(OWN, "team", "azure", 0);
            RawHttp2.Answer denied = tunnel.get("team", List.of(Scene.EVIL.signed(own)));
            assertThat(denied.status())
                    .as("the caller is judged, not the gateway")
                    .isEqualTo(403);
        }
    }

    @Test
    void aCallerInPlainFieldsIsNone() throws IOException {
        refused("missing", List.of());
        refused("missing", List.of(), "bridgehead-caller", SHOP, "bridgehead-site", "evil", "x-from", "evil");
        refused("malformed", List.of(honest(OWN), honest(SHOP)), "x-from", "evil");
    }

    @Test
    void forgedSignatures() throws IOException {
        String good = honest(OWN);
        String[] parts = good.split("\\.", -1);
        String claims = new Base64URL(parts[1]).decodeToString().replace("/site/evil/app", "/team/shop");
        refused("signature", List.of(parts[0] + "." + Base64URL.encode(claims) + "." + parts[2]), "x-from", "evil");
        refused("signature", List.of(parts[0] + "." + parts[1] + "." + "A".repeat(86)), "x-from", "evil");
        refused("malformed", List.of(parts[0] + "." + parts[1]), "x-from", "evil");
        refused("too-large", List.of(good + "A".repeat(8192)), "x-from", "evil");
    }

    @Test
    void otherAlgorithms() throws IOException {
        String claims = new Base64URL(honest(OWN).split("\\.", -1)[1]).decodeToString();
        String none = new PlainObject(new PlainHeader.Builder().build(), new Payload(claims)).serialize();
        refused("algorithm", List.of(none), "x-from", "evil");
        JWSHeader hs = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("x").build();
        refused("algorithm", List.of(hs.toBase64URL() + "." + Base64URL.encode(claims) + ".AAAA"), "x-from", "evil");
    }

    @Test
    void inAnotherNodesName() throws IOException {
        ScriptedGateway twin = ScriptedGateway.with(
                FABRIC.pki().node(Files.createTempDirectory(FABRIC.folder(), "twin"), "evil", "evil-b"));
        OriginStatement others = twin.statement(OWN, "shop", "azure", 0);
        refused("key-unknown", List.of(twin.signed(others)), "x-from", "evil");
        refused("issuer", List.of(Scene.EVIL.signed(others)), "x-from", "evil");
    }

    @Test
    void forAnotherServiceOrSiteOrTime() throws IOException {
        ScriptedGateway evil = Scene.EVIL;
        refused("audience", List.of(evil.signed(evil.statement(OWN, "team", "azure", 0))), "x-from", "evil");
        refused("audience", List.of(evil.signed(evil.statement(OWN, "shop", "aws", 0))), "x-from", "evil");
        refused("expired", List.of(evil.signed(evil.statement(OWN, "shop", "azure", 120))), "x-from", "evil");
        refused("not-yet", List.of(evil.signed(evil.statement(OWN, "shop", "azure", -60))), "x-from", "evil");
    }

    @Test
    void forCallersThatItMayNotSpeakFor() throws IOException {
        refused("caller", List.of(honest("spiffe://e2e.example/site/aws/app")), "x-from", "evil");
        refused("caller", List.of(honest("spiffe://e2e.example/team/other")), "x-from", "evil");
        refused("caller", List.of(honest("spiffe://e2e.example/operator/root")), "x-from", "evil");
        AZURE.awaitLog(
                "what a gateway says of a caller is not taken", Scene.EVIL.id().toString());
    }

    /** What one node signed for another, and an endpoint was told, is worth nothing to a third, nor to clients. */
    @Test
    void aStatementThatLeakedIsOfNoUse() throws IOException {
        int aws = FABRIC.node("aws-a").http();
        assertThat(RawClient.get(aws, "told.example", "/leak").status()).isEqualTo(200);
        String leaked = told("/leak");
        assertThat(new Base64URL(leaked.split("\\.", -1)[1]).decodeToString())
                .contains("\"iss\":\"spiffe://e2e.example/site/aws/gateway/aws-a\"")
                .contains("\"sub\":\"spiffe://e2e.example/site/aws/unauthenticated\"")
                .contains("\"aud\":\"told@azure\"", "\"prf\":\"listener\"");
        refused("key-unknown", List.of(leaked), "x-from", "evil");
        try (RawClient client = RawClient.to(aws)) {
            client.send("GET /own HTTP/1.1\r\nhost: told.example\r\nbridgehead-origin: " + leaked + "x\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(200);
        }
        assertThat(told("/own")).doesNotEndWith("x").doesNotContain(",");
    }

    private static String told(String path) {
        return ENDPOINT.requests().stream()
                .filter(request -> request.target().equals(path))
                .map(request -> String.valueOf(request.first("bridgehead-origin")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itsFieldsAndCertificatesArePassedOnAsItsOwn() throws IOException {
        try (ScriptedGateway.Tunnel tunnel = Scene.EVIL.dial(AZURE.ports().tunnel())) {
            RawHttp2.Answer answer = tunnel.get(
                    "shop",
                    List.of(honest(OWN)),
                    "x-forwarded-client-cert",
                    "By=spiffe://e2e.example/site/aws/gateway/aws-a;URI=" + SHOP,
                    "bridgehead-anything",
                    "forged",
                    "x-from",
                    "fields");
            assertThat(answer.status()).isEqualTo(200);
        }
        Message seen = ENDPOINT.requests().stream()
                .filter(request -> "fields".equals(request.first("x-from")))
                .findFirst()
                .orElseThrow();
        assertThat(seen.first("x-forwarded-client-cert")).endsWith(";URI=" + Scene.EVIL.id());
        assertThat(seen.first("bridgehead-anything")).isNull();
        assertThat(seen.first("bridgehead-origin")).isNull();
    }

    @Test
    void certificatesOfOthersAreNotItsOwn() throws IOException {
        String chain = Files.readString(FABRIC.node("aws-a").folder().resolve("node.crt"))
                .split("-----END", -1)[0]
                .replaceAll("-----[A-Z ]+-----", "")
                .replaceAll("\\s", "");
        try (ScriptedGateway.Tunnel tunnel = Scene.EVIL.dial(AZURE.ports().tunnel())) {
            assertThat(tunnel.shows(chain).status()).isEqualTo(403);
            assertThat(tunnel.shows("!").status()).isEqualTo(403);
            assertThat(tunnel.get("shop", List.of(honest(OWN))).status()).isEqualTo(200);
        }
        AZURE.awaitLog("shows for its signatures", Scene.EVIL.id().toString());
    }

    @Test
    void aFloodOfCertificatesEndsTheConnection() throws IOException {
        try (ScriptedGateway.Tunnel tunnel = Scene.EVIL.dial(AZURE.ports().tunnel())) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 50; i++) {
                            tunnel.shows("!");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFloodOfStreamsTakesNothingFromOthers() throws IOException {
        String statement = Scene.EVIL.signed(Scene.EVIL.statement(OWN, "flooded", "azure", 0));
        String[] fields = {"bridgehead-service", "flooded", "bridgehead-origin", statement};
        boolean refused = false;
        try (ScriptedGateway.Tunnel tunnel = Scene.EVIL.dial(AZURE.ports().tunnel())) {
            int last = 0;
            for (int i = 0; i < STREAMS; i++) {
                last = tunnel.http().open("POST", "flooded.example", "/", false, fields);
            }
            refused = tunnel.http().awaitHead(last).isReset();
        } catch (IOException e) {
            refused = true; // the connection was ended
        }
        assertThat(refused).isTrue();
        Scene.STEADY.awaitAnswered(10);
    }

    @Test
    void aClockThatIsOffIsToldOf() throws IOException {
        try (ScriptedGateway.Tunnel tunnel = Scene.EVIL.dial(AZURE.ports().tunnel())) {
            OriginStatement ahead = Scene.EVIL.statement(OWN, "shop", "azure", -20);
            assertThat(tunnel.get("shop", List.of(Scene.EVIL.signed(ahead))).status())
                    .isEqualTo(200);
        }
        AZURE.awaitStatus("problems", "the clock of " + Scene.EVIL.id(), "ahead of");
        AZURE.awaitMeter(apart -> apart > 0, "bridgehead_origins_clocks_apart_total{", "source_site=\"evil\"");
    }
}
