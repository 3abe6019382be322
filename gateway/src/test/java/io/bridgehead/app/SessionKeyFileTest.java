package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.tls.MaterialException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are keys of sessions. */
final class SessionKeyFileTest {
    @TempDir
    private Path folder;

    private final List<MaterialException.Exposed> warnings = new ArrayList<>();

    private Path file(byte[] content, String permissions) throws IOException {
        Path file = Files.write(folder.resolve("sessions.key"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void lineEndsAtTheEndDoNotCount() {
        byte[] key = bytes("k".repeat(40));
        assertThat(SessionKeyFile.withoutLineEnds(bytes("k".repeat(40) + "\r\n\n")))
                .isEqualTo(key);
        assertThat(SessionKeyFile.withoutLineEnds(key)).isEqualTo(key);
        byte[] random = Arrays.copyOf(key, 32);
        random[31] = '\n';
        assertThat(SessionKeyFile.withoutLineEnds(random)).isEqualTo(random);
    }

    @Test
    void emptyShortAndLongOnesAreRefused() throws Exception {
        for (int length : new int[] {0, 31, SessionKeyFile.BYTES_MAX + 1}) {
            Path file = file(new byte[length], "rw-------");
            assertThatThrownBy(() -> SessionKeyFile.read(file, warnings::add))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("sessions.keyFile " + file, "32");
        }
        assertThatThrownBy(() -> SessionKeyFile.read(folder.resolve("none"), warnings::add))
                .hasMessageContaining("cannot be read");
    }

    @Test
    void oneThatOthersMayReadIsWarnedOf() throws Exception {
        SessionKeyFile.read(file(new byte[SessionKeyFile.BYTES_MAX], "rw-r-----"), warnings::add);
        assertThat(warnings).isEmpty();
        SessionKeyFile.read(file(new byte[32], "rw-r--r--"), warnings::add);
        assertThat(warnings).singleElement().asString().contains("rw-r--r--", "key of sessions", "chmod 600");
    }
}
