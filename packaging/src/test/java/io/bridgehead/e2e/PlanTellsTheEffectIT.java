package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code plan}: what documents would change, what that does to routes and traffic, and whose names are whose. */
final class PlanTellsTheEffectIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint AWS = FABRIC.endpoint("aws-1");
    private static final TestEndpoint AZURE = FABRIC.endpoint("azure-1");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    private static TestNode node() {
        return FABRIC.node("aws-a");
    }

    private static String service(String name, String host, String site) {
        TestEndpoint endpoint = site.equals("aws") ? AWS : AZURE;
        return Documents.http(name, host + ".example", Map.of(site, List.of(endpoint.address())));
    }

    private static Cli.Result plan(String documents, String... options) {
        return plan(FABRIC.file(documents), options);
    }

    private static Cli.Result plan(Path file, String... options) {
        List<String> all =
                new ArrayList<>(List.of("plan", "--socket", node().socket().toString()));
        all.addAll(List.of("-f", file.toString()));
        all.addAll(List.of(options));
        return Cli.run(all.toArray(String[]::new));
    }

    @Test
    void routesAndTrafficAreToldBeforeAnythingChanges() {
        String before = service("moves", "moves", "aws") + "---\n" + service("leaves", "leaves", "aws");
        FABRIC.applied(node(), before, "--source", "traffic");
        TestFabric.awaitServing(node(), "moves", "aws");
        TestFabric.awaitServing(node(), "leaves", "aws");
        String after = service("moves", "moves", "azure") + "---\n" + service("comes", "comes", "aws");
        String revision = node().revision();

        Cli.Result told = plan(after, "--source", "traffic", "--prune");
        assertThat(told.good().out())
                .contains("+ Service/comes", "~ Service/moves", "- Service/leaves")
                .contains("1 added, 1 changed, 1 removed, 0 unchanged", "routes: 1 added, 0 changed, 1 lost")
                .contains("  + host comes.example -> comes", "  - host leaves.example, now to leaves")
                .contains("traffic: comes: is new (aws 100%)")
                .contains("traffic: leaves: is gone: all of its requests would be refused (aws 100% -> 0%)")
                .contains("traffic: moves: 100% of its requests would move (aws 100% -> 0%, azure 0% -> 100%)");
        assertThat(plan(after, "--source", "traffic", "--prune", "--detailed-exitcode")
                        .exit())
                .isEqualTo(2);
        assertThat(plan(before, "--source", "traffic", "--prune", "--detailed-exitcode")
                        .exit())
                .isZero();
        JsonObject json =
                plan(after, "--source", "traffic", "-o", "json").good().json();
        assertThat(json.getJsonObject("counts").getInteger("removed")).isZero();
        assertThat(json.getJsonObject("effect").getJsonArray("routes")).hasSize(1);
        assertThat(node().revision()).isEqualTo(revision);

        String applied = FABRIC.applied(node(), after, "--source", "traffic", "--prune");
        assertThat(applied).contains("routes: 1 added, 0 changed, 1 lost", "is active on");
    }

    @Test
    void problemsThatOnlyTheNodeSeesHaveThePlaceInTheFile() throws IOException {
        FABRIC.applied(node(), service("holder", "held", "aws"), "--source", "holder");
        String documents = service("free", "free", "aws") + "---\n" + service("claims", "held", "aws");
        Path file = FABRIC.file(documents);
        int line = 1 + Files.readAllLines(file).indexOf("---");
        Cli.Result told = plan(file, "--source", "zz");
        assertThat(told.exit()).as(told.toString()).isEqualTo(1);
        assertThat(told.err())
                .contains("the documents have problems", "held.example", "holder:Service/holder:")
                .containsPattern(java.util.regex.Pattern.quote(file.toString()) + ":\\d+:\\d+: spec.hostnames");
        java.util.regex.Matcher place = java.util.regex.Pattern.compile(
                        java.util.regex.Pattern.quote(file.toString()) + ":(\\d+):")
                .matcher(told.err());
        assertThat(place.find()).isTrue();
        assertThat(Integer.parseInt(place.group(1))).isGreaterThan(line);
    }

    @Test
    void aNameOfAnotherSourceIsRefusedWithBothNamed() {
        FABRIC.applied(node(), service("shared", "shared-a", "aws"), "--source", "team-a");
        String revision = node().revision();
        String claim = service("shared", "shared-b", "aws");
        for (Cli.Result refused :
                List.of(plan(claim, "--source", "team-b"), FABRIC.apply(node(), claim, "--source", "team-b"))) {
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(4);
            assertThat(refused.err())
                    .contains("nothing was changed", "source 'team-b'", "belongs to source 'team-a'", ".yaml:");
        }
        assertThat(node().revision()).isEqualTo(revision);
        FABRIC.applied(node(), service("other", "other", "aws"), "--source", "team-a", "--prune");
        FABRIC.applied(node(), claim, "--source", "team-b");
        FABRIC.applied(node(), service("third", "third", "aws"), "--source", "team-b", "--prune");
        assertThat(FABRIC.node("azure-a")
                        .get("/v1/sources/team-a")
                        .getJsonObject("documents")
                        .fieldNames())
                .containsExactly("Service/other");
        assertThat(FABRIC.node("azure-a")
                        .get("/v1/sources/team-b")
                        .getJsonObject("documents")
                        .fieldNames())
                .containsExactly("Service/third");
    }
}
