package io.bridgehead.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HeaderFieldsTest {
    private static HeaderFields fields(String prefix, int count) {
        HeaderFields fields = new HeaderFields();
        for (int i = 0; i < count; i++) {
            fields.add(prefix + i, "value " + i);
        }
        return fields;
    }

    @Test
    void findsNamesOfEveryLength() {
        HeaderFields fields = new HeaderFields();
        for (int length = 1; length < 200; length++) {
            HeaderName name = HeaderName.of("n".repeat(length));
            assertThat(fields.indexOf(name, 0)).isEqualTo(-1);
            fields.add(name, Integer.toString(length));
        }
        for (int length = 1; length < 200; length++) {
            assertThat(fields.first(HeaderName.of("n".repeat(length)))).isEqualTo(Integer.toString(length));
            assertThat(fields.contains(HeaderName.of("m".repeat(length)))).isFalse();
        }
    }

    @Test
    void addsManyInOneGo() {
        HeaderFields some = fields("a", 3);
        some.addAll(fields("b", 100));
        some.addAll(new HeaderFields());
        assertThat(some.size()).isEqualTo(103);
        assertThat(some.first(HeaderName.of("a2"))).isEqualTo("value 2");
        assertThat(some.first(HeaderName.of("b99"))).isEqualTo("value 99");
        HeaderFields copy = some.copy();
        assertThat(copy.first(HeaderName.of("b99"))).isEqualTo("value 99");
    }

    @Test
    void addsNumbers() {
        HeaderFields fields = new HeaderFields();
        HeaderName name = HeaderName.of("n");
        for (long number : new long[] {0, 9, 10, 15_000, Long.MAX_VALUE}) {
            fields.add(name, number);
            assertThat(fields.value(fields.size() - 1)).isEqualTo(Long.toString(number));
        }
    }

    @Test
    void removesByPrefixAndFindsWhatIsLeft() {
        HeaderFields fields = fields("bridge-", 2);
        fields.add("b", "one letter");
        fields.add("bridges", "another");
        fields.removePrefixed("bridge-".getBytes(StandardCharsets.US_ASCII));
        assertThat(fields.size()).isEqualTo(2);
        assertThat(fields.contains(HeaderName.of("bridge-1"))).isFalse();
        assertThat(fields.first(HeaderName.of("b"))).isEqualTo("one letter");
        assertThat(fields.indexOf(HeaderName.of("bridges"), 1)).isEqualTo(1);
    }
}
