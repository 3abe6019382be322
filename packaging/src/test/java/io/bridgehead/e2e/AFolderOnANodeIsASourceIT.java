package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A folder on a node is a source of documents: what is written there is served everywhere, and never at the cost of what others published. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AFolderOnANodeIsASourceIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final TestEndpoint ENDPOINT = FABRIC.endpoint("aws-1");
    private static final TestNode AWS = FABRIC.node("aws-a");
    private static final TestNode AZURE = FABRIC.node("azure-a");
    private static final Path DOCS = AWS.folder().resolve("docs");
    private static final Path BOTH = FABRIC.folder().resolve("both");
    private static final Path MOUNTED = AWS.folder().resolve("mounted");

    /** The folder {@code mounted} is laid out as Kubernetes does with a ConfigMap: links through {@code ..data}, which is replaced whole. */
    @BeforeAll
    static void start() throws IOException {
        String publishers = ", publishers: [ { operators: [ \"spiffe://" + TestFabric.TRUST_DOMAIN
                + "/operator/*\" ] }, { nodes: [ \"spiffe://" + TestFabric.TRUST_DOMAIN
                + "/site/%s/*\" ], sources: [ %s ] } ] }";
        Files.createDirectories(DOCS);
        write(DOCS, "one.yaml", service("one", "one"));
        Files.createDirectories(MOUNTED.resolve("..v1"));
        write(MOUNTED.resolve("..v1"), "m.yaml", service("m", "m1"));
        Files.createSymbolicLink(MOUNTED.resolve("..data"), Path.of("..v1"));
        Files.createSymbolicLink(MOUNTED.resolve("m.yaml"), Path.of("..data/m.yaml"));
        Files.createDirectories(AWS.folder().resolve("own"));
        write(AWS.folder().resolve("own"), "own.yaml", service("own", "own"));
        Files.createDirectories(BOTH);
        write(BOTH, "b.yaml", service("b", "b1"));
        String both = "{ source: both, path: " + BOTH + " }";
        AWS.yaml()
                .set(
                        "folders",
                        "[ { source: docs, path: docs }, { source: mounted, path: mounted }, { source: own, path: own }, "
                                + both + " ]")
                .set("trust", "{ unsafeEndpoints: true" + publishers.formatted("azure", "both"));
        AZURE.yaml()
                .set("folders", "[ " + both + " ]")
                .set("trust", "{ unsafeEndpoints: true" + publishers.formatted("aws", "docs, mounted, both"));
        FABRIC.start();
    }

    private static String service(String name, String host) {
        return Documents.http(name, host + ".example", Map.of("aws", List.of(ENDPOINT.address())));
    }

    /** As people are told to: written aside, then renamed. */
    private static void write(Path folder, String name, String text) throws IOException {
        Path aside = Files.writeString(folder.resolve("." + name + ".new"), text);
        Files.move(aside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Cli.Result cli(TestNode at, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--socket", at.socket().toString()));
        return Cli.run(all.toArray(String[]::new));
    }

    private static JsonObject folder(String source) {
        return folder(AWS, source);
    }

    private static JsonObject folder(TestNode at, String source) {
        JsonObject status = at.ask("/v1/status");
        return status == null
                ? new JsonObject()
                : status.getJsonArray("folders").stream()
                        .map(JsonObject.class::cast)
                        .filter(folder -> folder.getString("source").equals(source))
                        .findFirst()
                        .orElseGet(JsonObject::new);
    }

    private static void awaitState(String source, String state) {
        Patience.until(
                "folder of " + source + " is " + state,
                () -> state.equals(folder(source).getString("state")),
                () -> folder(source).encode());
    }

    private static JsonObject head(TestNode at, String source) {
        JsonObject all = at.ask("/v1/sources/" + source);
        return all == null ? new JsonObject() : all;
    }

    private static void awaitHosts(TestNode at, String... hosts) {
        Patience.until(
                at.name() + " serves " + List.of(hosts),
                () -> List.of(hosts).stream()
                        .allMatch(host -> String.valueOf(at.ask("/v1/services")).contains("\"" + host + ".example\"")),
                () -> String.valueOf(at.ask("/v1/services")));
    }

    @Test
    @Order(1)
    void documentsOfFoldersAreServedOnEveryNodeThatGrantsThem() {
        awaitHosts(AWS, "one", "m1");
        awaitHosts(AZURE, "one", "m1");
        awaitState("docs", "published");
        assertThat(cli(AZURE, "history", "--source", "docs").good().out())
                .containsPattern("1-[0-9a-f]{8} +docs +20.*/site/aws/gateway/aws-a +\\+1 ~0 -0 +head +from a folder");
        assertThat(cli(AWS, "status").good().out())
                .containsPattern("(?m)^folder +.*/docs as source docs, published, head 1-[0-9a-f]{8}$");
    }

    @Test
    @Order(2)
    void whatANodeDoesNotGrantItDoesNotServe() {
        awaitHosts(AWS, "own");
        Patience.until(
                "azure-a names what it does not take",
                () -> cli(AZURE, "status").out().contains("trust.publishers to grant this node source 'own'"),
                () -> cli(AZURE, "status").out());
        assertThat(String.valueOf(AZURE.ask("/v1/services"))).doesNotContain("own.example");
    }

    @Test
    @Order(3)
    void filesComeAndGoAndLinksAreReplaced() throws IOException {
        write(DOCS, "two.yaml", service("two", "two"));
        awaitHosts(AZURE, "one", "two");
        Files.delete(DOCS.resolve("one.yaml"));
        Patience.until(
                "the document is gone at azure-a",
                () -> !String.valueOf(AZURE.ask("/v1/services")).contains("one.example"),
                () -> String.valueOf(AZURE.ask("/v1/services")));
        Files.createDirectories(MOUNTED.resolve("..v2"));
        write(MOUNTED.resolve("..v2"), "m.yaml", service("m", "m2"));
        Files.createSymbolicLink(MOUNTED.resolve("..data.new"), Path.of("..v2"));
        Files.move(MOUNTED.resolve("..data.new"), MOUNTED.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        awaitHosts(AZURE, "m2");
    }

    /** Both nodes watch one folder, as two checkouts of one repository. */
    @Test
    @Order(4)
    void nodesWithTheSameFolderDoNotFight() throws IOException {
        String begun = agreed();
        write(BOTH, "b.yaml", service("b", "b2"));
        awaitHosts(AWS, "b2");
        awaitHosts(AZURE, "b2");
        String then = agreed();
        assertThat(number(then)).isEqualTo(number(begun) + 1);
        assertThat(cli(AWS, "conflicts").good().out()).contains("no conflicts");
        assertThat(cli(AZURE, "conflicts").good().out()).contains("no conflicts");
    }

    /** The revision that both nodes have published or found equal to their folder. */
    private static String agreed() {
        Patience.until(
                "both nodes agree",
                () -> List.of(AWS, AZURE).stream()
                        .allMatch(
                                node -> "published".equals(folder(node, "both").getString("state"))
                                        && head(AWS, "both").equals(head(AZURE, "both"))
                                        && node.get("/v1/conflicts")
                                                .getJsonArray("conflicts")
                                                .isEmpty()),
                () -> head(AWS, "both") + " and " + head(AZURE, "both"));
        return head(AWS, "both").getString("revision");
    }

    private static long number(String revision) {
        return Long.parseLong(revision.substring(0, revision.indexOf('-')));
    }

    @Test
    @Order(5)
    void whatHasProblemsOrVanishesLeavesTheOldState() throws IOException {
        awaitState("docs", "published");
        String before = head(AWS, "docs").encode();
        write(
                DOCS,
                "bad.yaml",
                "apiVersion: bridgehead.io/v1\nkind: Service\nmetadata: { name: bad }\nspec: { hosts: [ a ] }\n");
        awaitState("docs", "problems");
        Cli.Result status = cli(AWS, "status");
        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.out()).containsPattern("problem +folder .*/docs/bad.yaml:4:\\d+: spec.*hosts");
        Pattern place = Pattern.compile("docs/bad.yaml:4:\\d+");
        Patience.until("the log names its place", () -> place.matcher(AWS.log()).find(), AWS::log);
        AWS.awaitMeter(count -> count == 1, "bridgehead_folders", "source=\"docs\"", "state=\"problems\"");
        Files.delete(DOCS.resolve("bad.yaml"));
        awaitState("docs", "published");

        Path gone = DOCS.resolveSibling("docs-unmounted");
        Files.move(DOCS, gone);
        awaitState("docs", "missing");
        Files.createDirectories(DOCS);
        assertThat(cli(AWS, "reload").good().out()).contains("folders, being read again: [docs, mounted, own, both]");
        Patience.until(
                "an empty folder is taken for one that is not there",
                () -> folder("docs").encode().contains("no file in it ends in .yaml"),
                () -> folder("docs").encode());
        assertThat(head(AWS, "docs").encode()).isEqualTo(before);
        Files.delete(DOCS);
        Files.move(gone, DOCS);
        awaitState("docs", "published");
        assertThat(head(AWS, "docs").encode()).isEqualTo(before);
    }

    @Test
    @Order(6)
    void whatAnOperatorChangedIsNotOverwritten() throws IOException {
        FABRIC.apply(AZURE, service("two", "zwei"), "--source", "docs", "-m", "by hand")
                .good();
        awaitState("docs", "behind");
        assertThat(cli(AWS, "conflicts").good().out()).contains("no conflicts");
        String byHand = head(AZURE, "docs").getString("revision");

        write(DOCS, "three.yaml", service("three", "three"));
        awaitState("docs", "conflict");
        Cli.Result conflicts = cli(AWS, "conflicts");
        assertThat(conflicts.exit()).isEqualTo(1);
        assertThat(conflicts.out()).contains("folder ", byHand, "nothing is overwritten", "--source docs --prune");
        assertThat(head(AWS, "docs").getString("revision")).isEqualTo(byHand);

        String all = service("two", "two") + "---\n" + service("three", "three");
        FABRIC.apply(AWS, all, "--source", "docs", "--prune", "-m", "the folder is right")
                .good();
        awaitState("docs", "published");
        write(DOCS, "three.yaml", service("three", "drei"));
        awaitHosts(AZURE, "two", "drei");
    }

    @Test
    @Order(7)
    void aRestartChangesNothingAndWhatChangedMeanwhileIsPublished() throws IOException {
        awaitState("docs", "published");
        AWS.stop();
        write(DOCS, "three.yaml", service("three", "trois"));
        AWS.start();
        AWS.awaitReady();
        awaitHosts(AWS, "two", "trois");
        awaitHosts(AZURE, "two", "trois");
        awaitState("docs", "published");
    }
}
