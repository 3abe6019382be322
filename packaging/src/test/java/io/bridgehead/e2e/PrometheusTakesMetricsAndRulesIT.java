package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.OutsideProgram;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Debian's Prometheus finds no fault with names of metrics, passes the tests of the alerts, scrapes nodes and evaluates every rule; Debian's
 * VictoriaMetrics scrapes nodes too.
 */
@Tag("interop")
final class PrometheusTakesMetricsAndRulesIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final Path RULES = Path.of("observability", "prometheus").toAbsolutePath();
    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("azure-1");

    @BeforeAll
    static void start() {
        AWS.yaml().set("telemetry", "{ metrics: { envoyAliases: true } }");
        FABRIC.start();
        FABRIC.applied(AWS, Documents.http("shop", "shop.example", Map.of("azure", List.of(ENDPOINT.address()))));
        TestFabric.awaitServing(AWS, "shop", "azure");
    }

    private static void traffic() throws IOException {
        for (int i = 0; i < 10; i++) {
            assertThat(RawClient.get(AWS.http(), "shop.example", "/" + i).status())
                    .isEqualTo(200);
        }
        assertThat(RawClient.get(AWS.http(), "nobody.example", "/").status()).isEqualTo(404);
    }

    @Test
    void namesOfMetricsFollowTheRules() throws IOException {
        traffic();
        OutsideProgram promtool = new OutsideProgram("promtool", "prometheus");
        for (TestNode node : FABRIC.nodes()) {
            Files.writeString(promtool.folder().resolve("metrics.txt"), node.metrics());
            assertThat(promtool.run(
                            List.of("check", "metrics"), promtool.folder().resolve("metrics.txt")))
                    .isEmpty();
        }
    }

    /** Whatever a node tells of itself, a reader finds on the page, by the same name and as the same type. */
    @Test
    void everyMeterIsOnTheReferencePage() throws IOException {
        traffic();
        String page = Files.readString(Path.of("..", "docs", "metrics.md"));
        for (TestNode node : FABRIC.nodes()) {
            List<String> types = node.metrics()
                    .lines()
                    .filter(line ->
                            line.matches("# TYPE (bridgehead|http|rpc|envoy)_.*") && !line.endsWith("_max gauge"))
                    .toList();
            assertThat(types).hasSizeGreaterThan(20);
            for (String line : types) {
                String[] words = line.split(" ", -1);
                assertThat(page).contains("`" + words[2] + "` | " + words[3]);
            }
        }
    }

    @Test
    void dashboardsForEnvoyFindWhatTheyAskForWhereItIsWanted() throws IOException {
        traffic();
        Patience.until(
                "a cluster's members are told",
                () -> FABRIC.node("azure-a").meter("bridgehead_endpoints_known{", "service=\"shop\"") == 1
                        && AWS.meter("envoy_cluster_membership_total{", "envoy_cluster_name=\"shop\"") == 0
                        && AWS.metrics().contains("envoy_cluster_membership_healthy{"),
                AWS::metrics);
        String shop = "envoy_cluster_name=\"shop\"";
        AWS.awaitMeter(requests -> requests >= 10, "envoy_cluster_upstream_rq_total{", shop);
        AWS.awaitMeter(
                good -> good == AWS.meter("envoy_cluster_upstream_rq_total{", shop),
                "envoy_cluster_upstream_rq_xx{",
                shop,
                "envoy_response_code_class=\"2\"");
        AWS.awaitMeter(refusals -> refusals > 0, "envoy_http_downstream_rq_xx{", "envoy_response_code_class=\"4\"");
        assertThat(FABRIC.node("azure-a").metrics()).doesNotContain("envoy_");
    }

    @Test
    void rulesPassTheirTests() {
        OutsideProgram promtool = new OutsideProgram("promtool", "prometheus");
        assertThat(promtool.run(List.of(
                        "check",
                        "rules",
                        RULES.resolve("alerts.yaml").toString(),
                        RULES.resolve("recording-rules.yaml").toString())))
                .doesNotContain("FAILED");
        assertThat(promtool.run(List.of(
                        "test", "rules", RULES.resolve("alerts-test.yaml").toString())))
                .contains("SUCCESS")
                .doesNotContain("FAILED");
    }

    /** What is to be scraped, and how often, as Prometheus and those that do as it does take it. */
    private static String scraping() {
        return "scrape_configs: [ { job_name: bridgehead, static_configs: [ { targets: [ \"127.0.0.1:"
                + AWS.ports().metrics() + "\", \"127.0.0.1:"
                + FABRIC.node("azure-a").ports().metrics() + "\" ] } ] } ]\n";
    }

    @Test
    void prometheusScrapesNodesAndEvaluatesEveryRule() throws Exception {
        Path folder = FABRIC.folder().resolve("prometheus");
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("prometheus.yml"),
                "global: { scrape_interval: 1s, evaluation_interval: 1s }\n"
                        + "rule_files: [ \"" + RULES.resolve("recording-rules.yaml") + "\", \""
                        + RULES.resolve("alerts.yaml")
                        + "\" ]\n"
                        + scraping());
        int port = Ports.next();
        Process prometheus = new OutsideProgram("prometheus", "prometheus")
                .start(
                        List.of(
                                "--config.file=prometheus.yml",
                                "--storage.tsdb.path=data",
                                "--web.listen-address=127.0.0.1:" + port),
                        folder);
        try {
            traffic();
            Prometheus api = new Prometheus(port, folder);
            Patience.until("both nodes are scraped", () -> api.query("sum(up{job=\"bridgehead\"})") == 2, api::log);
            traffic();
            Patience.until(
                    "requests of the last minute are seen, once each",
                    () -> api.query("sum(increase(http_server_request_duration_seconds_count{listener!=\"tunnel\","
                                    + " service=\"shop\"}[1m]))")
                            > 0,
                    api::log);
            Patience.until("every rule was evaluated, and none failed", () -> api.rulesAreWell(30), api::log);
            Patience.until(
                    "both tell what they serve", () -> api.query("count(bridgehead_config_info)") == 2, api::log);
        } finally {
            prometheus.destroy();
            assertThat(prometheus.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The package of Debian is too old to take metrics by OTLP, and scrapes. */
    @Test
    void victoriaMetricsScrapesNodes() throws Exception {
        Path folder = FABRIC.folder().resolve("victoria-metrics");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("scrape.yml"), "global: { scrape_interval: 1s }\n" + scraping());
        int port = Ports.next();
        Process victoria = new OutsideProgram("victoria-metrics", "victoria-metrics")
                .start(
                        List.of(
                                "-promscrape.config=scrape.yml",
                                "-storageDataPath=data",
                                "-search.latencyOffset=1s",
                                "-httpListenAddr=127.0.0.1:" + port),
                        folder);
        try {
            traffic();
            Prometheus api = new Prometheus(port, folder);
            Patience.until("both nodes are scraped", () -> api.query("sum(up{job=\"bridgehead\"})") == 2, api::log);
            Patience.until(
                    "durations of requests and of attempts are there",
                    () -> api.query("histogram_quantile(0.99, sum by (le) (http_server_request_duration_seconds_bucket{"
                                            + "http_request_method=\"GET\", service=\"shop\"}))")
                                    > 0
                            && api.query("sum(http_client_request_duration_seconds_count{service=\"shop\"})") >= 10,
                    api::log);
        } finally {
            victoria.destroy();
            assertThat(victoria.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Prometheus' API, which VictoriaMetrics has too. */
    private record Prometheus(int port, Path folder) {
        private static final HttpClient CLIENT = HttpClient.newHttpClient();

        private JsonObject get(String path) {
            try {
                HttpResponse<String> answer = CLIENT.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        BodyHandlers.ofString());
                // While it starts, Prometheus answers 503 in plain text.
                return answer.statusCode() == 503 ? new JsonObject() : new JsonObject(answer.body());
            } catch (IOException e) {
                return new JsonObject();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** @return the value of an expression that has one; -1 while it has none */
        double query(String expression) {
            JsonObject data = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                    .getJsonObject("data", new JsonObject());
            JsonArray result = data.getJsonArray("result", new JsonArray());
            return result.isEmpty()
                    ? -1
                    : Double.parseDouble(
                            result.getJsonObject(0).getJsonArray("value").getString(1));
        }

        /** Whether there are so many rules at least, and all of them have been evaluated well. */
        boolean rulesAreWell(int atLeast) {
            JsonArray groups = get("/api/v1/rules")
                    .getJsonObject("data", new JsonObject())
                    .getJsonArray("groups", new JsonArray());
            List<String> health = IntStream.range(0, groups.size())
                    .mapToObj(i -> groups.getJsonObject(i).getJsonArray("rules"))
                    .flatMap(rules -> IntStream.range(0, rules.size())
                            .mapToObj(i -> rules.getJsonObject(i).getString("health")))
                    .toList();
            return health.size() >= atLeast && health.stream().allMatch("ok"::equals);
        }

        String log() {
            try {
                return Files.readString(folder.resolve("log.txt"));
            } catch (IOException e) {
                return e.toString();
            }
        }
    }
}
