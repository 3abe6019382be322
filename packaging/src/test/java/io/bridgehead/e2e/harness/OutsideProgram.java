package io.bridgehead.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of the system that looks at nodes from outside, with what is expected of it in a file under {@code packaging/src/interop}.
 * Without the program it is a failure that says what to install, never a test that is passed over.
 */
public final class OutsideProgram {
    private static final Duration RUN_MAX = Duration.ofMinutes(4);

    private static final String COLOURS = "\u001b\\[[0-9;]*[A-Za-z]";

    private final String program;
    private final String debianPackage;
    private final Path folder;

    /** Runs in {@code target/interop/<program>}. */
    public OutsideProgram(String program, String debianPackage) {
        this.program = program;
        this.debianPackage = debianPackage;
        this.folder = Path.of("target", "interop", program).toAbsolutePath();
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where it runs. */
    public Path folder() {
        return folder;
    }

    /** Runs it to its end and gives all that it said; how it ended is for the caller to judge by that. */
    public String run(List<String> arguments) {
        return run(arguments, Path.of("/dev/null"));
    }

    /** The same, with a file to read from its standard input. */
    public String run(List<String> arguments, Path input) {
        Path log = folder.resolve("log.txt");
        try {
            Process process = start(arguments, folder, input);
            if (!process.waitFor(Patience.bound(RUN_MAX).toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        program + " " + arguments + " did not end within " + RUN_MAX + ":\n" + Files.readString(log));
            }
            return Files.readString(log).replaceAll(COLOURS, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Begins it in a folder of the caller's, who ends it; what it says goes to {@code log.txt} there. */
    public Process start(List<String> arguments, Path in) {
        return start(arguments, in, Path.of("/dev/null"));
    }

    private Process start(List<String> arguments, Path in, Path input) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        try {
            return new ProcessBuilder(command)
                    .directory(in.toFile())
                    .redirectInput(input.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(in.resolve("log.txt").toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    "the program '" + program
                            + "' is not on the path; the profile interop needs it: install it, such as"
                            + " with 'apt-get install " + debianPackage + "'",
                    e);
        }
    }

    /** The lines of {@code expected.txt} with their columns, which {@code |} parts; {@code #} begins a comment. */
    public static List<List<String>> expected(String name) {
        Path file = Path.of("src", "interop", name, "expected.txt");
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> List.of(line.split("\\|", -1)).stream()
                            .map(String::strip)
                            .toList())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": what is expected of " + name, e);
        }
    }
}
