package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Manifests;
import io.bridgehead.e2e.harness.PageBlock;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.tls.MaterialFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands in the pages of {@code config-examples} are typed as they stand there, in a copy of the page's folder. What is applied goes to a node
 * of the example's first site; endpoints have the same addresses on loopback.
 */
final class ExamplesAreCheckedAsTheirPagesSayIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-use1-a");

    private static final TestNode NODE = FABRIC.node("aws-use1-a");
    private static final Path EXAMPLES = Path.of("..", "config-examples");
    private static final String VALIDATE = "bridgehead validate aws-use1-a/gateway.yaml";
    private static final String FINE = "no problems found";
    private static final Pattern OTHER_MACHINE = Pattern.compile("gw[a-z.-]*\\.example:\\d+");

    /** What stands before the name of a file. */
    private static final Set<String> BEFORE_FILES =
            Set.of("--authority", "--certificate", "--config", "--crl", "--folder", "-f");

    private static final Set<String> WITHOUT_A_NODE = Set.of("validate", "doctor", "pki");
    private static final Set<String> SIGNED = Set.of("apply", "rollback", "drain", "undrain");

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void start() throws IOException {
        Path secrets = Files.createDirectory(NODE.folder().resolve("secrets"));
        MaterialFiles.Paths made = FABRIC.pki().web(NODE.folder().resolve("keys"), "wildcard", "*.example.com");
        Files.writeString(
                secrets.resolve("wildcard.yaml"),
                Manifests.secret("wildcard", made.certificate(), made.key())
                        .replace("{ name: wildcard }", "{ name: wildcard, namespace: edge }"));
        NODE.yaml().set("gateways", "[ edge/public ]").set("secrets", "secrets");
        FABRIC.start();
    }

    /** The block of an example's page that begins so, with a copy of the example to type it in. */
    private List<String> block(String example, String begin) throws IOException {
        Path from = EXAMPLES.resolve(example);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = folder.resolve(from.relativize(file).toString());
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.copy(file, target);
            }
        }
        return PageBlock.lines(from.resolve("README.md"), begin);
    }

    /** Makes what the configuration of the first node names and the example does not have: its identity, and authorities of others. */
    private void equip() throws IOException {
        String authority = folder.resolve("pki").toString();
        Path node = folder.resolve("aws-use1-a");
        Cli.run("pki", "init", "--trust-domain", "corp.example", "--folder", authority)
                .good();
        List<String> issue = List.of("pki", "node", "--authority", authority, "--site", "aws-use1");
        Cli.run(Stream.concat(issue.stream(), Stream.of("--node", "aws-use1-a", "--folder", node.toString()))
                        .toArray(String[]::new))
                .good();
        Files.copy(node.resolve("ca.crt"), node.resolve("corp-ca.pem"));
    }

    private void edit(String file, String from, String to) throws IOException {
        String text = Files.readString(folder.resolve(file));
        assertThat(text).contains(from);
        Files.writeString(folder.resolve(file), text.replace(from, to));
    }

    private void moveToLoopback() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("documents"))) {
            for (Path file : files.toList()) {
                Files.writeString(file, Files.readString(file).replaceAll("\\b10\\.(\\d+\\.\\d+\\.\\d+)", "127.$1"));
            }
        }
    }

    /** Types a line, which ends with one of these codes. */
    private Cli.Result type(String line, Integer... codes) {
        List<String> words = PageBlock.words(line);
        assertThat(words.removeFirst()).as(line).isEqualTo("bridgehead");
        String verb = words.getFirst();
        for (int i = 1; i < words.size(); i++) {
            if (verb.equals("validate") || BEFORE_FILES.contains(words.get(i - 1))) {
                words.set(i, folder.resolve(words.get(i)).toString());
            }
        }
        if (!WITHOUT_A_NODE.contains(verb)) {
            words.addAll(List.of("--socket", NODE.socket().toString()));
        }
        if (SIGNED.contains(verb)) {
            words.addAll(
                    List.of("--certificate", FABRIC.operator().certificate().toString()));
            words.addAll(List.of("--key", FABRIC.operator().key().toString()));
        }
        Cli.Result result = Cli.run(words.toArray(String[]::new));
        assertThat(result.exit()).as(line + " " + result).isIn((Object[]) codes);
        return result;
    }

    private String said(String line) {
        return type(line, 0).out();
    }

    @ParameterizedTest
    @ValueSource(strings = {"two-sites-http", "two-sites-grpc"})
    void aNodeAndItsDocumentsAreFine(String example) throws IOException {
        List<String> lines = block(example, VALIDATE);
        assertThat(lines).hasSize(2);
        assertThat(type(lines.getFirst(), 1).err()).contains("aws-use1-a/node.");
        equip();
        for (String line : lines) {
            assertThat(said(line)).as(line).contains(FINE);
        }
    }

    @Test
    void theDoctorIsAskedAboutANodeThatDoesNotRun() throws IOException {
        List<String> lines = block("two-nodes-per-site", VALIDATE);
        equip();
        assertThat(said(lines.getFirst())).contains(FINE);
        Path config = folder.resolve("aws-use1-a/gateway.yaml");
        Files.writeString(
                config, OTHER_MACHINE.matcher(Files.readString(config)).replaceAll(_ -> "127.0.0.1:" + Ports.next()));
        assertThat(lines.get(1)).startsWith("bridgehead doctor ");
        assertThat(type(lines.get(1), 1).out()).contains("tunnel 127.0.0.1:", "Connection refused", " errors, ");
        assertThat(lines).hasSize(2);
    }

    @Test
    void identitiesAreMadeRenewedAndRevoked() throws IOException {
        List<String> said = new ArrayList<>();
        for (String line : block("identity-files", "bridgehead pki init")) {
            said.add(said(line));
        }
        assertThat(said).hasSize(8);
        assertThat(said.get(5)).contains(FINE);
        assertThat(said.getLast()).contains("revoked 1; ", "names 1 certificates");
    }

    @Test
    void aFolderOfDocumentsIsValidatedAndTheNodeAsked() throws IOException {
        List<String> lines = block("folder-of-documents", VALIDATE);
        equip();
        assertThat(said(lines.getFirst())).contains(FINE);
        NODE.awaitStatus("healthy", "true");
        assertThat(lines.get(1)).isEqualTo("bridgehead status");
        assertThat(said(lines.get(1))).contains("aws-use1-a in site aws-use1, ready");
        assertThat(lines).hasSize(2);
    }

    @Test
    void manifestsAreValidatedAppliedAndExplained() throws IOException {
        List<String> lines = block("kubernetes-gateway-api", VALIDATE);
        equip();
        assertThat(said(lines.getFirst())).contains(FINE);
        moveToLoopback();
        int secure = Ports.next();
        edit("documents/edge.yaml", "port: 80\n", "port: " + Ports.next() + "\n");
        edit("documents/edge.yaml", "port: 443\n", "port: " + secure + "\n");
        edit(
                "documents/edge.yaml",
                "  gatewayClassName: bridgehead\n",
                "  gatewayClassName: bridgehead\n  addresses: [ { value: 127.0.0.1 } ]\n");
        assertThat(said(lines.get(1))).contains("is active on 1 of 1 nodes");
        assertThat(said(lines.get(2))).contains("shop/shop", "shop/prices", "edge/to-https");
        String explained = said(lines.get(3).replace("shop.example.com/", "shop.example.com:" + secure + "/"));
        assertThat(explained).contains("HTTPRoute shop/shop rule 0 (testers)", "shop-next");
        assertThat(lines).hasSize(4);
    }

    @Test
    void aCanaryGrowsIsTakenOutAndRolledBack() throws IOException {
        List<String> lines = block("canary-and-blue-green", "bridgehead apply -f documents/shop.yaml");
        moveToLoopback();
        for (String line : lines) {
            if (line.startsWith("#")) {
                assertThat(line).isEqualTo("# in shop.yaml: weight 90 -> 50, 10 -> 50");
                edit("documents/shop.yaml", "weight: 90 ", "weight: 50 ");
                edit("documents/shop.yaml", "weight: 10 ", "weight: 50 ");
            } else {
                assertThat(said(line)).as(line).isNotBlank();
            }
        }
        assertThat(lines).hasSize(7);
    }

    @Test
    void blueIsSwitchedToGreenAndBack() throws IOException {
        List<String> lines = block("canary-and-blue-green", "bridgehead apply -f documents/cart.yaml");
        moveToLoopback();
        for (String line : lines) {
            if (line.startsWith("#")) {
                assertThat(line).isEqualTo("# in cart.yaml: weight 1 -> 0 and 0 -> 1, order: [ azure-weu ]");
                edit("documents/cart.yaml", "weight: 0 ", "weight: 2 ");
                edit("documents/cart.yaml", "weight: 1 ", "weight: 0 ");
                edit("documents/cart.yaml", "weight: 2 ", "weight: 1 ");
                edit("documents/cart.yaml", "order: [ aws-use1 ]", "order: [ azure-weu ]");
            } else {
                String said = said(line);
                assertThat(said).as(line).isNotBlank();
                if (line.startsWith("bridgehead plan")) {
                    assertThat(said).contains("~ Service/cart");
                }
            }
        }
        assertThat(lines).hasSize(5);
    }
}
