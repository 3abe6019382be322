package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Of baggage nothing stays but what is named, and a tracestate stays within its limits. */
final class TraceListsFuzz {
    @MethodSource("values")
    @FuzzTest(maxDuration = "3s")
    void staysWithinWhatIsAllowed(byte[] bytes) {
        String value = new String(bytes, StandardCharsets.ISO_8859_1);
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.BAGGAGE, value);
        fields.add(HeaderName.TRACESTATE, value);
        TraceLists.keepBaggage(fields, Set.of("tenant"));
        TraceLists.boundState(fields);
        String baggage = fields.first(HeaderName.BAGGAGE);
        if (baggage != null) {
            for (String member : baggage.split(",", -1)) {
                assertThat(member.strip()).matches("(?s)tenant\\s*=.*");
            }
        }
        String state = fields.first(HeaderName.TRACESTATE);
        if (state != null) {
            assertThat(state.length()).isLessThanOrEqualTo(TraceLists.STATE_CHARACTERS_MAX);
            assertThat(state.split(",", -1).length).isLessThanOrEqualTo(TraceLists.STATE_MEMBERS_MAX);
        }
    }

    static Stream<Arguments> values() {
        return Stream.of("tenant=acme;p=1, user=eve", "a=1,b=2,,")
                .map(text -> Arguments.of((Object) text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
