package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of stages that mean nothing, or out of range, are refused before anything is done. */
final class StageOptionsTest {
    private final StringWriter err = new StringWriter();

    private int run(String arguments) {
        return Commands.execute(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments.split(" ", -1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    apply -f a.yaml --soak 5                    | --soak means nothing here; expected it with --staged
                    apply -f a.yaml --hold                      | --hold means nothing here; expected it with --staged
                    apply -f a.yaml --staged --soak -5          | --soak: found -5, expected 1 to 86400
                    apply -f a.yaml --staged --before -1        | --before: found -1, expected 0 to 3600
                    apply -f a.yaml --staged --failures-rise nan | --failures-rise
                    apply -f a.yaml --staged --failures-rise NaN | --failures-rise: found NaN, expected 0 to 100
                    apply -f a.yaml --staged --failures-rise 0.5 --failures-min 0 | --failures-min: found 0, expected 1
                    stage --continue --first aws-a              | --first means nothing here; expected it with 'apply --staged'
                    stage --abort --soak 5                      | --soak means nothing here; expected it with --continue
                    stage --continue --soak 0                   | --soak: found 0, expected 1 to 86400""")
    void isRefused(String arguments, String told) {
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(told);
    }
}
