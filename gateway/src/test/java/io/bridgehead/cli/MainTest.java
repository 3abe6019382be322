package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MainTest {
    @ParameterizedTest
    @ValueSource(strings = {"run --config a.yaml", "run -c a.yaml"})
    void theStartOfANodeIsUnderstoodWithoutTheOtherCommands(String line) {
        assertThat(Main.plainRun(line.split(" ", -1))).isEqualTo(Path.of("a.yaml"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run --help",
                "run --config",
                "run --config --help",
                "run --config @file",
                "run --config 'a.yaml'",
                "run --config=a.yaml",
                "run --standalone folder",
                "run --config a.yaml --socket b",
                "reload --config a.yaml",
                "run --config \0",
                "status"
            })
    void everythingElseIsLeftToTheCommands(String line) {
        assertThat(Main.plainRun(line.split(" ", -1))).isNull();
    }

    @Test
    void aBadConfigurationIsToldAlikeByBothWays(@TempDir Path folder) throws Exception {
        Path bad = Files.writeString(folder.resolve("gateway.yaml"), "nodes: a\n");
        for (Path file : new Path[] {bad, folder.resolve("none.yaml")}) {
            StringWriter quick = new StringWriter();
            StringWriter full = new StringWriter();
            PrintWriter out = new PrintWriter(new StringWriter());
            int exit = Main.execute(out, new PrintWriter(quick), "run", "--config", file.toString());
            assertThat(exit).isEqualTo(Failure.PROBLEM);
            assertThat(Commands.execute(out, new PrintWriter(full), "run", "--config", file.toString()))
                    .isEqualTo(exit);
            assertThat(quick.toString()).isNotEmpty().isEqualTo(full.toString());
        }
    }
}
