package io.bridgehead.wire.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every name is found and nothing else. */
final class NameTableTest {
    private static int find(NameTable table, String name) {
        byte[] bytes = ("<" + name + ">").getBytes(StandardCharsets.US_ASCII);
        return table.find(bytes, 1, name.length());
    }

    @Test
    void findsEachNameAtItsPlace() {
        List<String> names = List.of("te", "host", "content-length", "content-type", "x");
        NameTable table = new NameTable(names);
        for (String name : names) {
            assertThat(find(table, name)).isEqualTo(names.indexOf(name));
        }
        assertThat(find(table, "")).isEqualTo(-1);
        assertThat(find(table, "Host")).isEqualTo(-1);
        assertThat(find(table, "content-lengti")).isEqualTo(-1);
        assertThat(find(table, "tee")).isEqualTo(-1);
    }

    @Test
    void knowsEveryFieldThatCodecsTreatInASpecialWay() {
        for (KnownField field : KnownField.values()) {
            byte[] name = field.toString().getBytes(StandardCharsets.US_ASCII);
            assertThat(KnownField.of(name, 0, name.length)).isEqualTo(field);
        }
    }

    @Test
    void refusesAListWithTheSameNameTwice() {
        assertThatThrownBy(() -> new NameTable(List.of("a", "b", "a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[a, b, a]");
    }
}
