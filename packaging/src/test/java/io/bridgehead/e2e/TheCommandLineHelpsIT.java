package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** People who do not know the commands yet, or mistype them, are told what to do; scripts get codes and JSON. */
final class TheCommandLineHelpsIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a");

    private static final TestNode NODE = FABRIC.node("aws-a");

    @BeforeAll
    static void start() {
        FABRIC.start();
    }

    private static Cli.Result atNode(String... arguments) {
        return Cli.run(Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--socket", NODE.socket().toString()))
                .toArray(String[]::new));
    }

    @Test
    void theDistributionHasNativeLibrariesForBothProcessors() throws IOException {
        Map<String, Integer> machines = Map.of("x86_64", 0x3e, "aarch_64", 0xb7); // e_machine of ELF
        for (String name : machines.keySet()) {
            for (String library : List.of("libnetty_tcnative_linux_", "libnetty_transport_native_epoll_")) {
                byte[] content = Files.readAllBytes(Cli.home().resolve("lib/native/" + library + name + ".so"));
                assertThat(content[18] & 0xff).as(library + name).isEqualTo(machines.get(name));
            }
        }
    }

    @Test
    void helpNamesEveryVerbAndEveryVerbHasHelp() {
        List<String> verbs = List.of(
                "init",
                "join",
                "token",
                "certs",
                "run",
                "validate",
                "plan",
                "apply",
                "stage",
                "history",
                "diff",
                "rollback",
                "conflicts",
                "drain",
                "undrain",
                "pin",
                "unpin",
                "freeze",
                "thaw",
                "quarantine",
                "drill",
                "get",
                "explain",
                "status",
                "page",
                "top",
                "doctor",
                "support-bundle",
                "reload",
                "pki",
                "completion",
                "demo");
        Cli.Result help = Cli.run("--help").good();
        assertThat(help.out())
                .contains(verbs)
                .contains("Exit codes:", "Examples:")
                .doesNotContain("demo-endpoint");
        for (String verb : verbs) {
            Cli.Result one = Cli.run(verb, "--help").good();
            assertThat(one.out()).as(verb).contains("Usage: bridgehead " + verb, "Examples:", "Exit codes:");
        }
    }

    @Test
    void aWrongWordIsAnsweredWithTheNearestAndCode2() {
        Cli.Result verb = Cli.run("aply");
        assertThat(verb.exit()).as(verb.toString()).isEqualTo(2);
        assertThat(verb.err()).contains("aply", "apply");
        Cli.Result option = Cli.run("status", "--sokcet", "x");
        assertThat(option.exit()).as(option.toString()).isEqualTo(2);
        assertThat(option.err()).contains("--sokcet", "--socket");
        Cli.Result noun = Cli.run("get", "tunels");
        assertThat(noun.exit()).as(noun.toString()).isEqualTo(2);
        assertThat(noun.err()).contains("tunels", "get tunnels");
        Cli.Result what = Cli.run("get");
        assertThat(what.exit()).as(what.toString()).isEqualTo(2);
        assertThat(what.err())
                .contains(
                        "services, traffic, events, limits, routes, gateways, policies, gatewayclasses, sites, nodes, tunnels, listeners, certs or orders");
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(Cli.run("--version").good().out()).containsPattern("^bridgehead \\d+\\.\\d+\\.\\d+");
    }

    @Test
    void aNodeThatIsNotThereIsCode3AndSaysHowToNameAnother() {
        Cli.Result result = Cli.run("status", "--socket", "/tmp/no-such-node.sock");
        assertThat(result.exit()).as(result.toString()).isEqualTo(3);
        assertThat(result.err()).contains("/tmp/no-such-node.sock", "--socket", "BRIDGEHEAD_SOCKET");
    }

    @Test
    void doctorSaysWhatIsWrongAndWhatToDo() throws IOException {
        NODE.awaitStatus("healthy", "true");
        Cli.Result well =
                Cli.run("doctor", "--config", NODE.config().toString(), "--all").good();
        assertThat(well.out())
                .contains("ports", "tunnel 127.0.0.1:" + NODE.ports().tunnel() + ": held by the node")
                .contains("certificates", "chains, names and keys fit each other", "as they should be");
        JsonObject json = Cli.run("doctor", "--config", NODE.config().toString(), "-o", "json")
                .good()
                .json();
        assertThat(json.getBoolean("healthy")).isTrue();
        assertThat(json.getJsonArray("findings").stream().map(row -> ((JsonObject) row).getString("check")))
                .contains("configuration", "node", "clock", "certificates", "ports", "peers", "disk", "descriptors");

        Path other = Files.createDirectories(FABRIC.folder().resolve("doctor"));
        for (String file : List.of("node.crt", "node.key", "ca.crt")) {
            Files.copy(NODE.folder().resolve(file), other.resolve(file));
        }
        Files.setPosixFilePermissions(other.resolve("node.key"), PosixFilePermissions.fromString("rw-r--r--"));
        Path file = other.resolve("gateway.yaml");
        String peer = "127.0.0.1:" + Ports.next();
        Files.writeString(
                file,
                Files.readString(NODE.config())
                        .replace("peers: [  ]", "peers: [ \"" + peer + "\", \"nobody.invalid:1\" ]"));
        Cli.Result stopped = Cli.run("doctor", "--config", file.toString());
        assertThat(stopped.exit()).as(stopped.toString()).isEqualTo(1);
        assertThat(stopped.out())
                .contains("no node answers there", "held by process " + NODE.pid(), "chmod 600")
                .contains("tunnel " + peer + ": Connection refused", "nobody.invalid: has no address");

        Files.writeString(file, "site: { nmae: aws }\n");
        Cli.Result broken = Cli.run("doctor", "--all", "--config", file.toString());
        assertThat(broken.exit()).as(broken.toString()).isEqualTo(1);
        assertThat(broken.out())
                .contains("gateway.yaml:1:9: site: found unknown key 'nmae'", "bridgehead validate", "descriptors");
        Cli.Result missing =
                Cli.run("doctor", "--config", other.resolve("none.yaml").toString());
        assertThat(missing.exit()).as(missing.toString()).isEqualTo(1);
        assertThat(missing.out()).contains("none.yaml: cannot be read");
    }

    @Test
    void aSupportBundleHasWhatHelpsAndNoSecret(@TempDir Path folder) throws IOException, InterruptedException {
        Path config = folder.resolve("gateway.yaml");
        String key = Files.readString(NODE.folder().resolve("node.key"));
        List<String> lines = key.lines().filter(line -> !line.startsWith("-")).toList();
        String mixed = "vb/7cHqy/LZ0VNWMuq3QkMSx/XQdyHS1rZ+0==";
        // As a log that was cut within a block begins.
        Path log = Files.writeString(
                folder.resolve("node.log"),
                key.substring(key.indexOf('\n') + 1) + "asked with Authorization: Bearer hunter2-log\n" + key
                        + "after it " + mixed + "\ncookie: a=b; c=hunter2-cookie\n");
        Files.writeString(folder.resolve("access.log"), "hunter2-access\n");
        order("freeze", mixed);
        Files.writeString(
                config,
                Files.readString(NODE.config())
                        .replace(
                                "telemetry: {",
                                "telemetry: { otlp: { endpoint: \"https://ada:hunter2-url@otel.example\","
                                        + " headers: { x-key: hunter2-header } },")
                        .replace("accessLog: { enabled: false }", "accessLog: { path: access.log }")
                        .replace("socket: admin.sock", "socket: " + NODE.socket()));
        Path bundle = folder.resolve("bundle.tar.gz");
        String[] command = {
            "support-bundle", "--file", bundle.toString(), "--config", config.toString(), "--log", log.toString()
        };
        assertThat(Cli.run(command).good().out())
                .as("of the node of the configuration")
                .contains(bundle.toString());
        order("thaw", "over");
        assertThat(Files.getPosixFilePermissions(bundle)).hasSize(2);
        assertThat(Cli.run(command).err()).contains("bundle.tar.gz", "existing file");

        Process tar = new ProcessBuilder("tar", "-xzf", bundle.toString(), "-C", folder.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (folder.relativize(file).getNameCount() > 1) {
                    files.put(file.getFileName().toString(), Files.readString(file));
                }
            }
        }
        assertThat(files)
                .containsKeys("README.txt", "version.txt", "configuration.txt", "doctor.json", "status.json")
                .containsKeys("services.json", "events.json", "metrics.txt", "log-tail.txt", "limits.txt");
        assertThat(files.get("configuration.txt")).contains("node: aws-a", "headers.x-key: ***");
        assertThat(files.get("metrics.txt")).contains("jvm_memory_used_bytes");
        assertThat(new JsonObject(files.get("status.json")).getString("node")).isEqualTo("aws-a");
        assertThat(files.get("README.txt"))
                .contains("look through it before you send it", "--access-log takes its end");
        assertThat(files.get("log-tail.txt")).contains("asked with", "after it ***");
        assertThat(new JsonObject(files.get("orders.json"))
                        .getJsonArray("orders")
                        .encode())
                .contains("freeze", "\"reason\":\"***\"");
        files.forEach((name, text) -> assertThat(text)
                .as(name)
                .doesNotContain("hunter2", "PRIVATE KEY")
                .doesNotContain(lines)
                .doesNotContain(mixed.substring(4, 12), mixed.substring(16, 24)));
    }

    private static void order(String what, String reason) {
        atNode(
                        what,
                        "--reason",
                        reason,
                        "--certificate",
                        FABRIC.operator().certificate().toString(),
                        "--key",
                        FABRIC.operator().key().toString())
                .good();
    }

    @Test
    void topIsDrawnInATerminalAndIsATableElsewhere() throws IOException, InterruptedException {
        assertThat(atNode("top", "--every", "1s").good().out())
                .contains("aws-a in site aws", "healthy")
                .doesNotContain("\u001b");
        Path seen = FABRIC.folder().resolve("top.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        "script",
                        "-qefc",
                        "stty rows 24 cols 80; " + Cli.launcher() + " top --every 1s --socket " + NODE.socket()
                                + "; echo ended with $?; stty -a",
                        "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(seen.toFile());
        builder.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("NO_COLOR", "1");
        builder.environment().put("TERM", "xterm");
        Process top = builder.start();
        try (OutputStream keys = top.getOutputStream()) {
            Patience.until("top draws", () -> text(seen).contains("sort (by rate)"), () -> text(seen));
            keys.write('n');
            keys.flush();
            Patience.until("top sorts", () -> text(seen).contains("sort (by name)"), () -> text(seen));
            keys.write('q');
            keys.flush();
            Patience.until("top ends", () -> text(seen).contains("ended with 0"), () -> text(seen));
            Patience.until("the terminal is told of", () -> text(seen).contains("icanon"), () -> text(seen));
        } finally {
            top.destroy();
        }
        assertThat(text(seen))
                .contains("\u001b[?1049h", "aws-a in site aws", "\u001b[?1049l")
                .doesNotContain("\u001b[31m", "\u001b[1m", "-icanon", "-echo ");
    }

    @Test
    void whatTakesLongerThanASecondSaysSoOnATerminalAlone() throws IOException, InterruptedException {
        Path document = Files.writeString(
                FABRIC.folder().resolve("waiting.yaml"),
                Documents.http("waiting", "waiting.example", Map.of("aws", List.of("127.0.0.1:1"))));
        Path seen = FABRIC.folder().resolve("waiting.txt");
        Path errors = FABRIC.folder().resolve("waiting-errors.txt");
        String plan = Cli.launcher() + " plan -f " + document + " --socket " + NODE.socket();
        ProcessBuilder builder = new ProcessBuilder(
                        "script",
                        "-qefc",
                        plan + " 2> " + errors + " & " + plan + "; echo ended with $?; wait; echo both ended",
                        "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(seen.toFile());
        builder.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        NODE.signal("STOP");
        Process plans;
        try {
            plans = builder.start();
            Patience.until("it says what it is at", () -> text(seen).contains("planning ("), () -> text(seen));
        } finally {
            NODE.signal("CONT");
        }
        assertThat(plans.waitFor()).isZero();
        assertThat(text(seen)).contains("+ Service/waiting", "ended with 0", "both ended");
        assertThat(text(errors)).isEmpty();
    }

    @Test
    void reloadFindsTheNodeByItsConfiguration() {
        Cli.run("reload", "--config", NODE.config().toString()).good();
        Cli.run(Map.of("BRIDGEHEAD_CONFIG", NODE.config().toString()), "reload").good();
        Cli.Result elsewhere = Cli.run(
                Map.of("BRIDGEHEAD_CONFIG", NODE.config().toString(), "BRIDGEHEAD_SOCKET", "/tmp/no-such-node.sock"),
                "reload");
        assertThat(elsewhere.exit()).as(elsewhere.toString()).isEqualTo(3);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatIsWatchedIsPrintedAgainWhenItChanges() throws IOException {
        Path seen = FABRIC.folder().resolve("watched.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Cli.launcher().toString(),
                        "get",
                        "services",
                        "--watch",
                        "--socket",
                        NODE.socket().toString())
                .redirectErrorStream(true)
                .redirectOutput(seen.toFile());
        builder.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        Process watch = builder.start();
        try {
            Patience.until("the first look", () -> text(seen).contains("SERVICE"), () -> text(seen));
            FABRIC.applied(NODE, Documents.http("watched", "watched.example", Map.of("aws", List.of("127.0.0.1:1"))));
            Patience.until("the next look", () -> text(seen).contains("watched"), () -> text(seen));
            assertThat(watch.isAlive()).isTrue();
        } finally {
            watch.destroy();
        }
    }

    @Test
    void completionIsAScriptThatBashTakes() throws IOException, InterruptedException {
        Path script = FABRIC.folder().resolve("completion.sh");
        Files.writeString(script, Cli.run("completion").good().out());
        Process bash = new ProcessBuilder("bash", "-c", "source '" + script + "'; complete -p bridgehead").start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("bridgehead");
        assertThat(bash.waitFor()).isZero();
    }

    @Test
    void readingVerbsAnswerAsTablesAndAsJson() {
        assertThat(atNode("get", "nodes", "-o", "yaml").good().out()).startsWith("---\nnodes:\n  - node: \"aws-a\"");
        for (String what :
                List.of("services", "routes", "gateways", "policies", "sites", "nodes", "tunnels", "listeners")) {
            JsonObject json = atNode("get", what, "-o", "json").good().json();
            assertThat(json.getJsonArray(what)).as(what).isNotNull();
        }
        assertThat(atNode("get", "nodes").good().out()).contains("NODE", "REVISION", "aws-a");
        NODE.awaitStatus("healthy", "true");
        JsonObject status = Cli.run(Map.of("BRIDGEHEAD_SOCKET", NODE.socket().toString()), "status", "-o", "json")
                .good()
                .json();
        assertThat(status.getString("node")).isEqualTo("aws-a");
        assertThat(status.getBoolean("healthy")).isTrue();
        assertThat(atNode("status").good().out())
                .contains("node       aws-a in site aws, ready", "identity", "listener");
        assertThat(atNode("status", "--watch", "--until", "healthy").good().out())
                .contains("-- ", "node       aws-a in site aws, ready");
        assertThat(atNode("status", "--until", "healthy").exit())
                .as("without --watch")
                .isEqualTo(2);
        JsonObject explained = atNode("explain", "GET", "http://nowhere.example/", "-o", "json")
                .good()
                .json();
        assertThat(explained.getString("outcome")).contains("404");
    }

    @Test
    void pkiMakesEverythingThatANodeNeeds() throws IOException {
        Path folder = Files.createTempDirectory(FABRIC.folder(), "pki");
        String authority = folder.resolve("pki").toString();
        Cli.run("pki", "init", "--trust-domain", "corp.example", "--folder", authority)
                .good();
        String target = folder.resolve("node").toString();
        String[] issue = {
            "pki", "node", "--authority", authority, "--site", "aws", "--node", "aws-a", "--folder", target
        };
        assertThat(Cli.run(issue).good().out()).contains("spiffe://corp.example/site/aws/gateway/aws-a");
        Cli.Result again = Cli.run(issue);
        assertThat(again.exit()).as(again.toString()).isEqualTo(1);
        assertThat(again.err()).contains("node.key", "existing file");
        assertThat(Files.getPosixFilePermissions(folder.resolve("node").resolve("node.key")))
                .hasSize(2);
    }

    @Test
    void whereWorkloadsFindANodeIsSaidWhenItIsMade(@TempDir Path folder) throws IOException {
        List<String> init = List.of("init", "--site", "aws", "--operator-folder", folder + "/ann", "--http-address");
        for (List<String> refused : List.of(
                List.of("0.0.0.0", "--folder", folder + "/node"),
                List.of("10.0.0.300", "--folder", folder + "/node"))) {
            Cli.Result result =
                    Cli.run(Stream.concat(init.stream(), refused.stream()).toArray(String[]::new));
            assertThat(result.exit()).as(result.toString()).isEqualTo(2);
            assertThat(result.err()).contains("--http-address", "'" + refused.getFirst() + "'", "expected");
        }
        assertThat(folder.resolve("ann")).doesNotExist();
        assertThat(folder.resolve("node")).doesNotExist();
        for (List<String> taken : List.of(
                List.of("10.0.0.7", "--folder", folder + "/inside"),
                List.of("fd00::7", "--folder", folder + "/six"),
                List.of("0.0.0.0", "--folder", folder + "/open", "--unsafe-public-plaintext"))) {
            List<String> words = new ArrayList<>(init);
            words.set(4, folder + "/operator-of-" + taken.getFirst());
            words.addAll(taken);
            Cli.run(words.toArray(String[]::new)).good();
        }
        assertThat(folder.resolve("inside/gateway.yaml"))
                .content()
                .contains("{ name: http, address: \"10.0.0.7\", port: 8080 }");
        assertThat(folder.resolve("open/gateway.yaml"))
                .content()
                .contains("{ name: http, address: \"0.0.0.0\", port: 8080, unsafePublicPlaintext: true }");
    }

    @Test
    void theExamplesOfTheDistributionHaveNoProblemsInTheirDocuments() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("validate"));
        try (Stream<Path> scenarios = Files.list(Cli.home().resolve("examples"))) {
            scenarios
                    .map(scenario -> scenario.resolve("documents"))
                    .filter(Files::isDirectory)
                    .forEach(documents -> assertThat(
                                    Cli.run("validate", documents.toString()).exit())
                            .as(documents.toString())
                            .isZero());
        }
        arguments.add(
                Cli.home().resolve("examples/two-sites-http/broken/orders.yaml").toString());
        Cli.Result broken = Cli.run(arguments.toArray(String[]::new));
        assertThat(broken.exit()).as(broken.toString()).isEqualTo(1);
        assertThat(broken.err()).contains("broken/orders.yaml:5:3: spec: found unknown key 'hostname'");
    }

    @Test
    void manifestsAreValidatedAndUnknownKeysReportedToTheStrict(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("shop.yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: shop }
                spec: { rules: [ { backendRefs: [ { name: orders, port: 80 } ], matchs: [] } ] }
                """);
        assertThat(Cli.run("validate", folder.toString()).good().out()).contains("no problems found");
        Cli.Result strict = Cli.run("validate", "--strict", folder.toString());
        assertThat(strict.exit()).as(strict.toString()).isEqualTo(1);
        assertThat(strict.err()).contains(file + ":4:65: spec.rules[0]: found unknown key 'matchs'");
    }
}
