package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of README's quick start, as they stand there, and the script of {@code config-examples/quickstart}, in an empty folder and with nothing in the home directory; only the ports are others, which nobody
 * has. They need curl and Python.
 */
@Tag("interop")
final class TheReadmesQuickStartWorksIT {
    private static final Path README = Path.of("..", "README.md");
    private static final Path EXAMPLE = Path.of("..", "config-examples", "quickstart");
    private static final String TITLE = "## Quick start by hand";
    private static final String FENCE = "```\n";
    private static final List<String> PORTS =
            List.of("15081", "15082", "8081", "8082", "9081", "9082", "5781", "5782", "8001", "8002");
    private static final Duration END_MAX = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    /** The same with ports that nobody has. */
    private static String elsewhere(String text, Map<String, Integer> ports) {
        String moved = text;
        for (Map.Entry<String, Integer> port : ports.entrySet()) {
            moved = moved.replaceAll(
                    "\\b" + port.getKey() + "\\b", port.getValue().toString());
        }
        return moved;
    }

    private static Map<String, Integer> ports(String text) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (String port : PORTS) {
            assertThat(text).containsPattern("\\b" + port + "\\b");
            ports.put(port, Ports.next());
        }
        return ports;
    }

    private static String commands() throws IOException {
        String readme = Files.readString(README);
        int begin = readme.indexOf(FENCE, readme.indexOf(TITLE)) + FENCE.length();
        String commands = readme.substring(begin, readme.indexOf(FENCE, begin));
        String path = "/path/to/bridgehead/packaging/target/bridgehead";
        assertThat(commands).contains(path, "bridgehead init ", "bridgehead join ", "bridgehead apply ");
        commands = commands.replace(path, Cli.home().toAbsolutePath().toString());
        return elsewhere(commands, ports(commands));
    }

    @Test
    void fromNothingToTheFirstFailover() throws Exception {
        Path script = Files.writeString(
                folder.resolve("quick-start.sh"),
                "set -e -u -m -o pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + commands());
        assertThat(ran("README's quick start", script)).containsSubsequence("served by west", "served by east");
    }

    @Test
    void theExampleOfTheFiveCommandsEndsWithADrill() throws Exception {
        String document = Files.readString(EXAMPLE.resolve("documents/hello.yaml"));
        String text = Files.readString(EXAMPLE.resolve("quick-start.sh"));
        Map<String, Integer> ports = ports(text);
        Files.createDirectory(folder.resolve("documents"));
        Files.writeString(folder.resolve("documents/hello.yaml"), elsewhere(document, ports));
        Path script = Files.writeString(folder.resolve("quick-start.sh"), elsewhere(text, ports));
        assertThat(ran("the quick start of config-examples", script))
                .containsSubsequence(
                        "$ bridgehead init ",
                        "$ bridgehead token create ",
                        "$ bridgehead join ",
                        "$ bridgehead apply ",
                        "served by west",
                        "$ bridgehead drill ",
                        "went to    east 100%",
                        "served by west");
    }

    /** What it says; it must end well. */
    private String ran(String what, Path script) throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        Path work = Files.createDirectory(folder.resolve("work"));
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString())
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().merge("PATH", ":" + Cli.home().resolve("bin").toAbsolutePath(), String::concat);
        builder.environment().remove("BRIDGEHEAD_SOCKET");
        long begin = System.nanoTime();
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(Patience.bound(END_MAX).toMillis(), TimeUnit.MILLISECONDS);
            String all = Files.readString(said);
            assertThat(ended).as(all).isTrue();
            assertThat(process.exitValue()).as(all).isZero();
            System.out.println(what + " took "
                    + Duration.ofNanos(System.nanoTime() - begin).toSeconds()
                    + " s, from nothing to the first failover");
            return all;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
