package io.bridgehead.wire.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bridgehead.model.HeaderFields;
import java.util.List;

/** Whatever a Connection field says, no protected field is removed by it. */
final class HopByHopFuzz {
    private static final List<String> KEPT =
            List.of("authorization", "cookie", "content-length", "host", "x-forwarded-for", "bridgehead-caller", "via");

    @FuzzTest(maxDuration = "3s")
    void removesNothingProtected(byte[] value) {
        HeaderFields fields = new HeaderFields();
        KEPT.forEach(name -> fields.add(name, "x"));
        fields.add("x-a", "y");
        HopByHop options = HopByHop.none();
        if (options.read(value, 0, value.length)) {
            options.removeNamed(fields);
        }
        assertThat(fields.size()).isGreaterThanOrEqualTo(KEPT.size());
        for (int i = 0; i < KEPT.size(); i++) {
            assertThat(fields.name(i)).isEqualTo(KEPT.get(i));
        }
    }
}
