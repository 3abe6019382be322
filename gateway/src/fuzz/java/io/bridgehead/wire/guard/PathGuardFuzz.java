package io.bridgehead.wire.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link PathGuard} lets through it lets through again unchanged, and nothing in it can be read in another way. */
final class PathGuardFuzz {
    private final PathGuard guard = new PathGuard();

    @MethodSource("io.bridgehead.corpus.Seeds#targets")
    @FuzzTest(maxDuration = "3s")
    void isIdempotentAndSafe(byte[] target) {
        String path = guard.read(target, 0, target.length);
        if (path == null) {
            return;
        }
        int marks = guard.marks();
        byte[] normal = path.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(guard.read(normal, 0, normal.length)).isEqualTo(path);
        // a step that ".." took back may have had a mark: others could have read it in another way
        assertThat(guard.marks() & ~marks).isZero();
        assertThat(path).startsWith("/").doesNotContain(" ", "#", "\r", "\n", "\0");
        int query = path.indexOf('?');
        String alone = query < 0 ? path : path.substring(0, query);
        assertThat(alone).doesNotContain("\\", "/../", "/./", "%00", "%2e", "%2E");
        assertThat(alone.endsWith("/..") || alone.endsWith("/.")).isFalse();
    }
}
