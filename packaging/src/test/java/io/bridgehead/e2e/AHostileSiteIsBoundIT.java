package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.HostilePeer;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.RawHttp2;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.health.SiteReport;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.sync.Changesets;
import io.bridgehead.sync.NodeReport;
import io.bridgehead.tls.KeyMaterial;
import io.vertx.core.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A site with valid certificates and a program of its own may say what each reader's {@code trust} lets it say, and nothing else: whatever it tries is
 * refused, counted and named in {@code status}, and nobody else's traffic notices.
 */
final class AHostileSiteIsBoundIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final String EVIL = "spiffe://" + TestFabric.TRUST_DOMAIN + "/site/evil/gateway/evil-a";
    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final TestNode AZURE = FABRIC.node("azure-a");
    private static final TestEndpoint FAR = FABRIC.endpoint("azure-1");
    private static final TestEndpoint NEAR = FABRIC.endpoint("aws-1");
    private static final int HEALTH_FLOOD = 400;
    private static final int STREAMS_FLOOD = 1_500;
    private static final int QUESTION_BYTES = 17 << 20;

    @BeforeAll
    static void start() {
        AWS.yaml()
                .set(
                        "trust",
                        "{ unsafeEndpoints: true, publishers: [ { operators: [ \"spiffe://" + TestFabric.TRUST_DOMAIN
                                + "/operator/*\" ] }, { nodes: [ \"" + EVIL
                                + "\" ], sources: [ evil-docs ], documents: [ \"Service/evil-*\" ] } ],"
                                + " hosts: [ { sources: [ evil-docs ], hosts: [ \"*.evil.example\" ] } ] }");
        FABRIC.start();
        FABRIC.applied(
                AWS,
                Documents.http("shop", "shop.example", Map.of("azure", List.of(FAR.address()))) + "---\n"
                        + Documents.http("local", "local.example", Map.of("aws", List.of(NEAR.address()))));
        TestFabric.awaitServing(AWS, "shop", "azure");
        TestFabric.awaitServing(AWS, "local", "aws");
        Traffic.FAR.awaitAnswered(5);
        Traffic.NEAR.awaitAnswered(5);
    }

    /** Begins when there is a fabric, and goes on beside everything. */
    private static final class Traffic {
        static final Steady FAR = FABRIC.closing(Steady.warmGets(AWS.http(), "shop.example", 1));
        static final Steady NEAR = FABRIC.closing(Steady.warmGets(AWS.http(), "local.example", 1));
    }

    @AfterAll
    static void nobodyNoticed() {
        Traffic.FAR.awaitAnswered(20);
        Traffic.NEAR.awaitAnswered(20);
        assertThat(Traffic.FAR.failures()).isEmpty();
        assertThat(Traffic.NEAR.failures()).isEmpty();
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
    }

    private static HostilePeer evil() throws IOException {
        return HostilePeer.with(
                FABRIC.pki().node(Files.createTempDirectory(FABRIC.folder(), "evil"), "evil", "evil-a"),
                "evil",
                "evil-a");
    }

    private static String service(String name, String host) {
        return Documents.http(name, host, Map.of("evil", List.of("10.6.6.6:80")));
    }

    private static JsonObject rejected(TestNode node, String subject, String cause) {
        Patience.until(
                node.name() + " names " + subject + " as " + cause,
                () -> !lines(node, subject, cause).isEmpty(),
                () -> node.get("/v1/status").getJsonArray("rejected").encodePrettily());
        Patience.until(
                "it is counted",
                () -> node.meter("bridgehead_records_rejected_total", "error_type=\"" + cause + "\"")
                                + node.meter("bridgehead_tunnel_faults_total")
                        > 0,
                node::metrics);
        return lines(node, subject, cause).getFirst();
    }

    private static List<JsonObject> lines(TestNode node, String subject, String cause) {
        return node.get("/v1/status").getJsonArray("rejected").stream()
                .map(JsonObject.class::cast)
                .filter(line -> line.getString("subject").startsWith(subject)
                        && line.getString("cause").equals(cause))
                .toList();
    }

    private static int status(TestNode node, String host) throws IOException {
        return RawClient.get(node.http(), host, "/").status();
    }

    @Test
    void whoCallsItselfByAnothersNameIsSentAway() throws IOException {
        HostilePeer evil = evil();
        double before = AWS.meter("bridgehead_tunnel_faults_total", "error_type=\"identity-mismatch\"");
        for (String[] said : new String[][] {{"azure", "azure-a"}, {"evil", "evil-b"}, {"aws", "evil-a"}}) {
            try (RawHttp2 connection = evil.connect(AWS.ports().tunnel())) {
                assertThat(evil.greet(connection, said[0], said[1], "control"))
                        .as("%s in %s", said[1], said[0])
                        .isEqualTo(403);
            }
        }
        Patience.until(
                "they are counted",
                () -> AWS.meter("bridgehead_tunnel_faults_total", "error_type=\"identity-mismatch\"") >= before + 3);
        assertThat(rejected(AWS, "tunnel connection (identity-mismatch)", "refused")
                        .getString("reason"))
                .contains(EVIL);
    }

    @Test
    void whatItMayNotPublishIsTakenByNobody() throws IOException {
        HostilePeer evil = evil();
        Map<String, Map<String, String>> claims = Map.of(
                "default", Map.of("Service/shop", service("shop", "shop.example")),
                "carts", Map.of("Service/carts", service("carts", "carts.example")),
                "stars", Map.of("Service/all", service("all", "\"*\"")));
        try (RawHttp2 control = evil.control(AWS.ports().tunnel())) {
            for (Map.Entry<String, Map<String, String>> claim : claims.entrySet()) {
                assertThat(HostilePeer.push(control, evil.changeset(claim.getKey(), claim.getValue())))
                        .as(claim.getKey())
                        .isEqualTo("Rejected");
                JsonObject line = rejected(AWS, "changeset \"" + claim.getKey() + "\"", "not-granted");
                assertThat(line.getString("origin")).isEqualTo(EVIL);
                assertThat(line.getString("carrier")).isEqualTo("evil-a");
            }
        }
        assertThat(status(AWS, "carts.example")).isEqualTo(404);
        assertThat(RawClient.get(AWS.http(), "shop.example", "/").text()).isEqualTo("azure-1");
    }

    @Test
    void aSourceThatItIsGrantedClaimsItsOwnNamesAndHostsAlone() throws IOException {
        HostilePeer evil = evil();
        Map<String, String> documents = new TreeMap<>();
        documents.put("Service/evil-own", service("evil-own", "own.evil.example"));
        documents.put("Service/evil-local", service("evil-local", "local.example"));
        documents.put("Service/evil-case", service("evil-case", "SHOP.example"));
        documents.put("Service/evil-idn", service("evil-idn", "xn--shp-0ma.example"));
        documents.put("Service/evil-star", service("evil-star", "\"*\""));
        documents.put("Service/evil-wide", service("evil-wide", "\"*.example\""));
        documents.put("Service/evil-near", service("evil-near", "own.evil.example.example"));
        documents.put("Service/shop", service("shop", "mine.evil.example"));
        documents.put(
                "AuthorizationPolicy/open",
                "apiVersion: bridgehead.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: open }\n"
                        + "spec: { services: { names: [ shop ] }, action: DENY, rules: [ {} ] }\n");
        try (RawHttp2 control = evil.control(AWS.ports().tunnel())) {
            assertThat(HostilePeer.push(control, evil.changeset("evil-docs", documents)))
                    .isEqualTo("Accepted");
        }
        Patience.until(
                "what it may claim is there",
                () -> AWS.get("/v1/services").encode().contains("evil-own"),
                () -> AWS.get("/v1/status").encode());
        assertThat(status(AWS, "own.evil.example")).as("no tunnel leads there").isEqualTo(503);
        for (String name : List.of("evil-local", "evil-case", "evil-idn", "evil-star", "evil-wide", "evil-near")) {
            AWS.awaitStatus("leftOut", "Service/" + name + " is left out on this node");
        }
        AWS.awaitStatus("leftOut", "Service/shop, signed by " + EVIL, "AuthorizationPolicy/open, signed by " + EVIL);
        assertThat(status(AWS, "xn--shp-0ma.example")).isEqualTo(404);
        assertThat(status(AWS, "mine.evil.example")).isEqualTo(404);
        assertThat(status(AWS, "any.example")).isEqualTo(404);
        assertThat(RawClient.get(AWS.http(), "shop.example", "/").text()).isEqualTo("azure-1");
        assertThat(RawClient.get(AWS.http(), "local.example", "/").text()).isEqualTo("aws-1");
        assertThat(rejected(AZURE, "changeset \"evil-docs\"", "not-granted").getString("origin"))
                .as("where it is not granted nothing of it is taken")
                .isEqualTo(EVIL);
        assertThat(status(AZURE, "own.evil.example")).isEqualTo(404);
    }

    @Test
    void anOldRevisionThatIsSaidAgainChangesNothing() throws IOException {
        KeyMaterial operator = HostilePeer.material(FABRIC.operator());
        String first = Documents.http("old", "old.example", Map.of("aws", List.of(NEAR.address())));
        String second = Documents.http(
                "old", "old.example", Map.of("aws", List.of(NEAR.address())), "timeouts: { request: 7s }");
        Instant then = Instant.now().minusSeconds(20);
        byte[] one = HostilePeer.changeset(operator, "old", HostilePeer.first(), Map.of("Service/old", first), then);
        try (RawHttp2 control = evil().control(AWS.ports().tunnel())) {
            assertThat(HostilePeer.push(control, one))
                    .as("it may carry what operators sign")
                    .isEqualTo("Accepted");
            Patience.until("it is the head", () -> AWS.ask("/v1/sources/old") != null);
            JsonObject head = AWS.get("/v1/sources/old");
            Changesets.Base base = new Changesets.Base(
                    head.getString("revision"),
                    head.getLong("stampMillis"),
                    new TreeMap<>(Map.of("Service/old", Changesets.hash(first))),
                    Changesets.Ancestors.NONE,
                    Changesets.Base.NO_DIFFERENCE);
            byte[] two =
                    HostilePeer.changeset(operator, "old", base, Map.of("Service/old", second), then.plusSeconds(5));
            assertThat(HostilePeer.push(control, two)).isEqualTo("Accepted");
            Patience.until(
                    "the next one is the head",
                    () -> !AWS.get("/v1/sources/old").getString("revision").equals(head.getString("revision")));
            String newest = AWS.get("/v1/sources/old").getString("revision");
            for (int i = 0; i < 3; i++) {
                assertThat(HostilePeer.push(control, one)).isEqualTo("Known");
            }
            assertThat(AWS.get("/v1/sources/old").getString("revision")).isEqualTo(newest);
        }
    }

    @Test
    void ofHealthItTellsItsOwnAlone() throws IOException {
        HostilePeer evil = evil();
        try (RawHttp2 control = evil.control(AWS.ports().tunnel())) {
            for (String other : List.of("azure-a", "aws-a")) {
                assertThat(HostilePeer.push(control, evil.health(other, Long.MAX_VALUE, 1, new byte[0])))
                        .isEqualTo("Rejected");
                assertThat(rejected(AWS, "health \"" + other + "\"", "origin").getString("origin"))
                        .isEqualTo(EVIL);
            }
            NodeReport lie = new NodeReport(
                    new SiteReport(new SiteName("evil"), new NodeName("evil-a"), 2, 1, Map.of()),
                    new HostPort("127.0.0.1", AZURE.ports().tunnel()),
                    "9-ffffffff",
                    "6.6.6");
            assertThat(HostilePeer.push(control, evil.health("evil-a", 2, 1, lie.encode())))
                    .isEqualTo("Accepted");
            Patience.until(
                    "it is known by its own word",
                    () -> AWS.get("/v1/nodes").encode().contains("6.6.6"),
                    () -> AWS.get("/v1/nodes").encode());
            assertThat(HostilePeer.push(control, evil.health("evil-a", 1, 9, lie.encode())))
                    .as("an earlier life")
                    .isNotEqualTo("Accepted");
        }
        TestFabric.awaitServing(AWS, "shop", "azure");
    }

    @Test
    void floodsAreBoundAndNamed() throws IOException {
        HostilePeer evil = evil();
        try (RawHttp2 control = evil.control(AWS.ports().tunnel())) {
            List<byte[]> reports = new ArrayList<>();
            for (int i = 0; i < HEALTH_FLOOD; i++) {
                reports.add(evil.health("evil-a", 3, i, new byte[0]));
            }
            assertThat(HostilePeer.push(control, reports))
                    .filteredOn(said -> !said.equals("Accepted"))
                    .hasSizeGreaterThan(HEALTH_FLOOD / 4);
            rejected(AWS, "health \"evil-a\"", "too-much");

            int stream = control.open("POST", "peer", "/.bridgehead/record", false);
            assertThat(control.upload(stream, QUESTION_BYTES).status()).isEqualTo(413);
            assertThat(rejected(AWS, "question /.bridgehead/record", "too-much").getString("carrier"))
                    .isEqualTo("evil-a");
        }
        assertThat(streamsWithoutEnd(evil))
                .as("the last of many streams without end")
                .isTrue();
    }

    /** Whether the last of so many streams is refused, or the whole connection is ended. */
    private static boolean streamsWithoutEnd(HostilePeer evil) throws IOException {
        try (RawHttp2 control = evil.control(AWS.ports().tunnel())) {
            int last = 0;
            for (int i = 0; i < STREAMS_FLOOD; i++) {
                last = control.open("POST", "peer", "/.bridgehead/record", false);
            }
            RawHttp2.Answer answer = control.await(last);
            return answer.isReset() || answer.status() == 503;
        } catch (SocketException | EOFException e) {
            return true;
        }
    }
}
