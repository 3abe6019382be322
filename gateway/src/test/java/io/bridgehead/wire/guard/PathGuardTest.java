package io.bridgehead.wire.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PathGuardTest {
    private final PathGuard guard = new PathGuard();

    private String read(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
        return String.valueOf(guard.read(bytes, 0, bytes.length));
    }

    /** An endpoint that decodes before it resolves would find one step more, and take back that one alone. */
    @Test
    void anEscapedSlashInAStepThatIsTakenBackIsStillOne() {
        assertThat(read("/a/b%2Fc")).isEqualTo("/a/b%2Fc");
        int escapedSlash = guard.marks();
        assertThat(escapedSlash).isNotZero();
        assertThat(read("/a/b%2Fc/..")).isEqualTo("/a/");
        assertThat(guard.marks()).isEqualTo(escapedSlash);
        assertThat(read("/a/b/..")).isEqualTo("/a/");
        assertThat(guard.marks())
                .as("nothing is kept from one path to the next")
                .isZero();
    }
}
