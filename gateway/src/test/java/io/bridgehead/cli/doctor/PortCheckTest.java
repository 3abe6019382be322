package io.bridgehead.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cli.doctor.Finding.Severity;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a port, of processes that the kernel tells of as this test has it. */
final class PortCheckTest {
    private static final long NODE = 300;

    @TempDir
    Path proc;

    private void process(long pid, String command, boolean holds) throws IOException {
        Path files = Files.createDirectories(proc.resolve(pid + "/fd"));
        Files.writeString(proc.resolve(pid + "/comm"), command + "\n");
        Files.createSymbolicLink(files.resolve("0"), Path.of("pipe:[17]"));
        Files.createSymbolicLink(files.resolve("7"), Path.of(holds ? "socket:[4711]" : "socket:[4712]"));
    }

    private Finding found(boolean runs) throws IOException {
        return found(runs, "0100007F", true);
    }

    /** @param asListener whether the port is a listener's; else that of the metrics */
    private Finding found(boolean runs, String local, boolean asListener) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            Files.createDirectories(proc.resolve("net"));
            Files.writeString(
                    proc.resolve("net/tcp"),
                    "  sl  local_address rem_address   st\n"
                            + String.format(
                                    Locale.ROOT,
                                    "   0: %s:%04X 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 4711 1 x\n",
                                    local,
                                    port));
            String text = "site: { name: aws }\n"
                    + (asListener
                            ? "listeners: [ { name: http, address: 127.0.0.1, port: " + port + ", protocol: HTTP } ]\n"
                            : "admin: { metrics: { address: 127.0.0.1, port: " + port + " } }\n");
            Reading<NodeConfig> reading =
                    new NodeConfigReader(proc, "node").read("gateway.yaml", text.getBytes(StandardCharsets.UTF_8));
            NodeConfig config = ((Reading.Done<NodeConfig>) reading).value();
            Optional<NodeFacts> node = runs
                    ? Optional.of(new NodeFacts(new JsonObject().put("pid", NODE), new JsonObject(), new JsonObject()))
                    : Optional.empty();
            return new PortCheck(proc, node)
                    .of(config).stream()
                            .filter(finding ->
                                    finding.about().startsWith(asListener ? "listener http" : "admin.metrics"))
                            .findFirst()
                            .orElseThrow();
        }
    }

    @Test
    void theNodeHoldsItThoughSystemdStoresACopy() throws IOException {
        process(1, "systemd", true);
        process(NODE, "java", true);
        assertThat(found(true))
                .extracting(Finding::severity, Finding::found)
                .containsExactly(Severity.OK, "held by the node");
    }

    @Test
    void whatSystemdStoresForANodeThatDoesNotRunIsSaid() throws IOException {
        process(1, "systemd", true);
        process(NODE, "java", false);
        Finding finding = found(false);
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.found()).contains("process 1 (systemd, which stores sockets of services) alone");
        assertThat(finding.remedy()).contains("systemctl start bridgehead");
        assertThat(found(true).severity())
                .as("the node runs and does not have it")
                .isEqualTo(Severity.ERROR);
    }

    @Test
    void portsThatAreNeverKeptAreSomebodyElses() throws IOException {
        process(1, "systemd", true);
        assertThat(found(false, "0100007F", false).severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void theNodesSocketAtAnotherAddressIsNotTheOneInTheWay() throws IOException {
        process(NODE, "java", true);
        assertThat(found(true, "0A00000A", true).found()).isEqualTo("in use, by the node as far as this user may see");
        assertThat(found(true, "00000000", true).found()).isEqualTo("held by the node");
        assertThat(found(true, "0000000000000000FFFF00000100007F", true).found())
                .isEqualTo("held by the node");
    }

    @Test
    void anotherProcessIsNamedBesideTheStore() throws IOException {
        process(1, "systemd", true);
        process(NODE, "java", false);
        process(400, "nginx", true);
        Finding finding = found(true);
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.found())
                .isEqualTo("held by process 1 (systemd, which stores sockets of services), process 400 (nginx)");
    }

    @Test
    void theFirstProcessOfAContainerIsNoStore() throws IOException {
        process(1, "nginx", true);
        assertThat(found(false).found()).isEqualTo("held by process 1 (nginx)");
        assertThat(found(false).severity()).isEqualTo(Severity.ERROR);
    }
}
