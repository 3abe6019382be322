package io.bridgehead.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class B3FieldsTest {
    private static final String TRACE = "80f198ee56343ba864fe8b2a57d3eff7";
    private static final String SPAN = "e457b5a2e4d86bd1";

    private static HeaderFields fields(String... namesAndValues) {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    private static TraceContext parent(B3Fields.Received received) {
        return Objects.requireNonNull(received.parent());
    }

    @ParameterizedTest
    @CsvSource({"'',LEFT,false", "-0,DENY,false", "-1,ACCEPT,true", "-d,DEBUG,true", "-1-05e3ac9a4f6e3b90,ACCEPT,true"})
    void theSingleFormSaysTraceSpanAndDecision(String rest, B3Fields.Decision decision, boolean sampled) {
        for (String trace : new String[] {TRACE, TRACE.substring(16)}) {
            B3Fields.Received received =
                    Objects.requireNonNull(B3Fields.read(fields("b3", trace + "-" + SPAN + rest)), trace);
            assertThat(received.decision()).isEqualTo(decision);
            assertThat(parent(received).traceId()).isEqualTo("0".repeat(32 - trace.length()) + trace);
            assertThat(parent(received).spanIdText()).isEqualTo(SPAN);
            assertThat(parent(received).sampled()).isEqualTo(sampled);
        }
    }

    @Test
    void aDecisionMayStandAlone() {
        assertThat(B3Fields.read(fields("b3", "0"))).isEqualTo(new B3Fields.Received(null, B3Fields.Decision.DENY));
        assertThat(B3Fields.read(fields("x-b3-sampled", "0")))
                .isEqualTo(new B3Fields.Received(null, B3Fields.Decision.DENY));
        assertThat(B3Fields.read(fields("x-b3-flags", "1")))
                .isEqualTo(new B3Fields.Received(null, B3Fields.Decision.DEBUG));
        assertThat(B3Fields.read(fields())).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "80f198ee56343ba864fe8b2a57d3eff7",
                "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd",
                "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-",
                "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-x",
                "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-",
                "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b9",
                "80F198EE56343BA864FE8B2A57D3EFF7-e457b5a2e4d86bd1-1",
                "00000000000000000000000000000000-e457b5a2e4d86bd1-1",
                "80f198ee56343ba864fe8b2a57d3eff7-0000000000000000-1"
            })
    void whatIsMalformedIsAbsent(String value) {
        byte[] text = value.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(B3Fields.single(text, 0, text.length)).isNull();
    }

    @Test
    void theOtherFormIsReadToo() {
        B3Fields.Received received = Objects.requireNonNull(B3Fields.read(
                fields("x-b3-traceid", TRACE, "x-b3-spanid", SPAN, "x-b3-sampled", "1", "x-b3-parentspanid", SPAN)));
        assertThat(parent(received).traceId()).isEqualTo(TRACE);
        assertThat(received.decision()).isEqualTo(B3Fields.Decision.ACCEPT);
        assertThat(B3Fields.read(fields("x-b3-traceid", TRACE))).isNull();
        assertThat(B3Fields.read(fields("x-b3-traceid", TRACE, "x-b3-spanid", "zz")))
                .isNull();
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        TraceContext trace = Objects.requireNonNull(TraceContext.parse("00-" + TRACE + "-" + SPAN + "-01"));
        HeaderFields single = fields();
        B3Fields.putSingle(single, trace, 0x05e3ac9a4f6e3b90L, trace.spanId(), false);
        assertThat(single.first(B3Fields.SINGLE)).isEqualTo(TRACE + "-05e3ac9a4f6e3b90-1-" + SPAN);
        HeaderFields several = fields();
        B3Fields.putSeveral(several, trace, 0x05e3ac9a4f6e3b90L, 0, true);
        assertThat(several.first(HeaderName.of("x-b3-flags"))).isEqualTo("1");
        assertThat(several.first(HeaderName.of("x-b3-sampled"))).isNull();
        assertThat(Objects.requireNonNull(B3Fields.read(several)).decision()).isEqualTo(B3Fields.Decision.DEBUG);
        B3Fields.removeSeveral(several);
        assertThat(several.size()).isZero();
    }
}
