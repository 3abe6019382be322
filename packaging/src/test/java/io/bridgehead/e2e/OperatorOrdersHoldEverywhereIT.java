package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.tls.MaterialFiles;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an operator orders at one site holds at all, over a restart of all, until it is ended or its time is over. */
@Tag("timed")
final class OperatorOrdersHoldEverywhereIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a", "gcp-a");

    private static final int PROBE = Ports.next();
    private static final TestEndpoint AZURE = FABRIC.endpoint("azure-1");
    private static final TestEndpoint GCP = FABRIC.endpoint("gcp-1");

    @BeforeAll
    static void start() {
        aws().yaml().set("site", "{ name: aws, provider: amazon, region: east }");
        TestNode gcp = FABRIC.node("gcp-a");
        gcp.yaml()
                .set("site", "{ name: gcp, provider: amazon, region: east }")
                .set(
                        "admin",
                        "{ socket: admin.sock, metrics: { port: " + gcp.ports().metrics()
                                + " }, probe: { address: 127.0.0.1, port: " + PROBE + ", leave: 2s } }");
        FABRIC.node("azure-a").yaml().set("site", "{ name: azure, provider: amazon }");
        FABRIC.start();
        Map<String, List<String>> sites = new LinkedHashMap<>();
        sites.put("azure", List.of(AZURE.address()));
        sites.put("gcp", List.of(GCP.address()));
        FABRIC.applied(
                aws(),
                Documents.http("shop", "shop.example", sites, "failover: { order: [ gcp, azure ], holdDown: 0s }"));
        FABRIC.applied(
                aws(),
                Documents.http(
                        "near", "near.example", sites, "failover: { order: [ sameRegion, sameProvider, anySite ] }"));
        TestFabric.awaitServing(aws(), "shop", "gcp");
        TestFabric.awaitServing(aws(), "near", "gcp");
    }

    @AfterEach
    void endAll() {
        for (Object row : orders(aws())) {
            JsonObject order = (JsonObject) row;
            assertThat(order.getString("order")).as("left over").isEmpty();
        }
    }

    private static TestNode aws() {
        return FABRIC.node("aws-a");
    }

    private static Cli.Result order(TestNode at, String... words) {
        return order(at, FABRIC.operator(), words);
    }

    private static Cli.Result order(TestNode at, MaterialFiles.Paths identity, String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of(
                "--socket",
                at.socket().toString(),
                "--certificate",
                identity.certificate().toString(),
                "--key",
                identity.key().toString()));
        return Cli.run(arguments.toArray(String[]::new));
    }

    private static JsonArray orders(TestNode node) {
        JsonObject answer = node.ask("/v1/orders");
        return answer == null ? new JsonArray() : answer.getJsonArray("orders");
    }

    private static void awaitOrders(TestNode node, int count) {
        Patience.until(
                node.name() + " has " + count + " orders",
                () -> orders(node).size() == count,
                () -> String.valueOf(node.ask("/v1/orders")));
    }

    private static List<String> reasons(TestNode node, String service) {
        JsonObject answer = node.ask("/v1/services");
        return answer == null
                ? List.of()
                : answer.getJsonArray("services").stream()
                        .map(JsonObject.class::cast)
                        .filter(row -> row.getString("service").equals(service))
                        .map(row -> row.getString("site") + " " + row.getString("reason"))
                        .toList();
    }

    @Test
    void aDrainMovesNewRequestsAndIsRememberedWhenAllAreKilled() {
        try (Steady gets = Steady.warmGets(aws().http(), "shop.example", 2)) {
            gets.awaitServedBy("gcp-1");
            String said = order(
                            FABRIC.node("azure-a"), "drain", "site", "gcp", "--reason", "power works", "--for", "2h")
                    .good()
                    .out();
            long given = System.nanoTime();
            assertThat(said).contains("ordered: drain site gcp, until ", "of 2 others that it knows");
            for (TestNode node : FABRIC.nodes()) {
                awaitOrders(node, 1);
            }
            assertThat((System.nanoTime() - given) / 1_000_000)
                    .as("milliseconds until it held everywhere")
                    .isLessThanOrEqualTo(Patience.promisedMillis(2_000));
            TestFabric.awaitServing(aws(), "shop", "azure");
            gets.awaitServedBy("azure-1");
            assertThat(gets.failures()).isEmpty();
        }
        assertThat(reasons(aws(), "shop")).contains("gcp drained by an operator");
        assertThat(Cli.run("status", "--socket", aws().socket().toString())
                        .good()
                        .out())
                .contains("order      drain site gcp until ", "/operator/ada: power works");
        assertThat(aws().explain("http", "GET", "http://shop.example/").encode())
                .contains("drain site gcp, until ", ": power works (spiffe://", "/operator/ada)");
        aws().awaitMeter(count -> count == 1, "bridgehead_orders", "order=\"drain\"");
        FABRIC.node("gcp-a").awaitLog("order in force: drain site gcp", "power works", "/operator/ada");

        FABRIC.nodes().forEach(TestNode::kill);
        FABRIC.nodes().forEach(TestNode::start);
        FABRIC.nodes().forEach(TestNode::awaitReady);
        FABRIC.nodes().forEach(node -> awaitOrders(node, 1));
        FABRIC.nodes().forEach(FABRIC::awaitTogether);
        TestFabric.awaitServing(aws(), "shop", "azure");
        assertThat(Cli.run("get", "orders", "--socket", aws().socket().toString())
                        .good()
                        .out())
                .contains("drain site gcp", "power works");

        order(FABRIC.node("gcp-a"), "undrain", "site", "gcp", "--reason", "power is back")
                .good();
        FABRIC.nodes().forEach(node -> awaitOrders(node, 0));
        TestFabric.awaitServing(aws(), "shop", "gcp");
        FABRIC.node("azure-a").awaitLog("order over: drain site gcp", "power is back");
        assertThat(order(aws(), "undrain", "site", "gcp", "--reason", "again")
                        .good()
                        .out())
                .contains("nothing was changed");
    }

    @Test
    void aDrillShowsWhatTheLossOfASiteCosts() {
        JsonObject report = order(
                        aws(),
                        "drill",
                        "fail-site",
                        "gcp",
                        "--service",
                        "shop",
                        "--for",
                        "3s",
                        "--wait",
                        "50s",
                        "-o",
                        "json")
                .good()
                .json();
        assertThat(report.getInteger("probesLost")).as(report.encode()).isZero();
        assertThat(report.getInteger("probesSent")).isGreaterThan(20);
        assertThat(report.getLong("shiftMillis")).isBetween(0L, Patience.promisedMillis(2_000));
        assertThat(report.getJsonObject("sharesDuring").getDouble("azure")).isEqualTo(1);
        assertThat(report.getJsonObject("answered").getInteger("azure")).isPositive();
        assertThat(report.getLong("backMillis")).as(report.encode()).isNotNull();
        FABRIC.nodes().forEach(node -> awaitOrders(node, 0));
        FABRIC.node("gcp-a").awaitLog("order in force: drill service shop in site gcp", "a drill");
    }

    @Test
    void aDrillIsRefusedWhereNobodyElseCanServeAndEndsWithItsCommand() throws Exception {
        order(aws(), "drain", "service", "shop", "azure", "--reason", "not there")
                .good();
        Patience.until("azure is drained", () -> reasons(aws(), "shop").contains("azure drained by an operator"));
        Cli.Result refused = order(aws(), "drill", "fail-site", "gcp", "--service", "shop");
        assertThat(refused.exit()).as(refused.toString()).isEqualTo(4);
        assertThat(refused.err()).contains("no other site can take service 'shop'", "--even-if-lost");
        order(aws(), "undrain", "service", "shop", "azure", "--reason", "there").good();
        FABRIC.nodes().forEach(node -> awaitOrders(node, 0));

        Process drill = new ProcessBuilder(
                        Cli.launcher().toString(),
                        "drill",
                        "fail-site",
                        "gcp",
                        "--service",
                        "shop",
                        "--for",
                        "10m",
                        "--socket",
                        aws().socket().toString(),
                        "--certificate",
                        FABRIC.operator().certificate().toString(),
                        "--key",
                        FABRIC.operator().key().toString())
                .redirectErrorStream(true)
                .redirectOutput(FABRIC.folder().resolve("drill.log").toFile())
                .start();
        TestFabric.awaitServing(aws(), "shop", "azure");
        drill.destroy();
        assertThat(drill.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(FABRIC.folder().resolve("drill.log"))).contains("ended early", "0 lost");
        FABRIC.nodes().forEach(node -> awaitOrders(node, 0));
        TestFabric.awaitServing(aws(), "shop", "gcp");
    }

    @Test
    void tiersMeanTheRegionAndProviderOfWhoeverAsks() {
        // who has just been started again learns from the others where they are
        awaitTiers(aws(), "gcp (tier 1 sameRegion, ", "azure (tier 2 sameProvider, ");
        awaitTiers(FABRIC.node("azure-a"), "azure (tier 1 sameRegion, ", "gcp (tier 2 sameProvider, ");
        assertThat(Cli.run("get", "services", "--socket", aws().socket().toString())
                        .good()
                        .out())
                .contains("sameRegion", "sameProvider");
    }

    private static void awaitTiers(TestNode at, String... tiers) {
        Supplier<String> said =
                () -> at.explain("http", "GET", "http://near.example/").encode();
        Patience.until("tiers of " + at.name(), () -> List.of(tiers).stream().allMatch(said.get()::contains), said);
    }

    @Test
    void aDrainedNodeIsNotReadyAndServesWhatComes() {
        TestNode gcp = FABRIC.node("gcp-a");
        Patience.until("the port for load balancers is open", () -> accepts(PROBE));
        order(aws(), "drain", "node", "gcp-a", "--reason", "new kernel").good();
        FABRIC.nodes().forEach(node -> awaitOrders(node, 1));
        gcp.awaitStatus("ready", "false");
        TestFabric.awaitServing(aws(), "shop", "azure");
        Patience.until("the port for load balancers is closed", () -> !accepts(PROBE));
        try (Steady gets = Steady.warmGets(gcp.http(), "shop.example", 1)) {
            gets.awaitServedBy("gcp-1");
            assertThat(gets.failures()).isEmpty();
        }
        order(aws(), "undrain", "node", "gcp-a", "--reason", "it runs").good();
        FABRIC.nodes().forEach(node -> awaitOrders(node, 0));
        gcp.awaitReady();
        TestFabric.awaitServing(aws(), "shop", "gcp");
        Patience.until("the port for load balancers is open", () -> accepts(PROBE));
    }

    @Test
    void aNodeThatStopsTellsLoadBalancersBeforeItRefusesClients() {
        TestNode gcp = FABRIC.node("gcp-a");
        Patience.until("the port for load balancers is open", () -> accepts(PROBE));
        gcp.signal("TERM");
        Patience.until("the port for load balancers is closed", () -> !accepts(PROBE));
        assertThat(accepts(gcp.http())).as("clients are taken meanwhile").isTrue();
        gcp.awaitEnd();
        gcp.start();
        gcp.awaitReady();
        Patience.until("the port for load balancers is open", () -> accepts(PROBE));
        TestFabric.awaitServing(aws(), "shop", "gcp");
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whoOnlyHoldsConnectionsKeepsNoLoadBalancerOut() throws IOException {
        Patience.until("the port for load balancers is open", () -> accepts(PROBE));
        Deque<RawClient> idle = new ArrayDeque<>();
        try {
            for (int i = 0; i < 400; i++) {
                idle.push(RawClient.to(PROBE));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(RawClient.get(PROBE, "balancer", "/ready").status()).isEqualTo(200);
            }
        } finally {
            while (!idle.isEmpty()) {
                idle.pop().close();
            }
        }
    }

    @Test
    void anEndpointIsDrainedInItsSiteAndComesBack() {
        String gcp = GCP.address();
        order(aws(), "drain", "endpoint", "shop", "gcp", gcp, "--reason", "new disk")
                .good();
        TestFabric.awaitServing(aws(), "shop", "azure");
        assertThat(reasons(aws(), "shop")).contains("gcp no endpoint is fit");
        Cli.Result typo = order(aws(), "drain", "endpoint", "shop", "gcp", "10.0.0.1:1", "--reason", "typo");
        assertThat(typo.exit()).isEqualTo(1);
        assertThat(typo.err()).contains("no endpoint '10.0.0.1:1' in site 'gcp'; expected one of [" + gcp + "]");
        order(aws(), "undrain", "endpoint", "shop", "gcp", gcp, "--over", "24h", "--reason", "it spins up")
                .good();
        TestFabric.awaitServing(aws(), "shop", "gcp");
        assertThat(orders(aws()).getJsonObject(0).getString("order"))
                .isEqualTo("undrain service shop in site gcp endpoint " + gcp + " over 86400 s");
        order(aws(), "undrain", "endpoint", "shop", "gcp", gcp, "--reason", "it spins")
                .good();
        FABRIC.nodes().forEach(node -> awaitOrders(node, 0));
        TestFabric.awaitServing(aws(), "shop", "gcp");
    }

    @Test
    void whatWasDrainedComesBackLittleByLittle() {
        order(aws(), "drain", "service", "shop", "gcp", "--reason", "cold caches")
                .good();
        TestFabric.awaitServing(aws(), "shop", "azure");
        awaitOrders(FABRIC.node("azure-a"), 1);
        order(FABRIC.node("azure-a"), "undrain", "service", "shop", "gcp", "--over", "24h", "--reason", "they warm up")
                .good();
        Patience.until(
                "it is on its way back",
                () -> reasons(aws(), "shop").contains("gcp takes its traffic back step by step"));
        assertThat(orders(aws()).getJsonObject(0).getString("order"))
                .isEqualTo("undrain service shop in site gcp over 86400 s");
        order(aws(), "undrain", "service", "shop", "gcp", "--reason", "they are warm")
                .good();
        FABRIC.nodes().forEach(node -> awaitOrders(node, 0));
        TestFabric.awaitServing(aws(), "shop", "gcp");
    }

    @Test
    void aPinEndsByItself() {
        order(aws(), "pin", "shop", "azure", "--reason", "warm caches", "--for", "12s")
                .good();
        for (TestNode node : FABRIC.nodes()) {
            TestFabric.awaitServing(node, "shop", "azure");
        }
        assertThat(reasons(aws(), "shop")).contains("azure pinned by an operator");
        FABRIC.nodes().forEach(node -> awaitOrders(node, 0));
        aws().awaitLog("order over: pin service shop to site azure", "its time is over");
        TestFabric.awaitServing(aws(), "shop", "gcp");
    }

    @Test
    void aFrozenServiceStaysWhereItIs() {
        order(aws(), "freeze", "shop", "--reason", "data is moved").good();
        FABRIC.nodes().forEach(node -> awaitOrders(node, 1));
        // A node that has just started holds shares only after a while.
        Patience.until("it is frozen", () -> reasons(aws(), "shop").contains("gcp frozen by an operator"));
        GCP.stop();
        try (Steady gets = Steady.warmGets(aws().http(), "shop.example", 1)) {
            // Attempts at what is frozen fail, and each is made again elsewhere.
            gets.awaitServedBy("azure-1");
            Patience.until(
                    "gcp is unfit and keeps its share",
                    () -> reasons(aws(), "shop").contains("gcp frozen by an operator"));
            assertThat(gets.failures()).isEmpty();
        }
        order(aws(), "thaw", "shop", "--reason", "data is there").good();
        FABRIC.nodes().forEach(node -> awaitOrders(node, 0));
        TestFabric.awaitServing(aws(), "shop", "azure");
        GCP.startAgain();
        TestFabric.awaitServing(aws(), "shop", "gcp");
    }

    @Test
    void onlyOperatorsOrderAndOnlyWhatIsThere() {
        MaterialFiles.Paths team = FABRIC.pki().workload("/team/shop", "team-shop");
        Cli.Result stranger = order(aws(), team, "drain", "site", "gcp", "--reason", "mine");
        assertThat(stranger.exit()).isEqualTo(4);
        assertThat(stranger.err()).contains("refused: order signed by spiffe://e2e.example/team/shop");
        Cli.Result typo = order(aws(), "drain", "site", "gpc", "--reason", "typo");
        assertThat(typo.exit()).isEqualTo(1);
        assertThat(typo.err()).contains("site 'gpc' is not known to this node; expected one of [aws, azure, gcp]");
        Cli.Result noReason = order(aws(), "drain", "site", "gcp");
        assertThat(noReason.exit()).isEqualTo(2);
        assertThat(noReason.err()).contains("--reason");
        assertThat(orders(aws())).isEmpty();
    }
}
