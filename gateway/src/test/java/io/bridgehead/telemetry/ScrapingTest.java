package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** All meters can be asked for while some are replaced. */
final class ScrapingTest {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusRegistry scraped = new PrometheusRegistry();
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, scraped, io.micrometer.core.instrument.Clock.SYSTEM);

    @Test
    void whatIsTwiceOnceIsAskedForAgain() {
        AtomicInteger asked = new AtomicInteger();
        scraped.register(() -> snapshot(asked.incrementAndGet() == 1 ? 2 : 1));
        assertThat(Scraping.of(registry, TYPE)).contains("twice 1.0");
        assertThat(asked).hasValue(2);
    }

    @Test
    void whatIsTwiceForGoodIsTold() {
        scraped.register(() -> snapshot(2));
        assertThatThrownBy(() -> Scraping.of(registry, TYPE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Duplicate labels");
    }

    private static MetricSnapshot snapshot(int times) {
        GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name("twice");
        for (int i = 0; i < times; i++) {
            builder.dataPoint(
                    GaugeSnapshot.GaugeDataPointSnapshot.builder().value(1).build());
        }
        return builder.build();
    }
}
