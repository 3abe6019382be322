package io.bridgehead.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the demonstration; its output goes to a file beside its configuration. */
final class Child {
    private static final int END_SECONDS_MAX = 30;

    private final Process process;

    private Child(Process process) {
        this.process = process;
    }

    /** Starts {@code bridgehead} with these arguments. */
    static Child start(Path launcher, Path log, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(launcher.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home", ""));
        return new Child(builder.start());
    }

    /** SIGKILL: the process has no chance to say good-bye. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM, and SIGKILL when that is not enough. */
    void stop() {
        process.destroy();
        if (!awaitEnd()) {
            kill();
        }
    }

    /** SIGTERM without waiting. */
    void ask() {
        process.destroy();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Waits for the end and says with which code it came; -1 when it did not come in time. */
    int exitCode() {
        return awaitEnd() ? process.exitValue() : -1;
    }

    private boolean awaitEnd() {
        try {
            return process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
