package io.bridgehead.e2e.harness;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line of the distribution under test. Most commands run in one process for all; see {@link Commands}. */
public final class Cli {
    private static final Duration END_MAX = Duration.ofSeconds(150);
    static final String COMPILER = "-XX:TieredStopAtLevel=1";

    private Cli() {}

    /**
     * How a command ended.
     *
     * @param exit its exit code
     * @param out what it answered
     * @param err what it complained about
     */
    public record Result(int exit, String out, String err) {
        /** The answer as JSON. */
        public JsonObject json() {
            return new JsonObject(out);
        }

        /** This, when it ended well. */
        public Result good() {
            if (exit != 0) {
                throw new AssertionError("expected exit code 0: " + this);
            }
            return this;
        }
    }

    /** The {@code bridgehead} program. */
    public static Path launcher() {
        return home().resolve("bin").resolve("bridgehead");
    }

    /** The distribution under test. */
    public static Path home() {
        String home = System.getProperty("bridgehead.home");
        if (home == null) {
            throw new IllegalStateException("system property bridgehead.home: expected the folder of a distribution");
        }
        return Path.of(home);
    }

    /** Runs a command to its end, for two and a half minutes at most. */
    public static Result run(String... arguments) {
        return Commands.takes(arguments) ? Commands.run(Patience.bound(END_MAX), arguments) : run(Map.of(), arguments);
    }

    /** Runs a command by the launcher, in a process of its own, with variables in its environment. */
    public static Result run(Map<String, String> environment, String... arguments) {
        try {
            Path out = Files.createTempFile("bh-out", ".txt");
            Path err = Files.createTempFile("bh-err", ".txt");
            try {
                ProcessBuilder builder =
                        process(arguments).redirectOutput(out.toFile()).redirectError(err.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                process.getOutputStream().close();
                int exit = end(process);
                return new Result(exit, Files.readString(out), Files.readString(err));
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command that is not at its end yet; its output is dropped. */
    public static Process start(String... arguments) {
        try {
            return process(arguments)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process of the distribution that is not started yet, on the Java that runs the test. */
    static ProcessBuilder process(String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("BRIDGEHEAD_HEAP", "160m");
        builder.environment().put("BRIDGEHEAD_JAVA_OPTS", COMPILER);
        builder.environment().put("BRIDGEHEAD_STACKTRACE", "1");
        return builder;
    }

    private static int end(Process process) {
        try {
            if (process.waitFor(Patience.bound(END_MAX).toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly();
            throw new AssertionError("a command did not end: " + process.info());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
