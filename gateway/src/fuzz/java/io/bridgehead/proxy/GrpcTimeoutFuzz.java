package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A timeout is read if it has the form that gRPC gives it, and only then; and it is never less than none. */
final class GrpcTimeoutFuzz {
    private static final Pattern FORM = Pattern.compile("[0-9]{1,8}[HMSmun]");

    @MethodSource("values")
    @FuzzTest(maxDuration = "3s")
    void isReadIfItIsOne(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        long nanos = GrpcCall.timeoutNanos(text);
        if (FORM.matcher(text).matches()) {
            assertThat(nanos).isNotNegative();
        } else {
            assertThat(nanos).isEqualTo(-1);
        }
    }

    static Stream<Arguments> values() {
        return Stream.of("15S", "99999999H", "1n")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
