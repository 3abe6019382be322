package io.bridgehead.e2e;

import static io.bridgehead.e2e.harness.YamlDocuments.part;
import static io.bridgehead.e2e.harness.YamlDocuments.parts;
import static io.bridgehead.e2e.harness.YamlDocuments.text;
import static io.bridgehead.e2e.harness.YamlDocuments.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.KubernetesFile;
import io.bridgehead.e2e.harness.OtherRoot;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.harness.YamlDocuments;
import io.bridgehead.e2e.traffic.RawClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * cloud-init's user data and the Kubernetes manifests of {@code deploy} are read as their readers do, and the commands in them are run, with a folder in place of
 * the machine's root: what they write is a node that joins, starts, and is found ready where load balancers and the kubelet look. Programs that only
 * such a machine has are noted and not run.
 */
final class MachinesAndPodsJoinAsTheirFilesSayIT {
    private static final Path DEPLOY = Path.of("deploy").toAbsolutePath();
    private static final Path USER_DATA = DEPLOY.resolve("cloud-init/user-data.yaml");
    private static final Path MANIFESTS = DEPLOY.resolve("kubernetes/bridgehead.yaml");
    private static final String CONFIG = "/var/lib/bridgehead/node/gateway.yaml";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{\\w+}");
    private static final Pattern SETTING = Pattern.compile("(?m)^Environment=(\\w+)=(.*)$");
    /** What of a machine is needed, and not had here. */
    private static final List<String> NOTED = List.of("curl", "dpkg", "chown", "systemctl");
    /** What user data may run besides, as it is: any other program is not found. */
    private static final List<String> RUN = List.of("sh", "sha256sum", "rm");

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of();

    private static final Map<String, String> SMALL = Map.of("BRIDGEHEAD_HEAP", "160m");

    private static Map<String, String> operator = Map.of();

    @BeforeAll
    static void aFabricToJoin() {
        TestNode first = TestNode.in(FABRIC.folder(), "aws", "aws-a", "unused.example");
        FABRIC.closing((AutoCloseable) first::kill);
        Path ann = FABRIC.folder().resolve("ann");
        Cli.run(
                        "init",
                        "--site=aws",
                        "--folder=" + first.folder(),
                        "--operator-folder=" + ann,
                        "--advertise=127.0.0.1:" + first.ports().tunnel(),
                        "--http-port=" + first.http(),
                        "--metrics-port=" + first.ports().metrics(),
                        "--cluster-port=" + first.ports().cluster())
                .good();
        operator = Map.of(
                "BRIDGEHEAD_SOCKET", first.socket().toString(),
                "BRIDGEHEAD_OPERATOR_CERTIFICATE", ann.resolve("operator.crt").toString(),
                "BRIDGEHEAD_OPERATOR_KEY", ann.resolve("operator.key").toString());
        first.start();
        first.awaitReady();
    }

    private static Path token(String site) {
        Path file = FABRIC.folder().resolve(site + ".tok");
        Cli.run(operator, "token", "create", "--site", site, "--file", file.toString())
                .good();
        return file;
    }

    /** As Terraform fills it in. */
    private static Map<String, Object> userData(Map<String, String> values) throws IOException {
        String template = Files.readString(USER_DATA);
        assertThat(template).startsWith("#cloud-config\n");
        String filled = template;
        for (Map.Entry<String, String> value : values.entrySet()) {
            assertThat(filled).contains("${" + value.getKey() + "}");
            filled = filled.replace("${" + value.getKey() + "}", value.getValue());
        }
        assertThat(VARIABLE.matcher(filled).find()).as(filled).isFalse();
        return YamlDocuments.read(filled).getFirst();
    }

    private static String sha256(Path file) throws IOException, GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    @Test
    void aMachineOfCloudInitJoinsAndIsFoundReady(@TempDir Path folder) throws Exception {
        OtherRoot machine = new OtherRoot(folder, NOTED, RUN);
        Path fetched = Files.writeString(machine.at("/run/bridgehead.deb"), "what curl would bring");
        Map<String, Object> data = userData(Map.of(
                "join_token",
                Files.readString(token("gcp-euw4")),
                "package_url",
                "https://packages.corp.example/bridgehead.deb",
                "package_sha256",
                sha256(fetched),
                "site",
                "gcp-euw4",
                "advertise",
                "127.0.0.1:" + Ports.next()));
        assertThat(data).containsOnlyKeys("write_files", "runcmd");
        for (Map<String, Object> file : parts(data, "write_files").toList()) {
            write(machine, file);
        }
        for (List<String> command : YamlDocuments.rows(data, "runcmd")) {
            machine.run(Map.of(), command);
        }
        assertThat(machine.calls())
                .satisfiesExactly(
                        curl -> assertThat(curl)
                                .startsWith("curl ")
                                .endsWith(" --output " + fetched + " https://packages.corp.example/bridgehead.deb"),
                        dpkg -> assertThat(dpkg).isEqualTo("dpkg --install " + fetched),
                        chown -> assertThat(chown)
                                .isEqualTo("chown --recursive bridgehead:bridgehead "
                                        + machine.at("/var/lib/bridgehead/node")),
                        again -> assertThat(again).isEqualTo("systemctl daemon-reload"),
                        restart -> assertThat(restart).isEqualTo("systemctl restart bridgehead.service"));
        assertThat(machine.at("/run")).as("token and package are gone").isEmptyDirectory();
        Map<String, Object> written = written(machine);
        assertThat(text(written, "admin.probe.port")).isEqualTo("8081");
        assertThat(text(written, "admin.probe.leave")).isEqualTo("12s");
        assertThat(parts(written, "listeners").map(one -> text(one, "port") + " " + text(one, "address")))
                .containsExactly("8080 0.0.0.0");
        Map<String, String> settings = settings(machine);
        assertThat(unit()).contains(" run --config ${BRIDGEHEAD_CONFIG}\n");
        List<String> run = List.of("bridgehead", "run", "--config", settings.getOrDefault("BRIDGEHEAD_CONFIG", ""));
        starts(machine, settings, run, "gcp-euw4-a");
    }

    private static void write(OtherRoot machine, Map<String, Object> file) throws IOException {
        Path path = machine.at(text(file, "path"));
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        Files.writeString(path, machine.moved(text(file, "content")));
        String mode = text(file, "permissions");
        if (!mode.isEmpty()) {
            assertThat(mode).isEqualTo("0600");
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void wherePortsOfProbesLieIsSaidWhenANodeIsMade(@TempDir Path folder) throws IOException {
        List<String> init =
                List.of("init", "--site", "aws", "--operator-folder", folder + "/ann", "--folder", folder + "/node");
        for (List<String> refused : List.of(
                List.of("--probe-port", "65536"),
                List.of("--probe-port", "0"),
                List.of("--probe-leave", "12s"),
                List.of("--probe-port", "8081", "--probe-leave", "2m"))) {
            Cli.Result result =
                    Cli.run(Stream.concat(init.stream(), refused.stream()).toArray(String[]::new));
            assertThat(result.exit()).as(result.toString()).isEqualTo(2);
            assertThat(result.err()).contains(refused.get(refused.size() - 2), "found", "expected");
        }
        assertThat(folder.resolve("ann")).doesNotExist();
        assertThat(folder.resolve("node")).doesNotExist();
        Cli.run(Stream.concat(init.stream(), Stream.of("--probe-port", "8081", "--probe-leave", "12s"))
                        .toArray(String[]::new))
                .good();
        Path config = folder.resolve("node/gateway.yaml");
        assertThat(config)
                .content()
                .contains("admin: { socket: admin.sock, metrics: { port: 9090 }, probe: { port: 8081, leave: 12s } }");
        Cli.run("validate", config.toString()).good();
    }

    /** What load balancers of the modules ask for is what user data has nodes open. */
    @Test
    void loadBalancersAskThePortOfProbes() throws IOException {
        String probed = Files.readString(USER_DATA);
        assertThat(probed).contains("--probe-port=8081\n");
        for (String cloud : List.of("aws", "azure", "gcp")) {
            assertThat(Files.readString(
                            DEPLOY.resolve("terraform").resolve(cloud).resolve("main.tf")))
                    .containsPattern("(?s)(health_check|azurerm_lb_probe).*?\\bport\\s*=\\s*\"?8081\"?\\s*\n")
                    .contains("/ready");
        }
    }

    private static String unit() throws IOException {
        return Files.readString(Path.of("..", "systemd", "bridgehead.service"));
    }

    /** What the drop-in sets for the service. */
    private static Map<String, String> settings(OtherRoot machine) throws IOException {
        String dropIn = Files.readString(machine.at("/etc/systemd/system/bridgehead.service.d/own-folder.conf"));
        return SETTING.matcher(dropIn).results().collect(Collectors.toMap(one -> one.group(1), one -> one.group(2)));
    }

    private static Map<String, Object> written(OtherRoot machine) throws IOException {
        Path config = machine.at(CONFIG);
        Cli.run("validate", config.toString()).good();
        return YamlDocuments.read(Files.readString(config)).getFirst();
    }

    /** With other ports, which nobody has; by what the environment names it can be asked. */
    private static void starts(OtherRoot machine, Map<String, String> settings, List<String> run, String name)
            throws Exception {
        int probe = Ports.next();
        int metrics = Ports.next();
        Path config = machine.at(CONFIG);
        String text = Files.readString(config);
        text = elsewhere(text, "address: \"0.0.0.0\", port: 8080", Ports.next());
        text = elsewhere(text, "metrics: { port: 9090", metrics);
        text = elsewhere(text, "probe: { port: 8081", probe);
        text = elsewhere(text, "port: 5701", Ports.next());
        Files.writeString(config, text.replace("tunnel: { port: 15008", "tunnel: { port: " + Ports.next()));
        Map<String, String> environment = new HashMap<>(settings);
        environment.putAll(SMALL);
        Path said = machine.at("/node.log");
        Process node = machine.start(environment, run, said);
        try {
            Patience.until("it is ready where it is probed", () -> answers(probe, "/ready"), () -> read(said));
            assertThat(answers(metrics, "/live")).isTrue();
            assertThat(machine.run(environment, List.of("bridgehead", "get", "nodes")))
                    .contains(name);
        } finally {
            node.destroyForcibly();
            node.waitFor();
        }
    }

    private static String elsewhere(String text, String what, int port) {
        assertThat(text).containsOnlyOnce(what);
        return text.replace(what, what.replaceFirst("\\d+$", Integer.toString(port)));
    }

    private static boolean answers(int port, String path) {
        try {
            return RawClient.get(port, "127.0.0.1", path).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void aPodJoinsOnceAndIsFoundReady(@TempDir Path folder) throws Exception {
        KubernetesFile file = KubernetesFile.of(Files.readString(MANIFESTS));
        OtherRoot pod = new OtherRoot(folder, List.of(), List.of());
        String secret = "create secret generic bridgehead-join --from-file=join.tok";
        assertThat(Files.readString(MANIFESTS)).contains(secret, "secretName: bridgehead-join");
        Files.copy(token("azure-weu"), pod.at("/join/join.tok"));
        Map<String, String> environment = new HashMap<>();
        part(file.one("ConfigMap"), "data").forEach((key, value) -> environment.put(key, value.toString()));
        environment.put("SITE", "azure-weu");
        environment.putAll(SMALL);
        Map<String, Object> join = file.containers().getFirst();
        List<String> command = new ArrayList<>(texts(join, "command"));
        command.addAll(texts(join, "args"));
        pod.run(environment, command);
        String once = Files.readString(pod.at(CONFIG));
        pod.run(environment, command);
        assertThat(pod.at(CONFIG)).content().isEqualTo(once);

        Map<String, Object> written = written(pod);
        assertThat(file.ports())
                .containsOnly(
                        Map.entry(
                                "http",
                                number(parts(written, "listeners").toList().getFirst(), "port")),
                        Map.entry("tunnel", number(written, "tunnel.port")),
                        Map.entry("probe", number(written, "admin.probe.port")));
        assertThat(text(parts(written, "listeners").toList().getFirst(), "address"))
                .isEqualTo("0.0.0.0");
        Map<String, Object> container = file.containers().getLast();
        assertThat(text(container, "readinessProbe.httpGet.path")).isEqualTo("/ready");
        int leftSeconds = number(container, "readinessProbe.periodSeconds")
                * number(container, "readinessProbe.failureThreshold");
        assertThat(text(written, "admin.probe.leave"))
                .as("until nobody sends it new connections, and some")
                .isEqualTo(leftSeconds + 2 + "s");
        URI live = URI.create(texts(container, "livenessProbe.exec.command").getLast());
        assertThat(live.getPort()).isEqualTo(number(written, "admin.metrics.port"));
        assertThat(live.getPath()).isEqualTo("/live");
        List<String> run = new ArrayList<>(List.of("bridgehead"));
        run.addAll(texts(container, "args"));
        starts(pod, environment, run, "azure-weu-a");
    }

    private static int number(Map<String, Object> from, String path) {
        return Integer.parseInt(text(from, path));
    }

    @Test
    void theManifestsFitTogether() throws IOException {
        KubernetesFile file = KubernetesFile.of(Files.readString(MANIFESTS));
        assertThat(file.problems()).isEmpty();
        assertThat(file.all("Service")
                        .map(service -> text(service, "metadata.name"))
                        .collect(Collectors.toSet()))
                .isEqualTo(Set.of("bridgehead", "bridgehead-tunnel"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            matchLabels: { app.kubernetes.io/name: bridgehead | matchLabels: { app.kubernetes.io/name: gateway | Deployment: selector
              selector: { app.kubernetes.io/name: bridgehead }\\n  ports: [ { name: tunnel |   selector: { app: bridgehead }\\n  ports: [ { name: tunnel | Service/bridgehead-tunnel: selector
            targetPort: http }    | targetPort: web }   | Service/bridgehead: port 'web'
            path: /ready, port: probe | path: /ready, port: ready | container bridgehead readinessProbe: port 'ready'
            { name: probe, containerPort: 8081 } | { name: probes, containerPort: 8081 } | container bridgehead readinessProbe: port 'probe'
            - { name: run, mountPath: | - { name: running, mountPath: | container bridgehead: volume 'running'
            - { name: run, emptyDir: | - { name: spare, emptyDir: {} }\\n        - { name: run, emptyDir: | volume 'spare' is mounted nowhere
            claimName: bridgehead | claimName: state | volume 'state': claim 'state' is not there
            configMapRef: { name: bridgehead } | configMapRef: { name: settings } | ConfigMap 'settings' is not there
            namespace: bridgehead\\nspec:\\n  accessModes | namespace: default\\nspec:\\n  accessModes | namespace 'default'
            apiVersion: apps/v1 | apiVersion: apps/v2 | Deployment/bridgehead: apiVersion apps/v2
            """)
    void aMistakeInThemIsFound(String right, String wrong, String problem) throws IOException {
        String text = Files.readString(MANIFESTS);
        String before = right.replace("\\n", "\n");
        assertThat(text).contains(before);
        String broken = text.replace(before, wrong.replace("\\n", "\n"));
        assertThat(KubernetesFile.of(broken).problems())
                .anySatisfy(line -> assertThat(line).contains(problem));
    }
}
