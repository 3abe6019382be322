package io.bridgehead.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a comparison is asked to do. */
final class OptionsTest {
    @AfterEach
    void clear() {
        List.of("rounds", "rows", "report").forEach(name -> System.clearProperty("compare." + name));
    }

    @Test
    void whatIsEmptyCountsAsAbsent() {
        System.setProperty("compare.rounds", "");
        System.setProperty("compare.rows", " ");
        Options options = Options.fromProperties();
        assertThat(options.rounds()).isEqualTo(5);
        assertThat(options.rows()).isEmpty();
        assertThat(options.report()).isEmpty();
    }

    @Test
    void aWrongNumberIsToldWithItsPlace() {
        System.setProperty("compare.rounds", "0");
        assertThatThrownBy(Options::fromProperties)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("compare.rounds '0': expected a whole number from 1 to 1000");
    }

    @Test
    void namesChooseInTheOrderOfTheTable() {
        List<String> all = List.of("small-1", "small-64", "tcp-1");
        assertThat(Chosen.of("compare.rows", List.of("tcp-1", "small-1"), all, Function.identity()))
                .containsExactly("small-1", "tcp-1");
        assertThat(Chosen.of("compare.rows", List.of(), all, Function.identity()))
                .isEqualTo(all);
        assertThatThrownBy(() -> Chosen.of("compare.rows", List.of("smal-1"), all, Function.identity()))
                .hasMessage("compare.rows 'smal-1': expected some of small-1, small-64, tcp-1");
    }
}
