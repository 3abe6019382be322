package io.bridgehead.e2e.harness;

import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.tls.MaterialFiles;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * The fabric of one test class: a folder, a trust domain, nodes. As an extension it puts the nodes' logs into what fails, and ends
 * everything after the last test.
 */
public final class TestFabric
        implements AfterAllCallback, TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    public static final String TRUST_DOMAIN = "e2e.example";

    /** Unix sockets have paths of at most 107 bytes. */
    private static final int FOLDER_CHARACTERS_MAX = 60;

    private static final int LOG_CHARACTERS_MAX = 12_000;

    private static final int APPLY_AGAIN_MAX = 5;

    /**
     * An attempt to join the cluster that comes to nothing ends after a minute, then there is another one; clusters that began beside each other look
     * for each other every ten seconds. On a busy machine nodes that start at once have need of both.
     */
    private static final Duration TOGETHER_MAX = Duration.ofMinutes(4);

    private final Path folder;
    private final TestPki pki;
    private final MaterialFiles.Paths operator;
    private final List<TestNode> nodes = new ArrayList<>();
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();

    private TestFabric(Path folder) {
        this.folder = folder;
        this.pki = TestPki.create(folder.resolve("pki"), TRUST_DOMAIN);
        this.operator = pki.operator("ada");
    }

    /** Nodes with these names, each {@code <site>-<letter>}; they know each other and are not started yet. */
    public static TestFabric of(String... names) {
        TestFabric fabric = new TestFabric(temporaryFolder());
        for (String name : names) {
            fabric.add(name);
        }
        fabric.nodes.forEach(node -> node.know(fabric.nodes));
        return fabric;
    }

    private static Path temporaryFolder() {
        try {
            Path usual = Path.of(System.getProperty("java.io.tmpdir"));
            Path parent = usual.toString().length() < FOLDER_CHARACTERS_MAX / 2 ? usual : Path.of("/tmp");
            return Files.createTempDirectory(parent, "bh-e2e");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another node, which nobody knows. */
    public TestNode add(String name) {
        String site = name.substring(0, name.lastIndexOf('-'));
        TestNode node = TestNode.in(folder, site, name, TRUST_DOMAIN);
        pki.node(node.folder(), site, name);
        nodes.add(node);
        return node;
    }

    public Path folder() {
        return folder;
    }

    public TestPki pki() {
        return pki;
    }

    public MaterialFiles.Paths operator() {
        return operator;
    }

    public List<TestNode> nodes() {
        return List.copyOf(nodes);
    }

    public TestNode node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** An endpoint that lives as long as the fabric. */
    public TestEndpoint endpoint(String name) {
        return closing(TestEndpoint.start(name));
    }

    /** Something that ends with the fabric. */
    public <T extends AutoCloseable> T closing(T opened) {
        closing.push(opened);
        return opened;
    }

    /** Writes every configuration, starts every node, and waits until they know each other. */
    public TestFabric start() {
        nodes.forEach(TestNode::write);
        nodes.forEach(TestNode::start);
        nodes.forEach(TestNode::awaitReady);
        nodes.forEach(this::awaitTogether);
        return this;
    }

    /** Waits until a node sees every running node: in the cluster, by its reports, and through tunnels when it is elsewhere. */
    public void awaitTogether(TestNode node) {
        Patience.until(TOGETHER_MAX, node.name() + " sees the others", () -> seesAll(node), () -> sight(node));
    }

    /** Waits until every node knows every one by its reports, whichever way these come. */
    public void awaitKnown() {
        for (TestNode node : nodes) {
            Patience.until(
                    node.name() + " knows all", () -> known(node) == nodes.size(), () -> "" + node.ask("/v1/nodes"));
        }
    }

    private static int known(TestNode node) {
        JsonObject known = node.ask("/v1/nodes");
        return known == null ? 0 : known.getJsonArray("nodes").size();
    }

    private boolean seesAll(TestNode node) {
        List<TestNode> running = nodes.stream().filter(TestNode::runs).toList();
        JsonObject status = node.ask("/v1/status");
        JsonObject known = node.ask("/v1/nodes");
        JsonObject tunnels = node.ask("/v1/tunnels");
        if (status == null || known == null || tunnels == null) {
            return false;
        }
        long others = running.stream()
                .filter(other -> !other.site().equals(node.site()))
                .count();
        return status.getJsonObject("cluster").getInteger("members") >= running.size()
                && known.getJsonArray("nodes").size() >= running.size()
                && up(tunnels.getJsonArray("tunnels"), node.site()) >= others;
    }

    /** Those to other sites: nodes of one site have one while they are not in one cluster yet. */
    private static long up(JsonArray tunnels, String own) {
        return tunnels.stream()
                .map(JsonObject.class::cast)
                .filter(tunnel -> tunnel.getString("state").equals("up")
                        && !tunnel.getString("site").equals(own))
                .count();
    }

    private static String sight(TestNode node) {
        return "status " + node.ask("/v1/status") + "\nnodes " + node.ask("/v1/nodes") + "\ntunnels "
                + node.ask("/v1/tunnels");
    }

    /** Applies a document at a node, as the operator, and waits until every running node serves it. */
    public String applied(TestNode at, String document, String... options) {
        Cli.Result result = apply(at, document, options);
        boolean undecided = result.err().contains("did not decide within");
        for (int again = 0; again < APPLY_AGAIN_MAX && undecided && result.exit() != 0; again++) {
            // The node asks to look and try again, which is harmless: what is active already is no change. What was
            // decided late, between
            // look and try, is answered as if somebody else had changed it.
            result = apply(at, document, options);
        }
        result.good();
        String revision = at.revision();
        for (TestNode node : nodes) {
            if (node.runs()) {
                Patience.until(
                        node.name() + " serves " + revision,
                        () -> node.revision().equals(revision),
                        node::revision);
            }
        }
        return result.out();
    }

    /** Applies a document at a node, as the operator. */
    public Cli.Result apply(TestNode at, String document, String... options) {
        return apply(at, operator, document, options);
    }

    /** Gives an order of the operator's at a node: a verb and its options. */
    public Cli.Result order(TestNode at, String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of(
                "--socket",
                at.socket().toString(),
                "--certificate",
                operator.certificate().toString(),
                "--key",
                operator.key().toString()));
        return Cli.run(arguments.toArray(String[]::new));
    }

    /** Applies a document with another identity. */
    public Cli.Result apply(TestNode at, MaterialFiles.Paths identity, String document, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "apply",
                "--socket",
                at.socket().toString(),
                "--certificate",
                identity.certificate().toString(),
                "--key",
                identity.key().toString(),
                "--file",
                file(document).toString()));
        arguments.addAll(List.of(options));
        return Cli.run(arguments.toArray(String[]::new));
    }

    /** A document as a file. */
    public Path file(String document) {
        try {
            return Files.writeString(Files.createTempFile(folder, "document", ".yaml"), document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a node gives a site the whole of a service, and checks have judged it: a first one that is late would take it away again. */
    public static void awaitServing(TestNode at, String service, String site) {
        Patience.until(
                service + " served by " + site + " at " + at.name(),
                () -> share(at, service, site) > 0.99,
                () -> String.valueOf(at.ask("/v1/services")));
    }

    /** Waits until a node knows that all endpoints of a service are fit, wherever they are. */
    public static void awaitFit(TestNode at, String service) {
        Patience.until(
                "all of " + service + " fit at " + at.name(),
                () -> {
                    List<JsonObject> rows = rows(at, service);
                    return !rows.isEmpty()
                            && rows.stream()
                                    .allMatch(row -> row.getInteger("fit", 0).equals(row.getInteger("total", 1)));
                },
                () -> String.valueOf(at.ask("/v1/services")));
    }

    private static double share(TestNode at, String service, String site) {
        return rows(at, service).stream()
                .filter(row -> row.getString("site").equals(site) && row.getInteger("unknown", 1) == 0)
                .mapToDouble(row -> row.getDouble("weight"))
                .sum();
    }

    private static List<JsonObject> rows(TestNode at, String service) {
        JsonObject answer = at.ask("/v1/services");
        return answer == null
                ? List.of()
                : answer.getJsonArray("services").stream()
                        .map(JsonObject.class::cast)
                        .filter(row -> row.getString("service").equals(service))
                        .toList();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable problem) {
        throw withLogs(problem);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable problem) {
        throw withLogs(problem);
    }

    private AssertionError withLogs(Throwable problem) {
        StringBuilder text = new StringBuilder(String.valueOf(problem.getMessage()));
        for (TestNode node : nodes) {
            String log = node.log();
            text.append("\n---- ")
                    .append(node.name())
                    .append(node.runs() ? "" : " (not running)")
                    .append(" ----\n");
            text.append(log.substring(Math.max(0, log.length() - LOG_CHARACTERS_MAX)));
        }
        return new AssertionError(text.toString(), problem);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        @Nullable Exception first = null;
        while (!closing.isEmpty()) {
            try {
                closing.pop().close();
            } catch (Exception e) {
                first = first == null ? e : first;
            }
        }
        nodes.forEach(TestNode::kill);
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
