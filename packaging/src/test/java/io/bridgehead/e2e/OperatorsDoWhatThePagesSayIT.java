package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.PageBlock;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.harness.WatchingCommand;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Blocks of the pages are typed as an operator types them, line by line as they stand there, at a fabric with the sites and services that they
 * name. A line that never ends is ended when it has shown something; what a page shows as output comes out in the same form.
 */
@Tag("long")
@TestMethodOrder(OrderAnnotation.class)
final class OperatorsDoWhatThePagesSayIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-use1-a", "azure-weu-a");

    private static final TestNode AWS = FABRIC.node("aws-use1-a");
    private static final TestNode AZURE = FABRIC.node("azure-weu-a");
    private static final TestEndpoint NEAR = FABRIC.endpoint("near");
    private static final TestEndpoint FAR = FABRIC.endpoint("far");
    private static final int PORT = Ports.next();
    /** Where the pages have the program of a version that is not installed yet: here it is the distribution under test. */
    private static final String NEW_PROGRAM = "/opt/bridgehead-NEW/bin/bridgehead";

    private static final Set<String> SIGNED =
            Set.of("apply", "rollback", "drain", "undrain", "pin", "unpin", "freeze", "thaw", "drill", "quarantine");

    private Path documents = Path.of("");

    @BeforeAll
    static void start() {
        for (TestNode node : FABRIC.nodes()) {
            node.yaml().set("gateways", "[ shop/edge ]");
        }
        FABRIC.start();
    }

    private static Map<String, List<String>> sites() {
        Map<String, List<String>> sites = new LinkedHashMap<>();
        sites.put("aws-use1", List.of(NEAR.address()));
        sites.put("azure-weu", List.of(FAR.address()));
        return sites;
    }

    private static String orders(String... failover) {
        return Documents.http("orders", "orders.example.internal", sites(), failover);
    }

    private static String checkout(int weight) {
        return Documents.http("checkout", "checkout.example.internal", sites())
                .replace("\"" + FAR.address() + "\" ]", "\"" + FAR.address() + "\" ], weight: " + weight)
                .replace("\"" + NEAR.address() + "\" ]", "\"" + NEAR.address() + "\" ], weight: 1");
    }

    private static String manifests() {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: edge, namespace: shop }
                spec:
                  gatewayClassName: bridgehead
                  listeners: [ { name: http, port: %d, protocol: HTTP } ]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: shop, namespace: shop }
                spec:
                  parentRefs: [ { name: edge } ]
                  hostnames: [ shop.example.com ]
                  rules:
                  - backendRefs: [ { group: bridgehead.io, kind: Service, name: orders } ]
                """.formatted(PORT);
    }

    private void write(String document) throws IOException {
        documents = Files.createTempDirectory(FABRIC.folder(), "documents");
        Files.writeString(documents.resolve("one.yaml"), document);
    }

    /** The lines of the block of a page that begins with these words. */
    private static List<String> block(String page, String begin) throws IOException {
        return PageBlock.lines(Path.of("..", "docs", page), begin);
    }

    private List<String> words(TestNode at, String line) {
        List<String> words = PageBlock.words(line);
        assertThat(words.removeFirst()).as(line).isIn("bridgehead", NEW_PROGRAM);
        words.replaceAll(one -> switch (one) {
            case "documents", "documents/", "manifests/" -> documents.toString();
            case "/etc/bridgehead/gateway.yaml" -> at.config().toString();
            case "node.log" -> documents.resolve("node.log").toString();
            case "$COMMIT" -> "c0ffee";
            default -> one;
        });
        String verb = words.getFirst();
        if (!verb.equals("validate")) {
            words.addAll(List.of("--socket", at.socket().toString()));
        }
        if (SIGNED.contains(verb) || words.contains("--continue") || words.contains("--abort")) {
            words.addAll(
                    List.of("--certificate", FABRIC.operator().certificate().toString()));
            words.addAll(List.of("--key", FABRIC.operator().key().toString()));
        }
        return words;
    }

    /** Types a line, with more words at its end; it ends with one of these codes. */
    private Cli.Result type(TestNode at, String line, List<String> more, Integer... codes) {
        List<String> words = words(at, line);
        words.addAll(more);
        Cli.Result result = Cli.run(words.toArray(String[]::new));
        assertThat(result.exit()).as(line + " " + result).isIn((Object[]) codes);
        return result;
    }

    private Cli.Result type(String line) {
        return type(AWS, line, List.of(), 0);
    }

    /** Types a line that goes on until somebody ends it, which is done when it has shown what is wanted. */
    private void watch(String line, String wanted) throws IOException {
        Path said = Files.createTempFile(FABRIC.folder(), "watched", ".txt");
        String[] words = words(AWS, line).toArray(String[]::new);
        try (WatchingCommand watching = WatchingCommand.start(said, words)) {
            watching.await(line, text -> text.contains(wanted));
            assertThat(watching.process().isAlive()).as(line + " goes on").isTrue();
        }
    }

    /** What is shown, with another number and other sites of the same form for each. */
    private static String form(String text) {
        return text.strip()
                .replace("aws-use1", "aws")
                .replace("azure-weu", "azure")
                .replaceAll("\\d+", "N");
    }

    @Test
    @Order(2)
    void documentsAreChangedTriedTakenBackAndComeFromABuild() throws Exception {
        FABRIC.applied(AWS, orders("failover: { holdDown: 0s }"));
        TestFabric.awaitServing(AWS, "orders", "aws-use1");
        write(orders("failover: { order: [ azure-weu, aws-use1 ], holdDown: 0s }"));
        List<String> lines = block("operations.md", "bridgehead validate /etc/bridgehead/gateway.yaml");
        type(lines.getFirst());
        withTheNewProgram(block("operations.md", "/opt/bridgehead-NEW/bin/bridgehead validate"));
        Path kept = documents;
        write(manifests() + "---\n" + orders());
        type(lines.get(1));
        documents = kept;
        String planned = type(lines.get(2)).out();
        assertThat(form(planned)).isEqualTo(form(shown()));
        assertThat(type(lines.get(3)).out()).contains("is active on 2 of 2 nodes");
        assertThat(lines).hasSize(4);
        TestFabric.awaitServing(AWS, "orders", "azure-weu");
        for (int weight = 1; weight <= 7; weight++) {
            FABRIC.applied(AWS, checkout(weight), "--source", "shop");
        }
        for (String line : block("operations.md", "bridgehead history")) {
            type(line);
        }
        stages();
        write(checkout(9));
        List<String> build = block("operations.md", "bridgehead plan  -f documents/ --source shop");
        type(AWS, build.getFirst(), List.of(), 2);
        type(build.get(1));
        type(AWS, build.getFirst(), List.of(), 0);
        assertThat(build).hasSize(2);
        orders(block("operations.md", "bridgehead drain site azure-weu"));
        upgrade(block("operations.md", "bridgehead drain node aws-use1-a"));
    }

    /** By the launcher, as another version than the installed one is run. */
    private void withTheNewProgram(List<String> lines) {
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst()).startsWith(NEW_PROGRAM + " ");
        List<String> words = words(AWS, lines.getFirst());
        assertThat(Cli.run(Map.of(), words.toArray(String[]::new)).good().out()).contains("no problems found");
    }

    /** What the page shows of a plan; it counts fourteen documents more than there are here. */
    private static String shown() throws IOException {
        return String.join("\n", block("operations.md", "~ Service/orders"));
    }

    private void stages() throws Exception {
        List<String> lines = block("operations.md", "bridgehead apply -f documents/ --source shop --staged");
        assertThat(lines).hasSize(4);
        write(checkout(20));
        type(AWS, lines.getFirst(), List.of("--soak", "1", "--before", "0"), 0);
        type(lines.get(1));
        leaveHalfDone(lines.getFirst(), 21);
        assertThat(type(lines.get(1)).out()).contains("shop");
        type(AWS, lines.get(2), List.of("--soak", "1"), 0);
        leaveHalfDone(lines.getFirst(), 22);
        assertThat(type(lines.get(3)).out()).contains("is tried no more");
    }

    /** The program that leads a stage ends while it is watched. */
    private void leaveHalfDone(String line, int weight) throws Exception {
        Patience.until("no stage is left", () -> tried().isEmpty(), () -> tried().encode());
        write(checkout(weight));
        List<String> words = words(AWS, line);
        words.addAll(List.of("--soak", "600", "--before", "0"));
        Process leading = Cli.start(words.toArray(String[]::new));
        try {
            Patience.until("it is tried", () -> !tried().isEmpty(), () -> tried().encode());
        } finally {
            leading.destroyForcibly();
            assertThat(leading.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static JsonArray tried() {
        return AWS.get("/v1/status").getJsonArray("stages");
    }

    private void orders(List<String> lines) {
        for (String line : lines) {
            boolean drill = line.contains("drill");
            Cli.Result done = type(AWS, line, drill ? List.of("--for", "2s") : List.of(), 0);
            if (drill) {
                assertThat(done.out()).contains("went to    aws-use1 100%");
            } else if (line.contains("drain node azure-weu-a")) {
                type("bridgehead undrain node azure-weu-a --reason done");
            } else if (line.contains("drain service orders")) {
                type("bridgehead undrain service orders azure-weu --reason done");
                TestFabric.awaitServing(AWS, "orders", "azure-weu");
            } else if (line.contains("thaw") || line.contains("--lift")) {
                FABRIC.awaitTogether(AWS);
                FABRIC.awaitTogether(AZURE);
                TestFabric.awaitServing(AWS, "orders", "azure-weu");
            }
        }
    }

    /** Without the upgrade itself, which the profile {@code systemd} does. */
    private void upgrade(List<String> lines) throws IOException {
        for (String line : lines) {
            boolean ends = !line.contains("--watch") || line.contains("--until");
            if (line.startsWith("bridgehead") && !ends) {
                watch(line, "\nlistener   http ");
            } else if (line.startsWith("bridgehead")) {
                type(AWS, line, List.of(), line.startsWith("bridgehead status  ") ? 1 : 0);
            }
            if (line.startsWith("bridgehead drain node")) {
                AWS.awaitStatus("ready", "false");
            }
        }
    }

    @Test
    @Order(3)
    void whoLooksAtANodeIsAnswered() throws Exception {
        FABRIC.applied(AWS, orders());
        AWS.awaitStatus("healthy", "true");
        List<String> looks = block("status-page.md", "bridgehead status");
        for (String line : looks) {
            assertThat(type(line).out()).as(line).isNotBlank();
        }
        assertThat(looks).hasSize(7);
        List<String> first = block("troubleshooting.md", "bridgehead doctor");
        type(AWS, first.getFirst(), List.of("--config", AWS.config().toString()), 0, 1);
        type(first.get(1));
        assertThat(type(first.get(2)).out()).contains("orders.example.internal", "service orders");
        assertThat(first).hasSize(3);
    }

    @Test
    @Order(4)
    void whatIsWrongIsLookedForAndRoutesArePredicted() throws Exception {
        write(manifests());
        FABRIC.applied(AWS, manifests(), "--source", "routes");
        Files.writeString(documents.resolve("node.log"), "a line of a log\n");
        for (String line : block("operations.md", "bridgehead doctor")) {
            if (line.startsWith("bridgehead doctor")) {
                type(AWS, line, List.of(), 0, 1);
            } else if (line.startsWith("bridgehead support-bundle")) {
                Path bundle = FABRIC.folder().resolve("bundle.tar.gz");
                type(AWS, line, List.of("--file", bundle.toString()), 0);
                assertThat(bundle).isNotEmptyFile();
            } else if (line.contains("--watch")) {
                watch(line, "azure-weu-a");
            } else {
                assertThat(type(line).out()).as(line).contains("aws-use1-a in site aws-use1");
            }
        }
        for (String line : block("routing.md", "bridgehead explain GET")) {
            Cli.Result result = type(AWS, line, line.contains(" plan ") ? List.of("--source", "routes") : List.of(), 0);
            if (line.contains("describe")) {
                assertThat(result.out()).contains("shop");
            }
        }
    }

    @Test
    @Order(1)
    void aDrillSaysWhatThePageShows() throws Exception {
        List<String> lines = block("failover.md", "$ bridgehead drill fail-site");
        FABRIC.applied(AWS, orders("failover: { order: [ aws-use1, azure-weu ], holdDown: 0s }"));
        TestFabric.awaitServing(AZURE, "orders", "aws-use1");
        List<String> more = List.of("--for", "2s");
        String said = type(AZURE, lines.getFirst().substring(2), more, 0).out();
        assertThat(said.lines().map(OperatorsDoWhatThePagesSayIT::label).toList())
                .isEqualTo(lines.stream()
                        .skip(1)
                        .map(OperatorsDoWhatThePagesSayIT::label)
                        .toList());
    }

    /** The files of the distribution that a page lists. */
    @Test
    @Order(5)
    void theDistributionHasWhatThePageLists() throws IOException {
        List<String> lines = block("building.md", "bin/bridgehead ");
        List<String> names = new ArrayList<>(List.of(lines.getLast().split(" +", -1)));
        lines.subList(0, lines.size() - 1).forEach(line -> names.add(line.split(" +", 2)[0]));
        for (String name : names) {
            Path place = Cli.home().resolve(name);
            try (DirectoryStream<Path> found = Files.newDirectoryStream(
                    Objects.requireNonNull(place.getParent()),
                    place.getFileName().toString())) {
                assertThat(found).as(name).isNotEmpty();
            }
        }
    }

    private static String label(String line) {
        return line.replaceFirst("  .*", "");
    }
}
