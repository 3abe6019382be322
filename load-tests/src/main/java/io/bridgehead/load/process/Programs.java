package io.bridgehead.load.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Every process of a measurement. They end when this is closed, and when the virtual machine ends before: on an error, on Ctrl-C and
 * on SIGTERM.
 */
public final class Programs implements AutoCloseable {
    private final Path folder;
    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final Thread atExit = new Thread(this::endAll, "end-programs");

    /** @param folder where logs are written */
    public Programs(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Where logs are. */
    public Path folder() {
        return folder;
    }

    /** Starts a program whose output goes to {@code NAME.log}. */
    public Program start(String name, List<String> command, Map<String, String> environment) {
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new Program(name, launch(builder, environment), log);
    }

    /**
     * Runs a program to its end and gives its output.
     *
     * @throws IllegalStateException with the output, if the program fails or takes too long
     */
    public String run(List<String> command, Map<String, String> environment, int secondsMax) {
        Process process = launch(new ProcessBuilder(command).redirectErrorStream(true), environment);
        try {
            process.onExit().orTimeout(secondsMax, TimeUnit.SECONDS).exceptionally(_ -> process.destroyForcibly());
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            end(List.of(process));
        }
    }

    /** Starts a program that runs until it is interrupted, and keeps its output. */
    public Capture capture(List<String> command) {
        return new Capture(launch(new ProcessBuilder(command).redirectErrorStream(true), Map.of()));
    }

    /** A program whose output is read at its end; it must be little. */
    public static final class Capture {
        private final Process process;

        private Capture(Process process) {
            this.process = process;
        }

        /** Sends SIGINT, waits for the end and gives the output. */
        public String interrupt() {
            try {
                new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                        .start()
                        .waitFor();
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private Process launch(ProcessBuilder builder, Map<String, String> environment) {
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            running.add(process);
            process.onExit().thenAccept(running::remove);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(builder.command().getFirst() + " could not be started", e);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        endAll();
    }

    private void endAll() {
        end(List.copyOf(running));
    }

    /** Asks all, waits at most ten seconds for all, then kills. */
    private static void end(List<Process> processes) {
        processes.forEach(Process::destroy);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        for (Process process : processes) {
            try {
                if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
