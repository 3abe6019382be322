package io.bridgehead.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A value of b3 is refused, or read as what it says: written again it has the same trace, span and decision. */
final class B3FieldsFuzz {
    private static final int SPAN_AT = 33;

    @MethodSource("values")
    @FuzzTest(maxDuration = "3s")
    void readsWhatItSays(byte[] bytes) {
        B3Fields.Received received = B3Fields.single(bytes, 0, bytes.length);
        TraceContext parent = received == null ? null : received.parent();
        if (received == null || parent == null) {
            assertThat(received == null || bytes.length == 1).isTrue();
            return;
        }
        HeaderFields fields = new HeaderFields();
        boolean debug = received.decision() == B3Fields.Decision.DEBUG;
        B3Fields.putSingle(fields, parent, parent.spanId(), 0, debug);
        String written = String.valueOf(fields.first(B3Fields.SINGLE));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String padded = text.indexOf('-') < SPAN_AT - 1 ? "0".repeat(16) + text : text;
        String ids = written.substring(0, written.length() - 2);
        assertThat(padded).startsWith(ids);
        if (received.decision() != B3Fields.Decision.LEFT) {
            assertThat(padded).startsWith(written);
        }
    }

    static Stream<Arguments> values() {
        return Stream.of(
                        "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90",
                        "64fe8b2a57d3eff7-e457b5a2e4d86bd1",
                        "d")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
