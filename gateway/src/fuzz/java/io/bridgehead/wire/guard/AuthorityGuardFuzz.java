package io.bridgehead.wire.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** What {@link AuthorityGuard} lets through it lets through again unchanged, whatever it has seen before. */
final class AuthorityGuardFuzz {
    private final AuthorityGuard used = new AuthorityGuard();

    @FuzzTest(maxDuration = "3s")
    void isIdempotentAndForgetful(byte[] text) {
        String authority = used.read(text, 0, text.length);
        assertThat(new AuthorityGuard().read(text, 0, text.length)).isEqualTo(authority);
        if (authority != null) {
            byte[] normal = authority.getBytes(StandardCharsets.US_ASCII);
            assertThat(used.read(normal, 0, normal.length)).isEqualTo(authority);
            assertThat(authority).matches("([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");
        }
    }
}
