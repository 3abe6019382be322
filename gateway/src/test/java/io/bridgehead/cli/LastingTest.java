package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** How long an order lasts, as people write it. */
class LastingTest {
    private final Lasting.Reader reader = new Lasting.Reader();

    @ParameterizedTest
    @CsvSource({"90s,90", "30m,1800", "2h,7200", "7d,604800"})
    void timesAreRead(String text, long seconds) {
        assertThat(reader.convert(text).time()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void everHasNoEnd() {
        assertThat(reader.convert("ever").time()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "2", "2 h", "-1h", "1w", "367d", "99999999999h", "never"})
    void othersAreRefused(String text) {
        assertThatThrownBy(() -> reader.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("expected a time of at most 366d");
    }
}
