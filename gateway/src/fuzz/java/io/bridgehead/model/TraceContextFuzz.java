package io.bridgehead.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A traceparent is refused, or read as what it says: written again in version 00 it is the same trace and span. */
final class TraceContextFuzz {
    private static final int VERSION_LENGTH = 2;

    @MethodSource("values")
    @FuzzTest(maxDuration = "3s")
    void readsWhatItSays(byte[] bytes) {
        TraceContext context = TraceContext.parse(bytes, 0, bytes.length);
        if (context != null) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            String written = new String(context.traceparent(context.spanId()), StandardCharsets.ISO_8859_1);
            assertThat(written.substring(VERSION_LENGTH, written.length() - 2))
                    .isEqualTo(text.substring(VERSION_LENGTH, written.length() - 2));
        }
    }

    static Stream<Arguments> values() {
        return Stream.of(
                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
