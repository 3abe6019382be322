package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class SignalManualTest {
    @Test
    void theManualNamesEveryMeterWithItsLabels() throws IOException {
        String manual = Files.readString(Path.of("..", "docs", "signals.md"));
        for (Signal signal : Signal.values()) {
            String line = manual.lines()
                    .filter(row -> row.startsWith("| `" + signal.meter() + "` |"))
                    .findFirst()
                    .orElse("");
            assertThat(line).as(signal.meter()).contains(signal.meaning());
            signal.tags().forEach(tag -> assertThat(line).as(signal.meter()).contains("`" + tag + "`"));
        }
    }
}
