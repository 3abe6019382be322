package io.bridgehead.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TraceContext;
import java.nio.charset.StandardCharsets;

/** What nodes say of a request is read within its bounds, whatever is said; what reads writes itself again. */
final class HopFieldsFuzz {
    @FuzzTest(maxDuration = "3s")
    void staysWithinBounds(byte[] value) {
        String text = new String(value, StandardCharsets.ISO_8859_1);
        HeaderFields fields = new HeaderFields();
        fields.add(HeaderName.BRIDGEHEAD_ATTEMPTS, text);
        fields.add(HeaderName.BRIDGEHEAD_DEADLINE, text);
        fields.add(HeaderName.BRIDGEHEAD_REFUSAL, text);
        assertThat(HopFields.attempts(fields)).isBetween(1, HopFields.ATTEMPTS_MAX);
        assertThat(HopFields.deadlineMillis(fields)).isBetween(-1L, 24L * 3600 * 1000);
        assertThat(HopFields.refusal(fields)).isNotNull();
        TraceContext trace = TraceContext.parse(text);
        if (trace != null) {
            assertThat(TraceContext.parse(trace.toString())).isEqualTo(trace);
        }
        readsBack(text);
    }

    private static void readsBack(String text) {
        SpiffeId id;
        try {
            id = SpiffeId.parse(text);
        } catch (IllegalArgumentException e) {
            return; // the answer to what is none
        }
        assertThat(SpiffeId.parse(id.toString())).isEqualTo(id);
    }
}
