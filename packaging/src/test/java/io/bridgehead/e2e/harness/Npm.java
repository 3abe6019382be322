package io.bridgehead.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program for Node.js under {@code packaging/src/interop}, with what its lock file names installed. Without npm or Node.js it is a failure
 * that says what to install, never a test that is passed over.
 */
public final class Npm {
    private static final Duration INSTALL_MAX = Duration.ofMinutes(5);
    private static final Duration RUN_MAX = Duration.ofMinutes(2);

    private final Path folder;

    private Npm(Path folder) {
        this.folder = folder;
    }

    /** Copies the program of this name to {@code target/interop} and installs what it needs. */
    public static Npm program(String name) {
        Path source = Path.of("src", "interop", name);
        Path target = Path.of("target", "interop", name);
        try {
            Files.createDirectories(target);
            try (Stream<Path> files = Files.list(source)) {
                for (Path file : files.toList()) {
                    Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the program " + name + " under packaging/src/interop", e);
        }
        Npm npm = new Npm(target);
        npm.run(INSTALL_MAX, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        return npm;
    }

    /** Runs a script to its end and gives what it said; a bad end is a failure with all of that. */
    public String run(String script, String... arguments) {
        return run(RUN_MAX, command(script, arguments));
    }

    /** Starts a script that runs until it is closed, and waits until it says {@code ready}. */
    public Running start(String script, String... arguments) {
        Path log = folder.resolve(script + ".log");
        Process process = process(command(script, arguments), log);
        Running running = new Running(process, log);
        Patience.until(script + " is ready", () -> running.said().contains("ready"), running::said);
        return running;
    }

    private static List<String> command(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return command;
    }

    private String run(Duration most, List<String> command) {
        Path log = folder.resolve(command.get(1) + ".log");
        Process process = process(command, log);
        try {
            if (!process.waitFor(Patience.bound(most).toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + most + ":\n" + text(log));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(command + " ended with " + process.exitValue() + ":\n" + text(log));
        }
        return text(log);
    }

    private Process process(List<String> command, Path log) {
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "the program '" + command.getFirst() + "' is not on the path; the profile interop needs Node.js 18"
                            + " or newer with npm: install them, such as with 'apt-get install nodejs npm'",
                    e);
        }
    }

    private static String text(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A script that runs. */
    public record Running(Process process, Path log) implements AutoCloseable {
        /** What it has said so far. */
        public String said() {
            return text(log);
        }

        /** Ends it. */
        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
