package io.bridgehead.authn;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.tls.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A bundle of another trust domain is refused with a word, or read: as often the same, with authorities alone, and written and read again the same
 * if a document can hold it.
 */
final class BundleDocumentFuzz {
    static List<byte[]> cases() {
        String two = new String(
                new BundleDocument(
                                List.of(
                                        TestAuthority.root("one").certificate(),
                                        TestAuthority.root("two").certificate()),
                                7L,
                                Duration.ofMinutes(2))
                        .toJson(),
                StandardCharsets.UTF_8);
        return List.of(
                bytes(two),
                bytes("{\"keys\":[]}"),
                bytes("null"),
                bytes(BundleDocumentTest.ODD),
                bytes(two.replace("x509-svid", "jwt-svid")),
                bytes(two.replace("\"EC\"", "\"RSA\"")),
                bytes(two.replace("\"spiffe_sequence\":7", "\"spiffe_sequence\":7e400")),
                bytes(two.substring(0, two.length() / 2)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @MethodSource("cases")
    @FuzzTest(maxDuration = "3s")
    void whatIsReadIsReadTheSame(byte[] input) {
        BundleDocument read;
        try {
            read = BundleDocument.parse(input);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).contains("expected");
            return;
        }
        assertThat(read.anchors()).allMatch(anchor -> anchor.getBasicConstraints() >= 0);
        assertThat(BundleDocument.parse(input)).isEqualTo(read);
        if (read.anchors().stream().allMatch(BundleDocument::canHold)) {
            assertThat(BundleDocument.parse(read.toJson())).isEqualTo(read);
        }
    }
}
