package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code history}, {@code diff} and {@code rollback}: who changed what and why, and the way back. */
final class HistoryShowsWhatChangedAndRollsBackIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final TestEndpoint CANARY = FABRIC.endpoint("azure-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    private static TestNode node(String name) {
        return FABRIC.node(name);
    }

    private static String service(String name, String host) {
        return Documents.http(name, host + ".example", Map.of("aws", List.of(ENDPOINT.address())));
    }

    private static Cli.Result cli(TestNode at, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--socket", at.socket().toString()));
        return Cli.run(all.toArray(String[]::new));
    }

    private static Cli.Result asOperator(TestNode at, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--certificate", FABRIC.operator().certificate().toString()));
        all.addAll(List.of("--key", FABRIC.operator().key().toString()));
        return cli(at, all.toArray(String[]::new));
    }

    private static JsonObject newest(TestNode at, String source) {
        return cli(at, "history", "--source", source, "-o", "json")
                .good()
                .json()
                .getJsonArray("revisions")
                .getJsonObject(0);
    }

    @Test
    void theHistoryIsToldOnEveryNodeAndTheWayBackIsANewRevision() {
        FABRIC.applied(node("aws-a"), service("one", "one"), "--source", "shop", "-m", "begin");
        String both = service("one", "eins") + "---\n" + service("two", "two");
        FABRIC.applied(node("azure-a"), both, "--source", "shop", "-m", "german, and more");

        String history =
                cli(node("azure-a"), "history", "--source", "shop").good().out();
        assertThat(history).containsPattern("(?m)^REVISION +SOURCE +TIME +AUTHOR +CHANGES +STATE +MESSAGE$");
        assertThat(history)
                .containsPattern("(?m)^2-[0-9a-f]{8} +shop +20.*/operator/ada +\\+1 ~1 -0 +head +german, and more$")
                .containsPattern("(?m)^1-[0-9a-f]{8} +shop +20.*/operator/ada +\\+1 ~0 -0 +superseded +begin$");

        Cli.Result diff = cli(node("aws-a"), "diff", "--source", "shop", "1", "2");
        assertThat(diff.good().out())
                .contains("+ Service/two", "~ Service/one", "spec.hostnames: [one.example] -> [eins.example]")
                .contains("1 added, 1 changed, 0 removed, 0 unchanged");

        Cli.Result dry = asOperator(node("aws-a"), "rollback", "--source", "shop", "--dry-run");
        assertThat(dry.good().out()).contains("- Service/two", "[eins.example] -> [one.example]");
        assertThat(newest(node("aws-a"), "shop").getString("message")).isEqualTo("german, and more");

        Cli.Result back = asOperator(node("aws-a"), "rollback", "--source", "shop");
        assertThat(back.good().out()).contains("back to 1-", "is active on");
        JsonObject head = newest(node("aws-a"), "shop");
        assertThat(head.getString("revision")).startsWith("3-");
        assertThat(head.getString("message")).startsWith("roll back to 1-");
        assertThat(head.getString("changes")).isEqualTo("+0 ~1 -1");
        assertThat(cli(node("aws-a"), "diff", "--source", "shop", "1", "3")
                        .good()
                        .out())
                .isEqualTo("0 added, 0 changed, 0 removed, 1 unchanged\n");
        assertThat(asOperator(node("aws-a"), "rollback", "1", "--source", "shop", "-o", "json")
                        .good()
                        .json()
                        .getBoolean("changed"))
                .isFalse();
    }

    private static String divided(int aws, int azure) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: canary }
                spec:
                  hostnames: [ canary.example ]
                  sites:
                    aws: { endpoints: [ "%s" ], weight: %d }
                    azure: { endpoints: [ "%s" ], weight: %d }
                  health: { http: { path: /ready }, interval: 500ms, timeout: 400ms }
                """.formatted(ENDPOINT.address(), aws, CANARY.address(), azure);
    }

    private static void awaitShare(TestNode at, String site, double share) {
        Patience.until(
                site + " has " + share + " at " + at.name(),
                () -> at.get("/v1/services").getJsonArray("services").stream()
                        .map(JsonObject.class::cast)
                        .anyMatch(row -> row.getString("service").equals("canary")
                                && row.getString("site").equals(site)
                                && Math.abs(row.getDouble("weight") - share) < 1e-6));
    }

    /** The share of so many GETs that the canary answers. */
    private static double canary(TestNode at, int gets) throws Exception {
        AtomicInteger hits = new AtomicInteger();
        List<Callable<Void>> clients = Collections.nCopies(8, () -> {
            try (RawClient client = RawClient.to(at.http())) {
                for (int i = 0; i < gets / 8; i++) {
                    Message answer = client.exchange("GET", "canary.example", "/", "");
                    assertThat(answer.status()).isEqualTo(200);
                    hits.addAndGet("azure-1".equals(answer.first("x-served-by")) ? 1 : 0);
                }
            }
            return null;
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Void> client : threads.invokeAll(clients)) {
                client.get();
            }
        }
        return hits.get() / (double) gets;
    }

    @Test
    void aCanaryGetsItsPartAndARollbackTakesASwitchBack() throws Exception {
        FABRIC.applied(node("aws-a"), divided(90, 10), "--source", "canary");
        for (TestNode node : FABRIC.nodes()) {
            awaitShare(node, "azure", 0.1);
        }
        assertThat(canary(node("aws-a"), 4_000)).isBetween(0.08, 0.12);
        assertThat(canary(node("azure-a"), 2_000)).isBetween(0.06, 0.14);

        FABRIC.applied(node("azure-a"), divided(0, 1), "--source", "canary");
        awaitShare(node("aws-a"), "azure", 1);
        assertThat(canary(node("aws-a"), 80)).isEqualTo(1);
        asOperator(node("aws-a"), "rollback", "--source", "canary").good();
        awaitShare(node("azure-a"), "azure", 0.1);
        awaitShare(node("aws-a"), "azure", 0.1);
    }

    @Test
    void anUnknownRevisionIsRefusedWithWhatThereIs() {
        FABRIC.applied(node("aws-a"), service("known", "known"), "--source", "known");
        Cli.Result unknown = asOperator(node("aws-a"), "rollback", "7", "--source", "known");
        assertThat(unknown.exit()).as(unknown.toString()).isEqualTo(1);
        assertThat(unknown.err()).contains("revision '7' of source 'known' is unknown or no longer kept", "1-");
        Cli.Result first = asOperator(node("aws-a"), "rollback", "--source", "known");
        assertThat(first.exit()).as(first.toString()).isEqualTo(1);
        assertThat(first.err()).contains("has no revision before 1-");
        assertThat(cli(node("aws-a"), "history", "--source", "nobody").err())
                .contains("source 'nobody' has no revisions; expected one of");
    }

    @Test
    void aWayBackThatMeetsADocumentOfSomebodyElseChangesNothing() {
        FABRIC.applied(node("aws-a"), service("mine", "contested"), "--source", "mine");
        FABRIC.applied(node("aws-a"), service("mine", "given-up"), "--source", "mine");
        FABRIC.applied(node("aws-a"), service("theirs", "contested"), "--source", "theirs");
        Cli.Result back = asOperator(node("aws-a"), "rollback", "--source", "mine");
        assertThat(back.exit()).as(back.toString()).isEqualTo(1);
        assertThat(back.err()).contains("nothing was changed", "contested.example", "Service/");
        assertThat(newest(node("aws-a"), "mine").getString("revision")).startsWith("2-");
    }
}
