package io.bridgehead.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/** A command that goes on and says more whenever there is more to say, in a process of its own until it is closed. */
public record WatchingCommand(Process process, Path said) implements AutoCloseable {
    /**
     * Starts one.
     *
     * @param said the file that what it says goes to
     */
    public static WatchingCommand start(Path said, String... arguments) {
        try {
            Process process = Cli.process(arguments)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            return new WatchingCommand(process, said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has said so far. */
    public String text() {
        try {
            return Files.readString(said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number of lines with such words that it has said so far. */
    public long times(String words) {
        return text().lines().filter(line -> line.contains(words)).count();
    }

    /** Waits until it has said what is wanted. */
    public void await(String what, Predicate<String> wanted) {
        Patience.until(what, () -> wanted.test(text()), this::text);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
