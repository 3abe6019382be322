package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.schema.Golden;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} says what the tables of meters, labels and aliases say. */
final class SignalManualTest {
    private static final String INTRODUCTION = """
            # Metrics reference

            Every meter of a node. [signals.md](signals.md#metrics) says where they are read and what `error.type`, `reason` and `culprit`
            can be; [packaging/observability](../packaging/observability/README.md) has dashboards and alerts.

            Names are those of OpenTelemetry's semantic conventions where these have one. By OTLP a meter has the name in the first column,
            at `/metrics` that in the second: a histogram there has `_bucket`, `_count` and `_sum`, and beside it a gauge `_max`, the most in
            the last minutes. What nothing was counted for yet is often not there. Meters under `jvm`, `process` and `system` are those of
            the Java runtime and the process, under Micrometer's names. Every series has the labels `node` and `site` besides.
            By OTLP, units are written out: `s` is `seconds` and `By` is `bytes` there.

            This page is written from the tables that the node itself works with:
            `mvn -pl gateway -am test -Dtest=SignalManualTest -Dsurefire.failIfNoSpecifiedTests=false -Dbridgehead.golden=write`.
            """;

    @Test
    void pageListsEveryMeter() {
        Golden.check(Path.of("../docs/metrics.md"), MetricsPage.of(INTRODUCTION));
    }

    @Test
    void everyLabelHasAMeaningAndIsUsed() {
        Set<String> used = new HashSet<>(Set.of(Tag.NODE, Tag.SITE));
        Arrays.stream(Signal.values()).forEach(signal -> used.addAll(signal.tags()));
        assertThat(Tag.meanings().keySet()).isEqualTo(used);
    }

    @Test
    void noTwoMetersHaveOneName() {
        assertThat(Arrays.stream(Signal.values()).map(MetricsPage::shown)).doesNotHaveDuplicates();
    }
}
