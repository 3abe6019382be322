package io.bridgehead.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextPatternTest {
    @ParameterizedTest
    @CsvSource({
        "shop, shop, true",
        "shop, shops, false",
        "shop, xshop, false",
        "shop, '', false",
        "/api/*, /api/, true",
        "/api/*, /api/x/y, true",
        "/api/*, /api, false",
        "/api/*, /v1/api/x, false",
        "*.pdf, a.pdf, true",
        "*.pdf, .pdf, true",
        "*.pdf, pdf, false",
        "*.pdf, a.pdf.exe, false",
        "*, x, true",
        "*, '', false",
        "a*b, a*b, true",
        "a*b, axb, false",
    })
    void fitsAsIstioSays(String pattern, String text, boolean fits) {
        assertThat(TextPattern.parse(pattern).fits(text, 0, text.length())).isEqualTo(fits);
        assertThat(TextPattern.parse(pattern).fits("(" + text + ")", 1, 1 + text.length()))
                .isEqualTo(fits);
        assertThat(TextPattern.parse(pattern)).hasToString(pattern);
    }

    @Test
    void aTermAsksForOneAndForNoneOfTheOthers() {
        TextTerm term = TextTerm.parse(List.of("a*", "b"), List.of("ab*", "b"));

        assertThat(term.fits("ac")).isTrue();
        assertThat(term.fits("abc")).isFalse();
        assertThat(term.fits("b")).isFalse();
        assertThat(term.fits("c")).isFalse();
        assertThat(term.fitsNothing()).isFalse();
        assertThat(TextTerm.parse(List.of(), List.of("x")).fitsNothing()).isTrue();
    }
}
