package io.bridgehead.config.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares what a test made with a file that is kept. {@code -Dbridgehead.golden=write} writes the files anew instead; read
 * the difference before it is committed.
 */
public final class Golden {
    private static final boolean WRITE = "write".equals(System.getProperty("bridgehead.golden"));

    private Golden() {}

    /** Fails when the file's text is another. */
    public static void check(Path file, String actual) {
        try {
            if (WRITE) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.writeString(file, actual);
            }
            assertThat(file)
                    .as("golden file; -Dbridgehead.golden=write makes it")
                    .exists();
            assertThat(actual)
                    .as("%s; -Dbridgehead.golden=write takes the new text over", file)
                    .isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
