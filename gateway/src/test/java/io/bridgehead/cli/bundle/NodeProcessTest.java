package io.bridgehead.cli.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeProcessTest {
    private static final long PID = ProcessHandle.current().pid();
    private static final Instant STARTED =
            ProcessHandle.current().info().startInstant().orElseThrow();
    private static final Duration UP = Duration.ofHours(1);

    @TempDir
    Path proc;

    private boolean isNode(String command, Instant started) throws IOException {
        Files.createDirectories(proc.resolve(Long.toString(PID)));
        Files.writeString(proc.resolve(PID + "/cmdline"), command);
        return NodeProcess.of(proc, PID, UP, started.plus(UP)).isPresent();
    }

    @Test
    void aProcessIsTheNodesByItsCommandAndItsStart() throws IOException {
        String run = "java\0-cp\0lib\0io.bridgehead.cli.Main\0run\0--config\0gateway.yaml\0";
        assertThat(isNode(run, STARTED.plusSeconds(3))).isTrue();
        assertThat(isNode(run, STARTED.plusSeconds(600))).as("of another start").isFalse();
        assertThat(isNode(run, STARTED.minusSeconds(60)))
                .as("younger than the node")
                .isFalse();
        assertThat(isNode("java\0io.bridgehead.cli.Main\0status\0", STARTED.plusSeconds(3)))
                .isFalse();
        assertThat(isNode("/usr/lib/systemd/systemd\0", STARTED.plusSeconds(3))).isFalse();
    }

    @Test
    void anotherProgramIsNotTheNode() {
        assertThat(NodeProcess.of(Path.of("/proc"), PID, Duration.ZERO, STARTED))
                .isEmpty();
        assertThat(NodeProcess.of(Path.of("/proc"), -1, Duration.ZERO, STARTED)).isEmpty();
    }
}
