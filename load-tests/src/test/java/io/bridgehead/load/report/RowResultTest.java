package io.bridgehead.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.load.row.Figure;
import io.bridgehead.load.row.Row;
import io.bridgehead.load.setting.Setting;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Medians are of rounds; ratios are of one round each, then their median. */
final class RowResultTest {
    private final RowResult result = new RowResult(new NamedRow("small-64"), "haproxy");

    RowResultTest() {
        result.add("haproxy", new WarmUp(3, 30, 31, 0, true));
        result.add("bridgehead", new WarmUp(9, 40, 29, 0.1, false));
        for (double baseline : List.of(30.0, 60.0, 32.0)) {
            result.add("haproxy", Map.of(Figure.CPU_PER_REQUEST, baseline));
        }
        for (double own : List.of(33.0, 60.0, 16.0)) {
            result.add("bridgehead", Map.of(Figure.CPU_PER_REQUEST, own, Figure.COMPILER_SHARE, 0.0));
        }
    }

    @Test
    void aSpreadHasTheMiddleAndBothEnds() {
        assertThat(Spread.of(List.of(5.0, 1.0, 3.0))).isEqualTo(new Spread(3, 1, 5));
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Spread(3, 1, 9));
    }

    @Test
    void ratiosAreOfTheSameRound() {
        assertThat(result.ratio("bridgehead", Figure.CPU_PER_REQUEST)).contains(new Spread(1, 0.5, 1.1));
        assertThat(result.ratio("haproxy", Figure.CPU_PER_REQUEST)).isEmpty();
        assertThat(result.ratio("bridgehead", Figure.COMPILER_SHARE)).isEmpty();
    }

    @Test
    void theTableSaysWhatWasWarmAndWhatCameOut() {
        assertThat(Table.of(result)).isEqualTo("""
                small-64: a row
                  warm-up of haproxy: 3 measurements, CPU us/request 30.0 then 31.0, 0.0 % in compilers: steady
                  warm-up of bridgehead: 9 measurements, CPU us/request 40.0 then 29.0, 10.0 % in compilers: NOT steady
                                                 haproxy    bridgehead       ratio (min-max)
                CPU us/request                      32.0          33.0      1.00 (0.50-1.10)
                  of it in compilers                   -         0.000
                """);
    }

    @Test
    void theReportHoldsEveryRound(@TempDir Path folder) throws IOException {
        Report report = new Report(Map.of("machine", "this one"));
        report.add(result);
        Path file = folder.resolve("deep/report.json");
        report.write(file);
        JsonObject row =
                new JsonObject(Files.readString(file)).getJsonArray("rows").getJsonObject(0);
        JsonObject own = row.getJsonObject("settings").getJsonObject("bridgehead");
        assertThat(own.getJsonArray("rounds")).hasSize(3);
        assertThat(own.getJsonObject("ratios").getJsonObject("CPU_PER_REQUEST").getDouble("median"))
                .isEqualTo(1.0);
        assertThat(own.getJsonObject("warmUp").getBoolean("steady")).isFalse();
    }

    private record NamedRow(String name) implements Row {
        @Override
        public String meaning() {
            return "a row";
        }

        @Override
        public boolean suits(Setting setting) {
            return true;
        }

        @Override
        public Figure cost() {
            return Figure.CPU_PER_REQUEST;
        }

        @Override
        public Map<Figure, Double> saturate(Setting setting, int seconds) {
            return Map.of();
        }

        @Override
        public Map<Figure, Double> pace(Setting setting, int seconds) {
            return Map.of();
        }
    }
}
