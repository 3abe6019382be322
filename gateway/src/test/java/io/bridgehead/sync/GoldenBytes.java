package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * Bytes that nodes have written, as hex in {@code src/test/resources/golden}: what is written today has to be the same,
 * and they are read. {@code -Dbridgehead.golden=write} makes files that are missing and changes none: nodes are about
 * that speak so. A new version of a format is a new file.
 */
public final class GoldenBytes {
    private static final boolean WRITE = "write".equals(System.getProperty("bridgehead.golden"));
    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final int LINE = 64;

    private GoldenBytes() {}

    /** What was written; what cannot be made twice, as a signature, is made once when golden files are written. */
    public static Bytes stored(String name, Supplier<Bytes> once) {
        if (WRITE && !Files.exists(FOLDER.resolve(name))) {
            write(FOLDER.resolve(name), once.get());
        }
        return stored(name);
    }

    /** What was written. */
    public static Bytes stored(String name) {
        try {
            String hex = Files.readString(FOLDER.resolve(name), StandardCharsets.US_ASCII);
            return Bytes.wrap(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails when it is not what was written. */
    public static void check(String name, Bytes today) {
        assertThat(today.toHex()).as(name).isEqualTo(stored(name, () -> today).toHex());
    }

    private static void write(Path file, Bytes bytes) {
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(file, bytes.toHex().replaceAll("(.{" + LINE + "})(?=.)", "$1\n") + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
