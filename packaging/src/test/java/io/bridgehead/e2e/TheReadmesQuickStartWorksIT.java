package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of README's quick start, as they stand there, in an empty folder and with nothing in the home directory; only the ports are others, which nobody
 * has. They need curl and Python.
 */
@Tag("interop")
final class TheReadmesQuickStartWorksIT {
    private static final Path README = Path.of("..", "README.md");
    private static final String TITLE = "## Quick start by hand";
    private static final String FENCE = "```\n";
    private static final List<String> PORTS =
            List.of("15081", "15082", "8081", "8082", "9081", "9082", "5781", "5782", "8001", "8002");
    private static final Duration END_MAX = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private static String commands() throws IOException {
        String readme = Files.readString(README);
        int begin = readme.indexOf(FENCE, readme.indexOf(TITLE)) + FENCE.length();
        String commands = readme.substring(begin, readme.indexOf(FENCE, begin));
        String path = "/path/to/bridgehead/packaging/target/bridgehead";
        assertThat(commands).contains(path, "bridgehead init ", "bridgehead join ", "bridgehead apply ");
        commands = commands.replace(path, Cli.home().toAbsolutePath().toString());
        for (String port : PORTS) {
            assertThat(commands).containsPattern("\\b" + port + "\\b");
            commands = commands.replaceAll("\\b" + port + "\\b", Integer.toString(Ports.next()));
        }
        return commands;
    }

    @Test
    void fromNothingToTheFirstFailover() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        Path work = Files.createDirectory(folder.resolve("work"));
        Path script = Files.writeString(
                folder.resolve("quick-start.sh"),
                "set -e -u -m -o pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + commands());
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString())
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("BRIDGEHEAD_SOCKET");
        long begin = System.nanoTime();
        Process process = builder.start();
        try {
            boolean ended = process.waitFor(Patience.bound(END_MAX).toMillis(), TimeUnit.MILLISECONDS);
            String all = Files.readString(said);
            assertThat(ended).as(all).isTrue();
            assertThat(process.exitValue()).as(all).isZero();
            assertThat(all).containsSubsequence("served by west", "served by east");
            System.out.println("README's quick start took "
                    + Duration.ofNanos(System.nanoTime() - begin).toSeconds()
                    + " s, from nothing to the first failover");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
