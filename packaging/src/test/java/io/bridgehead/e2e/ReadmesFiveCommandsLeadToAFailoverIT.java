package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.OtherRoot;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * README's five commands are typed as they stand there, with nothing in the home directory, by bash. As both machines are this one, the host is its loopback,
 * nodes get ports that nobody has, and endpoints may lie on loopback; and the second node is waited for, as a person does.
 */
@Tag("long")
final class ReadmesFiveCommandsLeadToAFailoverIT {
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern SECTION = Pattern.compile(
            "(?s)\n## Five commands from nothing to a failover\n.*?\n```\n(.*?)```\n\n```yaml\n(.*?)```\n.*?\n## ");
    private static final List<String> COMMANDS = List.of("init", "token create", "join", "apply", "drill fail-site");
    private static final List<String> PROGRAMS = List.of("bash", "cat", "grep", "sh", "sleep", "timeout");
    private static final String AWAIT = """
        set -e -u -m -o pipefail
        trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT
        sees() {
            while ((SECONDS < 100)); do      # since the first command
                if bridgehead get nodes --socket aws-use1/admin.sock 2>&1 | grep -q "$1"; then return; fi
                sleep 0.2
            done
            cat *.log
            exit 1
        }
        """;

    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of();

    private static List<String> section() throws IOException {
        Matcher section = SECTION.matcher(Files.readString(README));
        assertThat(section.find()).isTrue();
        return List.of(section.group(1), section.group(2));
    }

    private static List<String> commands(String block) {
        return block.lines().filter(line -> line.startsWith("bridgehead ")).toList();
    }

    @Test
    void thereAreFiveAndNoMore() throws IOException {
        List<String> commands = commands(section().getFirst());
        assertThat(commands).hasSameSizeAs(COMMANDS);
        for (int i = 0; i < commands.size(); i++) {
            assertThat(commands.get(i)).startsWith("bridgehead " + COMMANDS.get(i) + " ");
        }
    }

    /** What both on one machine need besides. */
    private static String elsewhere() {
        return " --http-port " + Ports.next() + " --metrics-port " + Ports.next() + " --cluster-port " + Ports.next()
                + " --unsafe-endpoints --run ";
    }

    private static String script(String block) {
        List<String> lines = new ArrayList<>(List.of(AWAIT));
        for (String line : block.replace("gw.aws.example:15008", "127.0.0.1:" + Ports.next())
                .lines()
                .toList()) {
            String own = line.startsWith("bridgehead join ") ? " --tunnel-port " + Ports.next() : "";
            lines.add(
                    line.replace(" --run ", own + elsewhere()).replaceFirst("^(bridgehead drill .*)$", "$1 --for 2s"));
            if (line.startsWith("bridgehead join ")) {
                lines.add("sees azure-weu-a");
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** The wait for the first node ends when there is none, and says why. */
    @Test
    void whoWaitsForANodeThatIsNotMadeIsToldWhy(@TempDir Path folder) throws IOException {
        OtherRoot machine = new OtherRoot(folder, List.of(), PROGRAMS);
        Path work = machine.at("/var/lib/bridgehead");
        Files.createDirectory(work.resolve("aws-use1"));
        Files.writeString(work.resolve("aws-use1/gateway.yaml"), "");
        String block = section().getFirst();
        String untilItIsWell = block.substring(0, block.indexOf("bridgehead token create "));
        assertThat(untilItIsWell).contains("timeout 60 ");
        Path script = Files.writeString(
                work.resolve("wait.sh"), untilItIsWell.replace("timeout 60 ", "timeout 20 ") + "exit 0\n");
        assertThat(machine.run(Map.of("BRIDGEHEAD_HEAP", "160m"), List.of("bash", script.toString())))
                .as("what init says, and what the node's socket does")
                .contains("found an existing file; expected none", "admin.sock");
    }

    @Test
    void theyLeadFromNothingToADrill(@TempDir Path folder) throws IOException {
        TestEndpoint near = FABRIC.endpoint("near");
        TestEndpoint far = FABRIC.endpoint("far");
        OtherRoot machine = new OtherRoot(folder, List.of(), PROGRAMS);
        Path work = machine.at("/var/lib/bridgehead");
        String document = section().getLast();
        assertThat(document).contains("10.1.0.7:8080", "10.4.0.7:8080", "10.4.0.8:8080");
        Files.writeString(
                work.resolve("orders.yaml"),
                document.replace("10.1.0.7:8080", near.address())
                        .replaceFirst("\\[ \"10\\.4.*?]", "[ \"" + far.address() + "\" ]"));
        Path script =
                Files.writeString(work.resolve("five.sh"), script(section().getFirst()));
        String said = machine.run(Map.of("BRIDGEHEAD_HEAP", "160m"), List.of("bash", script.toString()));
        assertThat(said)
                .contains("+ Service/orders")
                .containsPattern("went to +azure-weu 100%")
                .containsSubsequence("+ Service/orders", "is active on 2 of 2 nodes", "went to");
        assertThat(near.requests()).isNotEmpty();
        assertThat(far.requests()).isNotEmpty();
    }
}
