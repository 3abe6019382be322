package io.bridgehead.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.compile.gateway.Condition;
import io.bridgehead.compile.gateway.ObjectStatus;
import io.bridgehead.config.Document;
import io.bridgehead.config.JwtSettings;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.SecretManifest;
import io.bridgehead.config.manifest.read.ManifestReader;
import io.bridgehead.config.read.DocumentReader;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Golden;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.failover.Places;
import io.bridgehead.failover.Reach;
import io.bridgehead.failover.SiteView;
import io.bridgehead.model.Caller;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.Place;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.routing.RoutingTable;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every folder of {@code config-examples} does what its golden files say. */
class ConfigExamplesTest {
    private static final Path EXAMPLES = Path.of("../config-examples");

    static List<Path> examples() throws IOException {
        List<Path> examples = foldersIn(EXAMPLES);
        assertThat(examples).hasSizeGreaterThanOrEqualTo(3);
        return examples;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void requestsAreExplained(Path example) throws IOException {
        List<Document> documents = done(documentsIn(example.resolve("documents")));
        StringBuilder explained = new StringBuilder();
        for (String line : Files.readAllLines(example.resolve("requests.txt"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                explained.append("> ").append(line).append('\n');
                explain(example, documents, line)
                        .lines()
                        .forEach(text -> explained.append(text).append('\n'));
                explained.append('\n');
            }
        }
        Golden.check(example.resolve("explained.txt"), explained.toString());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void problemsAreSaid(Path example) throws IOException {
        StringBuilder said = new StringBuilder();
        List<NodeConfig> nodes = new ArrayList<>();
        for (Path folder : foldersIn(example)) {
            if (Files.exists(folder.resolve("gateway.yaml")) && !folder.endsWith("broken")) {
                nodes.add(done(node(folder)));
            }
        }
        List<Document> documents = done(documentsIn(example.resolve("documents")));
        for (NodeConfig node : nodes) {
            append(said, "documents on " + node.node(), compile(node, documents));
        }
        for (Path file : filesIn(example.resolve("broken"))) {
            String name = "broken/" + file.getFileName();
            Reading<?> reading = file.endsWith("gateway.yaml")
                    ? node(example.resolve("broken"))
                    : new DocumentReader().add(name, Files.readAllBytes(file)).result();
            if (reading instanceof Reading.Refused<?> refused) {
                append(said, name, texts(refused.problems()));
                continue;
            }
            for (NodeConfig node : nodes) {
                List<Document> broken = done(
                        new DocumentReader().add(name, Files.readAllBytes(file)).result());
                append(said, name + " on " + node.node(), compile(node, broken));
            }
        }
        Golden.check(example.resolve("problems.txt"), said.toString());
    }

    private static void append(StringBuilder said, String what, List<String> problems) {
        said.append("> ").append(what).append('\n');
        problems.forEach(problem -> said.append(problem).append('\n'));
        said.append(problems.isEmpty() ? "no problems\n\n" : "\n");
    }

    private static List<String> compile(NodeConfig node, List<Document> documents) throws IOException {
        return switch (new Compiler(context(node)).compile(documents, "1")) {
            case CompileResult.Compiled compiled -> {
                List<String> said = new ArrayList<>(texts(compiled.notes()));
                compiled.gateways().statuses().forEach(status -> said.addAll(wrong(status)));
                yield said;
            }
            case CompileResult.Refused refused -> texts(refused.problems());
        };
    }

    private static List<String> texts(List<Problem> problems) {
        return problems.stream().map(Problem::toString).toList();
    }

    /** What the status of a manifest says is not well. */
    private static List<String> wrong(ObjectStatus status) {
        List<String> wrong = new ArrayList<>();
        String name = status.manifest().id().toString();
        status.conditions().forEach(one -> add(wrong, name, one));
        status.listeners()
                .forEach(listener ->
                        listener.conditions().forEach(one -> add(wrong, name + " listener " + listener.name(), one)));
        status.parents()
                .forEach(parent -> parent.conditions()
                        .forEach(one -> add(
                                wrong,
                                name + " at "
                                        + Objects.requireNonNullElse(
                                                parent.parent().sectionName(), "all"),
                                one)));
        return wrong;
    }

    private static void add(List<String> wrong, String what, Condition condition) {
        boolean told =
                condition.type().equals(Condition.ACCEPTED) || condition.type().equals(Condition.RESOLVED_REFS);
        if (!condition.status() && told) {
            wrong.add(what + ": not " + condition.type() + ", " + condition.reason() + ": " + condition.message());
        }
    }

    /** The context of a node that has the Secrets of its folder, and takes whatever stands in them. */
    private static CompileContext context(NodeConfig node) throws IOException {
        Path folder = node.gateways().secrets();
        List<SecretManifest> secrets = new ArrayList<>();
        for (Path file : folder == null ? List.<Path>of() : filesIn(folder)) {
            for (Manifest manifest :
                    ManifestReader.read(file.toString(), Files.readString(file)).manifests()) {
                secrets.add((SecretManifest) manifest);
            }
        }
        return CompileContext.of(node, Set.of())
                .with(new GatewayTerms(Set.copyOf(node.gateways().names()), secrets, GatewayPort.MaterialCheck.NONE));
    }

    /** {@code node listener METHOD host/path [with header=value ...] [jwt CLAIMS] [from ID] [where site=state ...]}. */
    private static Explanation explain(Path example, List<Document> documents, String line) throws IOException {
        List<String> words = List.of(line.split(" +"));
        NodeConfig node = done(node(example.resolve(words.get(0))));
        CompileContext context = context(node);
        RoutingTable table = new Compiler(context).compile(documents, "1") instanceof CompileResult.Compiled compiled
                ? compiled.table()
                : RoutingTable.EMPTY;
        int from = words.indexOf("from");
        int where = words.indexOf("where");
        Caller caller = new Caller(
                from < 0 ? declared(node, words.get(1)) : SpiffeId.parse(words.get(from + 1)),
                Caller.Proof.LISTENER,
                node.site().name(),
                "10.1.2.3");
        int jwt = words.indexOf("jwt");
        if (jwt > 0) {
            JwtSettings.Taken taken = taken(node, words.get(1));
            List<SupposedToken.Issuer> issuers = node.jwt().issuers().stream()
                    .filter(one -> taken != null && taken.issuers().contains(one.name()))
                    .map(one -> new SupposedToken.Issuer(one.issuer(), one.trustDomain(), one.identity()))
                    .toList();
            caller = SupposedToken.caller(issuers, new JsonObject(words.get(jwt + 1)).getMap(), caller);
        }
        List<String> conditions = where < 0 ? List.of() : words.subList(where + 1, words.size());
        LiveView live = LiveView.supposing(table, places(example, node), views(conditions));
        return new Explain(context, table, live).explain(question(words, caller));
    }

    /** Where sites are, as the nodes of the example say. */
    private static Places places(Path example, NodeConfig node) throws IOException {
        Map<SiteName, Place> known = new HashMap<>();
        for (Path folder : foldersIn(example)) {
            if (Files.exists(folder.resolve("gateway.yaml")) && !folder.endsWith("broken")) {
                NodeConfig.Site site = done(node(folder)).site();
                known.put(site.name(), site.place());
            }
        }
        return new Places(node.site().name(), known);
    }

    private static Question question(List<String> words, Caller caller) {
        if (words.get(2).equals("connection")) {
            boolean named = words.size() > 3 && !List.of("from", "where").contains(words.get(3));
            return Question.connection(words.get(1), named ? words.get(3) : "", caller);
        }
        String target = words.get(3);
        int slash = target.indexOf('/');
        return Question.request(words.get(1), words.get(2), target.substring(0, slash), target.substring(slash), caller)
                .with(fields(words));
    }

    private static HeaderFields fields(List<String> words) {
        HeaderFields fields = new HeaderFields();
        int with = words.indexOf("with");
        for (int i = with + 1; with > 0 && i < words.size() && words.get(i).contains("="); i++) {
            int equals = words.get(i).indexOf('=');
            fields.add(words.get(i).substring(0, equals), words.get(i).substring(equals + 1));
        }
        return fields;
    }

    private static SpiffeId declared(NodeConfig node, String listener) {
        return node.listeners().stream()
                .filter(one -> one.name().equals(listener))
                .map(NodeConfig.Listener::identity)
                .findFirst()
                .orElse(SpiffeId.unauthenticated(
                        node.identity().trustDomain(), node.site().name()));
    }

    private static JwtSettings.@Nullable Taken taken(NodeConfig node, String listener) {
        return node.listeners().stream()
                .filter(one -> one.name().equals(listener))
                .map(one -> one.edge().tokens())
                .findFirst()
                .orElse(null);
    }

    private static Map<SiteName, SiteView> views(List<String> conditions) {
        Map<SiteName, SiteView> views = new HashMap<>();
        for (String condition : conditions) {
            int equals = condition.indexOf('=');
            String state = condition.substring(equals + 1);
            SiteView view = state.endsWith("%")
                    ? new SiteView(
                            Reach.UP,
                            OptionalDouble.of(Integer.parseInt(state.substring(0, state.length() - 1)) / 100.0))
                    : new SiteView(Reach.valueOf(state.toUpperCase(Locale.ROOT)), OptionalDouble.empty());
            views.put(new SiteName(condition.substring(0, equals)), view);
        }
        return views;
    }

    private static Reading<NodeConfig> node(Path folder) throws IOException {
        String name = folder.getFileName() + "/gateway.yaml";
        return new NodeConfigReader(folder, "unnamed").read(name, Files.readAllBytes(folder.resolve("gateway.yaml")));
    }

    private static Reading<List<Document>> documentsIn(Path folder) throws IOException {
        DocumentReader reader = new DocumentReader();
        for (Path file : filesIn(folder)) {
            reader.add(folder.getFileName() + "/" + file.getFileName(), Files.readAllBytes(file));
        }
        return reader.result();
    }

    private static <T> T done(Reading<T> reading) {
        return switch (reading) {
            case Reading.Done<T> done -> done.value();
            case Reading.Refused<T> refused -> throw new AssertionError(refused.problems());
        };
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static List<Path> foldersIn(Path folder) throws IOException {
        return filesIn(folder).stream().filter(Files::isDirectory).toList();
    }
}
