package io.bridgehead.cli.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The process of a node, by what the node says of itself. A node may be in a container or behind a socket that was passed on, where its number is that
 * of another process here.
 */
public final class NodeProcess {
    /** What the launcher runs. */
    private static final String PROGRAM = "\0io.bridgehead.cli.Main\0run\0";

    /** From the process's start to that of the node's clock. */
    private static final Duration START_MAX = Duration.ofMinutes(2);
    /** Clocks of the kernel and of the virtual machine may differ by so much. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private NodeProcess() {}

    /**
     * Where the system tells of the process; nothing when it is not a node's on this machine, or this user may not see.
     *
     * @param proc the kernel's folder of processes
     * @param pid as the node says
     * @param uptime as the node says
     */
    public static Optional<Path> of(Path proc, long pid, Duration uptime, Instant now) {
        Path folder = proc.resolve(Long.toString(pid));
        Optional<Instant> start =
                ProcessHandle.of(pid).flatMap(process -> process.info().startInstant());
        return start.isPresent() && fits(start.get(), now.minus(uptime)) && runsNode(folder)
                ? Optional.of(folder)
                : Optional.empty();
    }

    private static boolean fits(Instant process, Instant node) {
        return !process.isAfter(node.plus(SLACK))
                && !process.isBefore(node.minus(START_MAX).minus(SLACK));
    }

    private static boolean runsNode(Path folder) {
        try {
            return Files.readString(folder.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .contains(PROGRAM);
        } catch (IOException e) {
            return false;
        }
    }
}
