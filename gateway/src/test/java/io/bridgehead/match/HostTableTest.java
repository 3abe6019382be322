package io.bridgehead.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostTableTest {
    @ParameterizedTest
    @CsvSource({
        "orders.example, orders.example",
        "Orders.EXAMPLE:8080, orders.example",
        "orders.example., orders.example",
        "orders.example.:443, orders.example",
        "10.0.0.1:80, 10.0.0.1",
        "[2001:DB8::1]:443, 2001:db8::1",
        "[::1], ::1",
        "2001:db8::1, 2001:db8::1",
        "[2001:0DB8:0:0:0:0:0:1]:443, 2001:db8::1",
        "[::ffff:10.0.0.1], 10.0.0.1",
        "[::ffff:a00:1]:80, 10.0.0.1",
        "'', ''",
        ":80, ''",
        "., ''",
    })
    void normalisesTheHostOfAnAuthority(String authority, String host) {
        assertThat(Hosts.normalise(authority)).isEqualTo(host);
    }

    @Test
    void prefersExactThenTheLongestWildcardThenAny() {
        HostTable<String> table = table("*", "*.example", "*.a.example", "x.a.example", "a.example");
        assertThat(table.find("x.a.example")).isEqualTo("x.a.example");
        assertThat(table.find("y.a.example")).isEqualTo("*.a.example");
        assertThat(table.find("y.x.a.example")).isEqualTo("*.a.example");
        assertThat(table.find("a.example")).isEqualTo("a.example");
        assertThat(table.find("b.example")).isEqualTo("*.example");
        assertThat(table.find("example")).isEqualTo("*");
        assertThat(table.find("")).isEqualTo("*");
    }

    @Test
    void wildcardsDoNotFitTheirOwnSuffix() {
        HostTable<String> table = table("*.example");
        assertThat(table.find("example")).isNull();
        assertThat(table.find(".example")).isNull();
        assertThat(table.find("anexample")).isNull();
        assertThat(table.find("a.example")).isEqualTo("*.example");
    }

    @Test
    void twentyThousandRoutesAnswerLikeOne() {
        Map<HostPattern, Integer> values = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            values.put(new HostPattern("s" + i + ".example"), i);
        }
        HostTable<Integer> table = HostTable.of(values);
        assertThat(table.find("s17777.example")).isEqualTo(17_777);
        assertThat(table.find("none.example")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a..b",
                "a.*.b",
                "*a.example",
                "-a.example",
                "a b",
                "orders.example:80",
                "a/b",
                "*.",
                "x:y:z",
                "1:2:3",
                "*.::1"
            })
    void refusesWhatIsNoHost(String text) {
        assertThatThrownBy(() -> HostPattern.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hostname '")
                .hasMessageContaining("expected");
    }

    private static HostTable<String> table(String... patterns) {
        Map<HostPattern, String> values = new HashMap<>();
        for (String pattern : patterns) {
            values.put(HostPattern.parse(pattern), pattern);
        }
        return HostTable.of(values);
    }
}
