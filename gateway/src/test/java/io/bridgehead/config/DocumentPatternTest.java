package io.bridgehead.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DocumentPatternTest {
    @Test
    void itMeansOneOrAllThatBeginSo() {
        DocumentPattern one = DocumentPattern.parse("Service/orders");
        assertThat(one.matches("Service/orders")).isTrue();
        assertThat(one.matches("Service/orders-2")).isFalse();
        DocumentPattern team = DocumentPattern.parse("Service/orders-*");
        assertThat(team.matches("Service/orders-")).isTrue();
        assertThat(team.matches("Service/orders-eu")).isTrue();
        assertThat(team.matches("Service/orders")).isFalse();
        assertThat(team.matches("Site/orders-eu")).isFalse();
        DocumentPattern kind = DocumentPattern.parse("Service/*");
        assertThat(kind.matches("Service/any")).isTrue();
        assertThat(kind.matches("ServiceX/any")).isFalse();
        assertThat(kind.matches("no name")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Service/orders", "Service/orders-*", "Service/*", "Service/o*"})
    void itIsWrittenAsItWasRead(String text) {
        assertThat(DocumentPattern.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "Service",
                "Service/",
                "service/a",
                "*/a",
                "Service/*a",
                "Service/a*b",
                "Service/A",
                "Service/a b",
                "Service/a/b/c"
            })
    void whatIsNeitherIsRefused(String text) {
        assertThatThrownBy(() -> DocumentPattern.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected Kind/name or Kind/begin*");
    }
}
