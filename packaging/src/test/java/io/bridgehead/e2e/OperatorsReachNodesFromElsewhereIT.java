package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.RunningPage;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.harness.TestPki;
import io.bridgehead.e2e.traffic.OperatorClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsIntruder;
import io.bridgehead.tls.MaterialFiles;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Operators elsewhere read and change a node by their certificates and the rights that it gives them, and nobody else does. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class OperatorsReachNodesFromElsewhereIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestNode NODE = FABRIC.node("aws-a");
    private static final int PORT = Ports.next();
    private static final String ADDRESS = "127.0.0.1:" + PORT;
    private static final String OPERATOR = "spiffe://" + TestFabric.TRUST_DOMAIN + "/operator/";
    private static final String SECRET = "Bearer-of-the-collector-4711";
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final MaterialFiles.Paths CHANGER = FABRIC.operator();
    private static final MaterialFiles.Paths READER = FABRIC.pki().operator("rita");
    private static final MaterialFiles.Paths STRANGER = FABRIC.pki().operator("eve");
    /** What the product promises, from a change of trust or rights to the end of live connections. */
    private static final Duration GONE = Duration.ofSeconds(5);

    @BeforeAll
    static void start() {
        NODE.yaml()
                .set(
                        "telemetry",
                        "{ accessLog: { enabled: false }, otlp: { endpoint: \"http://127.0.0.1:9\", logs: true, headers: { authorization: "
                                + SECRET + " } } }");
        rights("rita");
        FABRIC.start();
        FABRIC.applied(NODE, service("shop", "shop.example"));
    }

    private static void rights(String reader) {
        NODE.yaml()
                .set(
                        "admin",
                        "{ socket: admin.sock, metrics: { port: " + NODE.ports().metrics()
                                + " }, remote: { address: 127.0.0.1, port: "
                                + PORT + ", hosts: [ gw.example ], operators: { read: [ \"" + OPERATOR + reader
                                + "\" ], change: [ \"" + OPERATOR + "ada\" ] } } }");
        NODE.write();
    }

    private static String service(String name, String host) {
        return Documents.http(name, host, Map.of("aws", List.of(ENDPOINT.address())));
    }

    private static Cli.Result run(MaterialFiles.Paths operator, String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(
                "--node",
                ADDRESS,
                "--certificate",
                operator.certificate().toString(),
                "--key",
                operator.key().toString()));
        return Cli.run(words.toArray(String[]::new));
    }

    private static double failed(String cause) {
        return NODE.meter(
                "bridgehead_tls_handshakes_failed_total", "listener=\"admin.remote\"", "error_type=\"" + cause + "\"");
    }

    private static void refused(TlsIntruder intruder) throws IOException {
        double before = failed("certificate-refused");
        assertThat(intruder.isRefusedAt(PORT, "http/1.1")).isTrue();
        Patience.until("it is counted", () -> failed("certificate-refused") > before);
    }

    @Test
    @Order(1)
    void whoMayReadReadsAndChangesNothing() throws IOException {
        assertThat(run(READER, "status").good().out())
                .contains("node       aws-a in site aws", "admin      for operators elsewhere on " + ADDRESS);
        assertThat(run(READER, "get", "services").good().out()).contains("shop");
        String document = FABRIC.file(service("shop", "other.example")).toString();
        assertThat(run(READER, "plan", "-f", document).good().out()).contains("~ Service/shop");
        Cli.Result apply = run(READER, "apply", "-f", document);
        assertThat(apply.exit()).as(apply.toString()).isEqualTo(4);
        assertThat(apply.err()).contains("refused: " + OPERATOR + "rita may read here and not change anything");
        Cli.Result bundle = run(
                READER,
                "support-bundle",
                "--file",
                FABRIC.folder().resolve("far.tar.gz").toString());
        assertThat(bundle.good().err()).contains("a node elsewhere was asked");
        try (InputStream archive =
                new GZIPInputStream(Files.newInputStream(FABRIC.folder().resolve("far.tar.gz")))) {
            assertThat(new String(archive.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .contains("/get/services.json", "/status.json", "/README.txt", "of this machine are not its own")
                    .doesNotContain("/process/", "/system/", "/doctor.json", "/configuration.txt");
        }
        Cli.Result reload = run(READER, "reload");
        assertThat(reload.exit()).as(reload.toString()).isEqualTo(4);
        assertThat(run(READER, "rollback").exit()).isEqualTo(4);
        assertThat(NODE.get("/v1/services").encode()).doesNotContain("other.example");
    }

    @Test
    @Order(2)
    void whoMayChangeChangesAndIsWrittenDown() {
        String document = FABRIC.file(service("cart", "cart.example")).toString();
        Cli.Result apply = run(CHANGER, "apply", "-f", document, "--source", "carts");
        assertThat(apply.good().out()).contains("is active on 1 of 1 nodes");
        String revision = NODE.get("/v1/sources/carts").getString("revision");
        NODE.awaitLog(
                "\"audit\":\"apply\"",
                "\"subject\":\"carts\"",
                "\"operator\":\"" + OPERATOR + "ada\"",
                "\"signer\":\"" + OPERATOR + "ada\"",
                "\"from\":\"127.0.0.1:",
                "\"revision\":\"" + revision + "\"",
                "admin: apply: done");
        run(CHANGER, "freeze", "--reason", "a test").good();
        NODE.awaitLog("\"audit\":\"order\"", "\"operator\":\"" + OPERATOR + "ada\"", "admin: order: done");
        run(CHANGER, "thaw", "--reason", "a test").good();
        Cli.run("reload", "--socket", NODE.socket().toString()).good();
        NODE.awaitLog("\"audit\":\"reload\"", "\"operator\":\"\"", "\"from\":\"admin socket\"");
        Cli.Result behind =
                run(CHANGER, "apply", "-f", FABRIC.file("kind: Nonsense\n").toString());
        assertThat(behind.exit()).as(behind.toString()).isEqualTo(1);
    }

    private static JsonObject wish(String action, boolean ends) {
        return new JsonObject()
                .put("action", action)
                .put("service", "shop")
                .put("site", action.equals("drain") ? "aws" : "")
                .put("reason", "given from a page")
                .put("lasts", "1h")
                .put("ends", ends);
    }

    @Test
    @Order(3)
    void whoMayChangeGivesOrdersFromAPageOnTheirMachineAndNobodyElseDoes() throws Exception {
        try (RunningPage page = RunningPage.start(
                "--node",
                ADDRESS,
                "--certificate",
                CHANGER.certificate().toString(),
                "--key",
                CHANGER.key().toString())) {
            String host = "host: " + page.host();
            assertThat(page.send("GET", "/", "", host).status())
                    .as("no session")
                    .isEqualTo(401);
            assertThat(page.send("GET", "/enter?secret=guessed", "", host).status())
                    .isEqualTo(403);
            assertThat(page.enter().status()).isEqualTo(200);
            assertThat(page.send("GET", page.link().substring(page.link().indexOf("/enter")), "", host)
                            .status())
                    .as("the link is good once")
                    .isEqualTo(403);
            assertThat(page.told().getJsonObject("desk"))
                    .isEqualTo(new JsonObject()
                            .put("operator", OPERATOR + "ada")
                            .put("may", true)
                            .put("reason", ""));

            String order = wish("freeze", false).put("after", 0).encode();
            List<List<String>> lacking = List.of(
                    List.of("host: evil.example:" + page.port(), page.cookie(), page.proof(), page.origin()),
                    List.of("host: localhost:" + page.port(), page.cookie(), page.proof(), page.origin()),
                    List.of(host, page.proof(), page.origin()),
                    List.of(host, page.cookie(), page.origin()),
                    List.of(host, page.cookie(), page.proof() + "x", page.origin()),
                    List.of(host, page.cookie(), page.proof()),
                    List.of(host, page.cookie(), page.proof(), "origin: http://127.0.0.1:1"),
                    List.of(host, page.cookie(), page.proof(), page.origin(), "sec-fetch-site: cross-site"));
            for (List<String> fields : lacking) {
                assertThat(page.send("POST", "/page/orders", order, fields.toArray(String[]::new))
                                .status())
                        .as(fields.toString())
                        .isIn(401, 403, 421);
            }
            assertThat(NODE.get("/v1/orders").getJsonArray("orders").encode()).doesNotContain("given from a page");

            JsonObject lost = page.post("/page/plan", wish("drain", false));
            assertThat(lost.encode()).contains("would be ordered: drain", "no other site can serve it");
            JsonObject plan = page.post("/page/plan", wish("freeze", false));
            assertThat(plan.getString("text")).startsWith("would be ordered: freeze service shop, until ");
            assertThat(plan.getString("problem")).isEmpty();
            assertThat(NODE.get("/v1/orders").getJsonArray("orders").encode()).doesNotContain("given from a page");
            JsonObject given = wish("freeze", false).put("after", plan.getLong("after"));
            assertThat(page.post("/page/orders", given).getString("reach")).contains("in force at this node");
            assertThat(NODE.get("/v1/orders").getJsonArray("orders").encode())
                    .contains("given from a page", OPERATOR + "ada");
            assertThat(page.post("/page/orders", given).getInteger("status"))
                    .as("another order came since it was planned")
                    .isEqualTo(403);
            JsonObject thaw = page.post("/page/plan", wish("freeze", true));
            page.post("/page/orders", wish("freeze", true).put("after", thaw.getLong("after")));
            Patience.until(
                    "the order is over",
                    () -> NODE.get("/v1/orders").getJsonArray("orders").isEmpty(),
                    () -> NODE.get("/v1/orders").encode());
        }
    }

    @Test
    @Order(3)
    void nobodyElseIsLetIn() throws IOException {
        refused(TlsIntruder.anonymous());
        refused(TlsIntruder.with(new MaterialFiles.Paths(
                NODE.folder().resolve("node.crt"),
                NODE.folder().resolve("node.key"),
                NODE.folder().resolve("ca.crt"))));
        refused(TlsIntruder.with(FABRIC.pki().workload("/team/shop", "shop")));
        refused(TlsIntruder.with(STRANGER));
        Path folder = Files.createTempDirectory(FABRIC.folder(), "foreign");
        refused(TlsIntruder.with(
                TestPki.create(folder.resolve("same"), TestFabric.TRUST_DOMAIN).operator("ada")));
        MaterialFiles.Paths foreign =
                TestPki.create(folder.resolve("other"), "other.example").operator("ada");
        refused(TlsIntruder.with(foreign));

        Cli.Result eve = run(STRANGER, "status");
        assertThat(eve.exit()).as(eve.toString()).isEqualTo(4);
        assertThat(eve.err()).contains(ADDRESS + " refused " + OPERATOR + "eve");
        Cli.Result other = run(foreign, "status");
        assertThat(other.exit()).as(other.toString()).isEqualTo(3);
        assertThat(other.err()).contains("is not the gateway that was meant");
        NODE.awaitLog("connection to the admin port refused: ", "expected one whom admin.remote.operators names");
    }

    @Test
    @Order(4)
    void theNodeMustBeTheOneThatWasMeant() {
        run(READER, "status", "--node-id", "aws").good();
        run(READER, "status", "--node-id", "aws/aws-a").good();
        for (String meant : List.of("azure", "aws/aws-b")) {
            Cli.Result result = run(READER, "status", "--node-id", meant);
            assertThat(result.exit()).as(result.toString()).isEqualTo(3);
            assertThat(result.err()).contains("found peer spiffe://", "/site/aws/gateway/aws-a; expected");
        }
        Cli.Result nobody = Cli.run(
                Map.of(
                        "BRIDGEHEAD_NODE",
                        "127.0.0.1:" + Ports.next(),
                        "BRIDGEHEAD_OPERATOR_CERTIFICATE",
                        READER.certificate().toString(),
                        "BRIDGEHEAD_OPERATOR_KEY",
                        READER.key().toString(),
                        "BRIDGEHEAD_OPERATOR_BUNDLE",
                        READER.bundle().toString()),
                "status");
        assertThat(nobody.exit()).as(nobody.toString()).isEqualTo(3);
        assertThat(nobody.err()).contains("no node answers on 127.0.0.1:");
        Cli.Result both = run(READER, "status", "--socket", NODE.socket().toString());
        assertThat(both.exit()).as(both.toString()).isEqualTo(2);
    }

    @Test
    @Order(5)
    void requestsCallTheNodeByItsNameAndComeFromNoPage() throws IOException {
        try (OperatorClient client = OperatorClient.to(PORT, READER)) {
            for (String host : List.of("127.0.0.1:" + PORT, "[::1]:1", "localhost", "aws-a", "GW.example:" + PORT)) {
                assertThat(client.get("/v1/status", host)).as(host).isEqualTo(200);
            }
            for (String host :
                    List.of("evil.example", "gw.example.evil.example", "127.0.0.1.nip.example", "gw.example.")) {
                assertThat(client.get("/v1/status", host)).as(host).isEqualTo(421);
            }
            assertThat(client.get("/v1/status", "localhost", "origin: https://evil.example"))
                    .isEqualTo(403);
            assertThat(client.get("/v1/status", "localhost", "sec-fetch-site: cross-site"))
                    .isEqualTo(403);
            assertThat(client.get("/v1/%73ources/default/%72evisions/1", "localhost"))
                    .as("texts of documents, however they are spelt")
                    .isIn(403, 404);
            assertThat(client.get("/v1/sources/default/%72evisions/1", "localhost"))
                    .isEqualTo(403);
        }
    }

    @Test
    @Order(6)
    void noSecretLeavesTheNode() throws IOException {
        String key = Files.readString(NODE.folder().resolve("node.key"))
                .lines()
                .toList()
                .get(1);
        for (String path : List.of(
                "/v1/status",
                "/v1/services",
                "/v1/services/shop",
                "/v1/sites",
                "/v1/nodes",
                "/v1/stages",
                "/v1/tunnels",
                "/v1/listeners",
                "/v1/routes",
                "/v1/gateways",
                "/v1/policies",
                "/v1/orders",
                "/v1/rights/spiffe:%2F%2Fe2e.example%2Foperator%2Fada",
                "/v1/certs",
                "/v1/tokens",
                "/v1/history",
                "/v1/conflicts",
                "/v1/sources",
                "/v1/sources/default",
                "/metrics")) {
            try (OperatorClient client = OperatorClient.to(PORT, CHANGER)) {
                client.send("GET " + path + " HTTP/1.0\r\nhost: localhost\r\n\r\n");
                String answer = client.readAll();
                assertThat(answer).as(path).startsWith("HTTP/1.1 ").doesNotContain(SECRET, key, "PRIVATE KEY");
            }
        }
    }

    @Test
    @Order(7)
    void connectionsAndBodiesHaveBounds() throws IOException {
        Patience.until("those of before are gone", () -> remote().getInteger("connections") == 0);
        List<OperatorClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < 16; i++) {
                OperatorClient client = OperatorClient.to(PORT, READER);
                assertThat(client.get("/live", "localhost")).isEqualTo(200);
                open.add(client);
            }
            double before = NODE.meter("bridgehead_connections_refused_total", "listener=\"admin.remote\"");
            assertThat(TlsIntruder.with(READER).isRefusedAt(PORT, "http/1.1")).isTrue();
            NODE.awaitMeter(
                    refused -> refused > before, "bridgehead_connections_refused_total", "listener=\"admin.remote\"");
        } finally {
            for (OperatorClient client : open) {
                client.close();
            }
        }
        Patience.until("they are gone", () -> remote().getInteger("connections") == 0);
        try (OperatorClient client = OperatorClient.to(PORT, READER)) {
            client.send("POST /v1/plan HTTP/1.1\r\nhost: localhost\r\ncontent-length: 40000000\r\n\r\n");
            String part = "x".repeat(1 << 20);
            String answer = "";
            try {
                for (int i = 0; i < 18; i++) {
                    client.send(part);
                }
                answer = client.readHead();
            } catch (IOException e) {
                answer = client.readHead();
            }
            assertThat(answer).startsWith("HTTP/1.1 413 ");
        }
    }

    private static JsonObject remote() {
        return NODE.get("/v1/status").getJsonObject("admin");
    }

    @Test
    @Order(8)
    void whoLosesARightLosesTheConnection() throws IOException {
        try (OperatorClient reader = OperatorClient.to(PORT, READER);
                OperatorClient changer = OperatorClient.to(PORT, CHANGER)) {
            assertThat(reader.get("/v1/status", "localhost")).isEqualTo(200);
            assertThat(changer.get("/v1/status", "localhost")).isEqualTo(200);
            rights("somebody-else");
            Cli.run("reload", "--socket", NODE.socket().toString()).good();
            assertThat(reader.isEndedWithin(GONE)).isTrue();
            NODE.awaitLog(OPERATOR + "rita", "from 127.0.0.1:", "is not trusted any more");
            NODE.awaitStatus("closed", "operator", "policy", OPERATOR + "rita", "admin.remote");
            assertThat(changer.get("/v1/status", "localhost"))
                    .as("others go on")
                    .isEqualTo(200);
            assertThat(run(READER, "status").exit()).isEqualTo(4);
            rights("rita");
            Cli.run("reload", "--socket", NODE.socket().toString()).good();
            run(READER, "status").good();
        }
    }

    @Test
    @Order(9)
    void whoIsOfARootThatIsGoneLosesTheConnection() throws IOException {
        Path folder = Files.createTempDirectory(FABRIC.folder(), "new");
        TestPki next = TestPki.create(folder.resolve("pki"), TestFabric.TRUST_DOMAIN);
        next.node(folder, "aws", "aws-a");
        try (OperatorClient changer = OperatorClient.to(PORT, CHANGER)) {
            assertThat(changer.get("/v1/status", "localhost")).isEqualTo(200);
            for (String file : List.of("node.key", "node.crt", "ca.crt")) {
                Files.copy(folder.resolve(file), NODE.folder().resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            assertThat(changer.isEndedWithin(GONE)).isTrue();
        }
        NODE.awaitLog(OPERATOR + "ada", "from 127.0.0.1:", "no valid path to the bundle");
        MaterialFiles.Paths ada = next.operator("ada");
        // who is trusted no longer is sent away before the port has its new certificate
        Patience.until(
                "an operator of the new root is let in",
                () -> run(ada, "status").exit() == 0);
        refused(TlsIntruder.with(CHANGER));
    }
}
