package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.harness.WatchingCommand;
import io.bridgehead.e2e.traffic.RawClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Scripts and people ask a node the same questions: in every form, again whenever the answer is another one, and before a reload changes anything. */
final class AnswersAreWatchedAndReloadsPlannedIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestNode NODE = FABRIC.node("aws-a");

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    private static List<String> words(String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.addAll(List.of("--socket", NODE.socket().toString()));
        return words;
    }

    private static Cli.Result atNode(String... arguments) {
        return Cli.run(words(arguments).toArray(String[]::new));
    }

    @Test
    void listenersAndCertificatesAreShownInEveryForm() {
        JsonObject listener = atNode("get", "listeners", "-o", "json")
                .good()
                .json()
                .getJsonArray("listeners")
                .getJsonObject(0);
        assertThat(listener.fieldNames()).contains("name", "protocol", "address", "connections");
        assertThat(listener.getString("address")).endsWith(":" + NODE.http());
        assertThat(atNode("get", "listeners").good().out())
                .containsPattern("(?m)^LISTENER +PROTOCOL +ADDRESS +CONNECTIONS")
                .containsPattern("(?m)^http +HTTP +127\\.0\\.0\\.1:" + NODE.http() + " ");
        assertThat(atNode("get", "listeners", "-o", "yaml").good().out())
                .startsWith("---\nlisteners:\n  - name: \"http\"\n");
        JsonObject own = atNode("get", "certs", "-o", "json")
                .good()
                .json()
                .getJsonArray("certificates")
                .getJsonObject(0);
        assertThat(own.getString("use")).isEqualTo("identity");
        assertThat(own.fieldNames())
                .contains("id", "subject", "issuer", "serial", "notBefore", "notAfter", "renewal", "source", "problem");
        assertThat(atNode("get", "certs").good().out())
                .isEqualTo(atNode("certs").good().out())
                .contains("SPIFFE ID", "/site/aws/gateway/aws-a");
    }

    private WatchingCommand watching(String... arguments) {
        return WatchingCommand.start(folder.resolve("seen"), words(arguments).toArray(String[]::new));
    }

    @Test
    void whatIsTriedIsShownWhileItIs() throws Exception {
        Process leading = null;
        try (WatchingCommand watch = watching("stage", "--watch")) {
            watch.await("the first look", said -> said.contains("no stages"));
            Path document =
                    FABRIC.file(Documents.http("tried", "tried.example", Map.of("aws", List.of("127.0.0.1:1"))));
            leading = Cli.start(words(
                            "apply",
                            "-f",
                            document.toString(),
                            "--staged",
                            "--soak",
                            "600",
                            "--before",
                            "0",
                            "--certificate",
                            FABRIC.operator().certificate().toString(),
                            "--key",
                            FABRIC.operator().key().toString())
                    .toArray(String[]::new));
            watch.await("what is tried", said -> said.contains("TRIED ON"));
            leading.destroyForcibly().waitFor();
            atNode(
                            "stage",
                            "--abort",
                            "--certificate",
                            FABRIC.operator().certificate().toString(),
                            "--key",
                            FABRIC.operator().key().toString())
                    .good();
            watch.await("that it is over", _ -> watch.times("no stages") == 2);
            assertThat(watch.process().isAlive()).isTrue();
        } finally {
            if (leading != null) {
                leading.destroyForcibly();
            }
        }
        Cli.Result both = atNode("stage", "--abort", "--watch");
        assertThat(both.exit()).as(both.toString()).isEqualTo(2);
        assertThat(both.err()).contains("--watch: found with --continue or --abort, expected alone");
    }

    @Test
    void certificatesAreShownAgainWhenOneIsRenewed() {
        try (WatchingCommand watch = watching("certs", "--watch")) {
            watch.await("the first look", said -> said.contains("SPIFFE ID"));
            assertThat(watch.text()).startsWith("-- ");
            String pki = FABRIC.pki().folder().toString();
            Cli.run(
                            "pki",
                            "renew",
                            "--authority",
                            pki,
                            "--folder",
                            NODE.folder().toString(),
                            "--days",
                            "30")
                    .good();
            watch.await("another look", _ -> watch.times("SPIFFE ID") == 2);
            assertThat(watch.process().isAlive()).isTrue();
        }
    }

    @Test
    void problemsAreAListForScripts() throws IOException {
        Path file = Files.writeString(
                folder.resolve("gateway.yaml"), NODE.yaml().text().replace("loops:", "lops:"));
        Cli.Result result = Cli.run("validate", "-o", "json", file.toString());
        assertThat(result.exit()).as(result.toString()).isEqualTo(1);
        assertThat(result.err()).isEmpty();
        JsonObject problem = result.json().getJsonArray("problems").getJsonObject(0);
        assertThat(problem.fieldNames())
                .containsExactly("file", "line", "column", "key", "found", "expected", "hint", "message");
        assertThat(problem.getString("file")).isEqualTo(file.toString());
        assertThat(problem.getInteger("line")).isPositive();
        assertThat(problem.getString("found")).isEqualTo("unknown key 'lops'");
        assertThat(problem.getString("hint")).contains("did you mean 'loops'?");
        assertThat(Cli.run("validate", file.toString()).err().strip()).isEqualTo(problem.getString("message"));
        assertThat(Cli.run("validate", "-o", "yaml", NODE.config().toString())
                        .good()
                        .out())
                .isEqualTo("---\nproblems: []\n");
    }

    private static Cli.Result dryRun() {
        return atNode("reload", "--dry-run");
    }

    @Test
    void aDryRunSaysWhatTheReloadWillDoAndDoesNothing() throws IOException {
        assertThat(dryRun().good().out()).isEqualTo("nothing would change\n");
        int port = Ports.next();
        Path log = folder.resolve("access.log");
        String status = NODE.get("/v1/listeners").encode();
        NODE.write(NODE.yaml()
                        .text()
                        .replace("loops: 1", "loops: 2")
                        .replace("accessLog: { enabled: false }", "accessLog: { path: \"" + log + "\" }")
                + "  - { name: second, address: 127.0.0.1, port: " + port + " }\n");
        Cli.Result planned = dryRun();
        assertThat(planned.exit()).as(planned.toString()).isEqualTo(4);
        assertThat(planned.out().lines())
                .containsExactly(
                        "listener second: is opened at port " + port,
                        "telemetry.accessLog.enabled: false -> true",
                        "telemetry.accessLog.path: (none) -> " + log);
        assertThat(planned.err().lines())
                .containsExactly(
                        "loops: 1 -> 2: takes effect with a restart: connections belong to the event loops that there"
                                + " are",
                        "bridgehead: 1 key would wait for a restart; the rest would be in force");
        assertThat(NODE.get("/v1/listeners").encode()).isEqualTo(status);
        assertThat(log).doesNotExist();
        Cli.Result done = atNode("reload");
        assertThat(done.exit()).as("as the dry run ended").isEqualTo(planned.exit());
        assertThat(RawClient.get(port, "nobody.example", "/").status()).isEqualTo(404);
        assertThat(dryRun().out()).as("only what waits is left").isEmpty();
        NODE.write();
        assertThat(dryRun().good().out().lines())
                .containsExactly(
                        "listener second: is closed",
                        "telemetry.accessLog.enabled: true -> false",
                        "telemetry.accessLog.path: " + log + " -> (none)");
        atNode("reload").good();
        assertThat(dryRun().good().out()).isEqualTo("nothing would change\n");
    }

    /** The same fields whatever comes of it, and nothing beside them. */
    @Test
    void whatCameOfAReloadIsADocumentForScripts() throws IOException {
        JsonObject nothing = document(0, "--dry-run");
        assertThat(nothing.getBoolean("dryRun")).isTrue();
        assertThat(nothing.getJsonArray("changes")).isEmpty();
        assertThat(nothing.getString("error")).isNull();
        NODE.write(NODE.yaml().text().replace("loops: 1", "loops: 2"));
        for (JsonObject waits : List.of(document(4, "--dry-run"), document(4))) {
            assertThat(waits.getJsonArray("problems")).isEmpty();
            JsonObject key = waits.getJsonArray("restart").getJsonObject(0);
            assertThat(key.fieldNames()).containsExactly("key", "before", "after", "why");
            assertThat(List.of(key.getString("key"), key.getString("before"), key.getString("after")))
                    .containsExactly("loops", "1", "2");
        }
        NODE.write(NODE.yaml().text().replace("loops:", "lops:"));
        for (JsonObject refused : List.of(document(1, "--dry-run"), document(1))) {
            assertThat(refused.getString("error")).contains("gateway.yaml has problems");
            JsonObject problem = refused.getJsonArray("problems").getJsonObject(0);
            assertThat(problem.fieldNames())
                    .as("as validate has them")
                    .containsExactly("file", "line", "column", "key", "found", "expected", "hint", "message");
            assertThat(problem.getInteger("line")).isPositive();
            assertThat(problem.getString("found")).isEqualTo("unknown key 'lops'");
            assertThat(problem.getString("hint")).contains("did you mean 'loops'?");
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NODE.write(NODE.yaml().text().replace("loops: 1", "loops: 2")
                    + "  - { name: fifth, address: 127.0.0.1, port: " + taken.getLocalPort() + " }\n");
            JsonObject planned = document(1, "--dry-run");
            assertThat(planned.getString("error")).contains("some listeners would stay as they were");
            assertThat(planned.getJsonArray("changes"))
                    .containsExactly("listener fifth: is opened at port " + taken.getLocalPort());
            Cli.Result inWords = dryRun();
            assertThat(inWords.exit()).as(inWords.toString()).isEqualTo(1);
            assertThat(inWords.out()).isEqualTo("listener fifth: is opened at port " + taken.getLocalPort() + "\n");
            assertThat(inWords.err()).contains("some listeners would stay as they were", "'fifth': cannot bind ");
            JsonObject partly = document(1);
            assertThat(partly.getString("error")).contains("the rest is in force");
            for (JsonObject one : List.of(planned, partly)) {
                assertThat(one.getJsonArray("restart")).hasSize(1);
                assertThat(one.getJsonArray("problems")).hasSize(1);
                isPort("listeners[1].port", taken, one);
                assertThat(one.getJsonArray("problems").getJsonObject(0).getString("message"))
                        .startsWith("listener 'fifth': cannot bind ")
                        .contains("is in use by another process; expected a free port");
            }
        }
        assertThat(document(4, "--dry-run").getJsonArray("problems"))
                .as("the port is free, and trying it left nothing behind")
                .isEmpty();
        NODE.write();
        assertThat(document(0).getJsonArray("changes")).isNotEmpty();
        assertThat(atNode("reload", "--dry-run", "-o", "yaml").good().out())
                .isEqualTo("---\ndryRun: true\nerror: null\nchanges: []\nrestart: []\nproblems: []\n");
    }

    private static void isPort(String key, ServerSocket taken, JsonObject refused) {
        JsonObject found = refused.getJsonArray("problems").getJsonObject(0);
        assertThat(List.of(found.getString("key"), found.getString("found"), found.getString("expected")))
                .containsExactly(key, "'" + taken.getLocalPort() + "'", "a port that is free and may be opened");
    }

    @Test
    void thePortForBundlesIsTriedToo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NODE.write(NODE.yaml()
                    .text()
                    .replaceFirst(
                            "identity: *\\{",
                            "identity: { bundleEndpoint: { address: 127.0.0.1, port: " + taken.getLocalPort() + " },"));
            isPort("identity.bundleEndpoint.port", taken, document(1, "--dry-run"));
            isPort("identity.bundleEndpoint.port", taken, document(1));
        }
        NODE.write();
        assertThat(document(0).getJsonArray("problems")).isEmpty();
    }

    /** What is known of a problem in words alone has no more. */
    @Test
    void whatIsNotKnownOfAProblemIsNull() throws IOException {
        NODE.write(NODE.yaml().text() + "  - { name: sixth, address: 127.0.0.1, port: " + Ports.next()
                + ", protocol: HTTPS, tls: { certificates: [ { certificate: none.crt, key: none.key } ] } }\n");
        JsonObject problem = document(1, "--dry-run").getJsonArray("problems").getJsonObject(0);
        NODE.write();
        assertThat(problem.getMap())
                .containsEntry("file", null)
                .containsEntry("key", null)
                .containsEntry("found", null);
        assertThat(problem.getString("message")).contains("none.crt");
    }

    private static JsonObject document(int exit, String... options) {
        Cli.Result result = atNode(Stream.concat(Stream.of("reload", "-o", "json"), Stream.of(options))
                .toArray(String[]::new));
        assertThat(result.exit()).as(result.toString()).isEqualTo(exit);
        assertThat(result.err()).isEmpty();
        assertThat(result.json().fieldNames()).containsExactly("dryRun", "error", "changes", "restart", "problems");
        return result.json();
    }

    @Test
    void aDryRunFindsWhatTheReloadWouldRefuse() throws IOException {
        NODE.write(NODE.yaml().text().replace("loops:", "lops:"));
        refused("gateway.yaml has problems", "did you mean 'loops'?");
        NODE.write(NODE.yaml()
                .text()
                .replace(
                        "accessLog: { enabled: false }",
                        "accessLog: { path: \"" + folder.resolve("nowhere/access.log") + "\" }"));
        refused("telemetry", folder.resolve("nowhere/access.log").toString());
        NODE.write(NODE.yaml().text() + "  - { name: third, address: 127.0.0.1, port: " + Ports.next()
                + ", protocol: HTTPS, tls: { certificates: [ { certificate: none.crt, key: none.key } ] } }\n");
        refused("certificates of listeners have problems", "none.crt");
        NODE.write();
        Path key = NODE.folder().resolve("node.crt");
        String good = Files.readString(key);
        try {
            Files.writeString(key, "none");
            refused("nothing would be changed", "node.crt");
        } finally {
            Files.writeString(key, good);
        }
        assertThat(dryRun().good().out()).isEqualTo("nothing would change\n");
    }

    /** Whether it is a dry run or a reload that is refused: what asks an issuer's server was made to find out that it can be, and is gone. */
    @Test
    void whatIsNotTakenAsksNoIssuer() throws IOException {
        String issuer = "jwt: { issuers: [ { name: login, issuer: \"https://login.example\", identity:"
                + " \"spiffe://e2e.example/user/{sub}\", audiences: [ shop ], jwks: { url:"
                + " \"https://127.0.0.1:1/keys\" } } ] }\n";
        NODE.write(issuer + NODE.yaml().text());
        assertThat(dryRun().good().out())
                .startsWith("jwt.issuers: [] -> [Issuer[name=login, issuer=https://login.example, ")
                .hasLineCount(1);
        awaitClients(0);
        NODE.write(issuer + NODE.yaml().text() + "  - { name: fourth, address: 127.0.0.1, port: " + Ports.next()
                + ", protocol: HTTPS, tls: { certificates: [ { certificate: none.crt, key: none.key } ] } }\n");
        refused("certificates of listeners have problems", "none.crt");
        awaitClients(0);
        NODE.write(issuer + NODE.yaml().text());
        atNode("reload").good();
        awaitClients(1);
        NODE.write();
        atNode("reload").good();
        awaitClients(0);
    }

    /** Each client of HTTP servers has one thread with a name. */
    private static void awaitClients(int expected) {
        Patience.until(
                expected + " clients",
                () -> threads().filter(name -> name.startsWith("HttpClient-")).count() == expected,
                () -> threads().toList().toString());
    }

    private static Stream<String> threads() {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + NODE.pid() + "/task"))) {
            List<String> names = new ArrayList<>();
            for (Path task : tasks.toList()) {
                names.add(name(task));
            }
            return names.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty for one that has just ended. */
    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException e) {
            return "";
        }
    }

    private static void refused(String... words) {
        Cli.Result planned = dryRun();
        assertThat(planned.exit()).as(planned.toString()).isEqualTo(1);
        assertThat(planned.err()).contains("nothing would be changed").contains(words);
        assertThat(atNode("reload").exit()).isEqualTo(1);
    }
}
