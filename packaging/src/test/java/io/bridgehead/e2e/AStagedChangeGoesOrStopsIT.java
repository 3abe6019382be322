package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Steady;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A staged change goes from one node over its site to all, or stops where requests fail and the others never have it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long")
final class AStagedChangeGoesOrStopsIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "aws-b", "azure-a");

    private static final TestNode FIRST = FABRIC.node("aws-a");
    private static final TestNode SAME_SITE = FABRIC.node("aws-b");
    private static final TestNode ELSEWHERE = FABRIC.node("azure-a");
    private static final TestEndpoint HOME = FABRIC.endpoint("home");
    private static final TestEndpoint GOOD = FABRIC.endpoint("good");
    private static final TestEndpoint BETTER = FABRIC.endpoint("better");
    private static final TestEndpoint BAD = FABRIC.endpoint("bad");

    @BeforeAll
    static void start() {
        BAD.mood(TestEndpoint.Mood.FAILING);
        FABRIC.start();
        FABRIC.applied(FIRST, shop(GOOD), "--source", "shop", "-m", "begin");
        for (TestNode node : FABRIC.nodes()) {
            TestFabric.awaitServing(node, "shop", node.site());
        }
    }

    private static String shop(TestEndpoint endpoint) {
        Map<String, List<String>> sites = new TreeMap<>();
        sites.put("aws", List.of(endpoint.address()));
        sites.put("azure", List.of(HOME.address()));
        return Documents.http("shop", "shop.example", sites);
    }

    private static String[] arguments(String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.addAll(List.of("--source", "shop", "--socket", FIRST.socket().toString()));
        all.addAll(List.of("--certificate", FABRIC.operator().certificate().toString()));
        all.addAll(List.of("--key", FABRIC.operator().key().toString()));
        return all.toArray(String[]::new);
    }

    private static String[] staged(TestEndpoint endpoint, String soak, String message) {
        return arguments(
                "apply",
                "--staged",
                "--file",
                FABRIC.file(shop(endpoint)).toString(),
                "--soak",
                soak,
                "--before",
                "1",
                "-m",
                message);
    }

    private static JsonArray stages(TestNode node) {
        return node.get("/v1/status").getJsonArray("stages");
    }

    private static String tried(TestNode at) {
        return Cli.run("stage", "--socket", at.socket().toString()).good().out();
    }

    private static void awaitRevision(TestNode node, String revision) {
        Patience.until(
                node.name() + " serves " + revision, () -> node.revision().equals(revision), node::revision);
    }

    private static JsonObject head() {
        return FIRST.get("/v1/sources/shop/history").getJsonArray("revisions").getJsonObject(0);
    }

    @Test
    @Order(1)
    void aBadOneStopsAtTheFirstNodeAndTheOthersNeverServeIt() {
        String before = FIRST.revision();
        try (Steady first = Steady.warmGets(FIRST.http(), "shop.example", 1);
                Steady same = Steady.warmGets(SAME_SITE.http(), "shop.example", 1);
                Steady elsewhere = Steady.warmGets(ELSEWHERE.http(), "shop.example", 1)) {
            first.awaitAnswered(5);
            same.awaitAnswered(5);
            elsewhere.awaitAnswered(5);
            Cli.Result stopped = Cli.run(staged(BAD, "30", "bad"));
            assertThat(stopped.exit()).as(stopped.toString()).isEqualTo(4);
            assertThat(stopped.err())
                    .contains(
                            "stage node aws-a: revision 2-",
                            "stopped at stage node aws-a: exchanges refused or answered with 5xx")
                    .contains("every node serves what it served before")
                    .doesNotContain("stage site", "stage all");
            for (TestNode node : FABRIC.nodes()) {
                awaitRevision(node, before);
            }
            first.awaitServedBy("good");
            assertThat(first.failed()).isPositive();
            assertThat(same.failures()).isEmpty();
            assertThat(elsewhere.failures()).isEmpty();
        }
        assertThat(head().getString("message")).isEqualTo("begin");
        assertThat(FIRST.log()).containsPattern("revision\\W+2-[0-9a-f]{8}");
        assertThat(SAME_SITE.log()).doesNotContainPattern("revision\\W+2-[0-9a-f]{8}");
        assertThat(ELSEWHERE.log()).doesNotContainPattern("revision\\W+2-[0-9a-f]{8}");
    }

    @Test
    @Order(2)
    void aStageOutlivesTheProgramThatLedItAndIsGoneOnWithToTheEnd() throws InterruptedException {
        String before = FIRST.revision();
        Process leading = Cli.start(staged(BETTER, "600", "better"));
        try {
            Patience.until(
                    "the first node tries it",
                    () -> !FIRST.revision().equals(before),
                    () -> stages(FIRST).encode());
        } finally {
            leading.destroyForcibly();
            assertThat(leading.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        String tried = FIRST.revision();
        Patience.until(
                "others know",
                () -> !stages(ELSEWHERE).isEmpty() && !stages(SAME_SITE).isEmpty());
        for (TestNode other : List.of(SAME_SITE, ELSEWHERE)) {
            assertThat(other.revision()).isEqualTo(before);
            JsonObject stage = stages(other).getJsonObject(0);
            assertThat(stage.getString("where")).isEqualTo("node aws-a");
            assertThat(stage.getString("revision")).isEqualTo(tried);
            assertThat(stage.getString("head")).isEqualTo(before);
            assertThat(stage.getBoolean("here")).isFalse();
        }
        Patience.until(
                "a meter says who tries it",
                () -> FIRST.meter("bridgehead_stages", "source=\"shop\"", tried) == 1
                        && SAME_SITE.metrics().contains("bridgehead_stages")
                        && SAME_SITE.meter("bridgehead_stages", tried) == 0);
        Cli.Result status = Cli.run("status", "--socket", SAME_SITE.socket().toString());
        assertThat(status.good().out())
                .contains("stage      source shop: revision " + tried + " is tried on node aws-a; this one serves "
                        + before);
        Cli.Result twice = Cli.run(staged(BAD, "1", "another"));
        assertThat(twice.exit()).as(twice.toString()).isEqualTo(4);
        assertThat(twice.err()).contains("a change of source 'shop' is being tried already", "stage --abort");

        Cli.Result done = Cli.run(arguments("stage", "--continue", "--soak", "1"));
        assertThat(done.good().err()).contains("stage node aws-a", "stage site aws", "stage all nodes");
        assertThat(done.out()).contains("revision " + tried + " is active on 3 of 3 nodes");
        for (TestNode node : FABRIC.nodes()) {
            awaitRevision(node, tried);
            Patience.until("the stage is over", () -> stages(node).isEmpty());
        }
        assertThat(head().getString("message")).isEqualTo("better");
        assertThat(head().getString("revision")).isEqualTo(tried);
    }

    @Test
    @Order(3)
    void whatIsHeldIsAborted() {
        String before = FIRST.revision();
        List<String> hold = new ArrayList<>(List.of(staged(BAD, "30", "bad again")));
        hold.add("--hold");
        try (Steady first = Steady.warmGets(FIRST.http(), "shop.example", 1)) {
            first.awaitAnswered(5);
            Cli.Result held = Cli.run(hold.toArray(String[]::new));
            assertThat(held.exit()).as(held.toString()).isEqualTo(4);
            assertThat(held.err()).contains("stopped at stage node aws-a", "stays there");
        }
        assertThat(FIRST.revision()).isNotEqualTo(before);
        assertThat(SAME_SITE.revision()).isEqualTo(before);
        Pattern tried = Pattern.compile("shop +" + FIRST.revision() + " +node aws-a +" + before);
        Patience.until(
                "the other site knows", () -> tried.matcher(tried(ELSEWHERE)).find(), () -> tried(ELSEWHERE));
        Cli.Result aborted = Cli.run(arguments("stage", "--abort"));
        assertThat(aborted.good().out()).contains("is tried no more; still serving it: []");
        awaitRevision(FIRST, before);
        Cli.Result none = Cli.run(arguments("stage", "--abort"));
        assertThat(none.exit()).isEqualTo(1);
        assertThat(none.err()).contains("no change of source 'shop' is being tried");
    }
}
