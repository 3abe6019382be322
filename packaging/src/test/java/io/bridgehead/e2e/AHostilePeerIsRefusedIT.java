package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.bridgehead.e2e.traffic.RawHttp2;
import io.bridgehead.e2e.traffic.ScriptedGateway;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
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
    private static final String SHOP = "spiffe://e2e.example/team/shop";
    private static final TestNode AZURE = FABRIC.node("azure-a");
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");

    /** What is there once the fabric is. */
    private static final class Scene {
        static final Steady STEADY =
                FABRIC.closing(Steady.gets(FABRIC.node("aws-a").http(), "shop.example", 2));
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
                        + Documents.http("team", "team.example", sites, "allow: [ { from: [ \"" + SHOP + "\" ] } ]"));
        TestFabric.awaitServing(FABRIC.node("aws-a"), "shop", "azure");
        TestFabric.awaitServing(FABRIC.node("aws-a"), "team", "azure");
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
        assertThat(ENDPOINT.requests().subList(seen, ENDPOINT.requests().size()))
                .noneMatch(request -> "evil".equals(request.first("x-from")));
        assertThat(AZURE.get("/v1/status").getJsonArray("origins").stream().map(JsonObject.class::cast))
                .anyMatch(line -> line.getString("cause").equals(cause)
                        && line.getString("peer").equals(Scene.EVIL.id().toString()));
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

    @Test
    void aClockThatIsOffIsToldOf() throws IOException {
        try (ScriptedGateway.Tunnel tunnel = Scene.EVIL.dial(AZURE.ports().tunnel())) {
            OriginStatement ahead = Scene.EVIL.statement(OWN, "shop", "azure", -20);
            assertThat(tunnel.get("shop", List.of(Scene.EVIL.signed(ahead))).status())
                    .isEqualTo(200);
        }
        assertThat(AZURE.get("/v1/status").getJsonArray("problems").toString())
                .contains("the clock of " + Scene.EVIL.id(), "ahead of");
        assertThat(AZURE.meter("bridgehead_origins_clocks_apart_total{", "source_site=\"evil\""))
                .isPositive();
    }
}
