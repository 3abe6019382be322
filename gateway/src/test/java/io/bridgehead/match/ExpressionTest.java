package io.bridgehead.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpressionTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "(", "a)", "[z-a]", "*", "a**", "(?=a)", "(a)\\1", "\\p{Nonsense}", "a{1001}"})
    void whatIsNoExpressionIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Expression.of(text))
                .withMessageStartingWith("expression '" + text + "': expected ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{100}){100}){100}",
                "(x{1000}){1000}",
                "(?:[[:alpha:]]{500}|b){3}",
                "([]a]{999}){999}",
                "(\\d{900}){2,900}",
                "(\\Qab(\\E{900}){900}",
                "((((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9})",
                "(a{1000}",
            })
    void whatWouldTakeAllMemoryIsRefusedBeforeItIsCompiled(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Expression.of(text))
                .withMessageContaining("expected ");
    }

    @Test
    void aLongTextIsRefusedAndShownInPart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Expression.of("a".repeat(1025)))
                .withMessage("expression '" + "a".repeat(100) + "...': expected 1 to 1024 characters");
        assertThat(Expression.of("[" + "a".repeat(1022) + "]").fits("a")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                "/users/[^/]+(/orders(/[0-9]{1,12})?)?",
                "\\p{Greek}+",
                "a{,3}",
                "{}",
            })
    void whatPeopleWriteIsTaken(String text) {
        assertThat(Expression.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b,      /a/b",
        "/a/b?,     /a/",
        "/a/b*c,    /a/",
        "/a/b+c,    /a/b",
        "/a/b{2}c,  /a/",
        "/a/.*,     /a/",
        "'^/a/[0-9]', /a/",
        "/a|/b,     ''",
        "(?i)/a,    ''",
        "a?,        ''",
    })
    void theBeginningIsWhatEveryTextThatFitsBeginsWith(String text, String beginning) {
        assertThat(Expression.of(text).beginning()).isEqualTo(beginning);
    }

    /** A backtracking engine would take longer than the universe. */
    @Test
    void timeGrowsWithTheTextOnly() {
        Expression expression = Expression.of("(a*)*(a|aa)*(a+)+b");
        assertThat(expression.fits("a".repeat(5000))).isFalse();
        assertThat(expression.fits("a".repeat(5000) + "b")).isTrue();
    }
}
