package io.bridgehead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read off the meters of exchanges. */
final class TrafficRowTest {
    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private void ended(String service, int status, String error, long millis) {
        ended(service, "all", status, error, millis);
    }

    private void ended(String service, String route, int status, String error, long millis) {
        Timer.builder(Signal.SERVER_DURATION.meter())
                .serviceLevelObjectives(
                        TrafficRow.bounds().stream().map(Duration::ofMillis).toArray(Duration[]::new))
                .tag(Tag.SERVICE, service)
                .tag(Tag.ROUTE, route)
                .tag(Tag.SOURCE_SITE, "aws")
                .tag(Tag.DESTINATION_SITE, "azure")
                .tag(Tag.STATUS, Integer.toString(status))
                .tag(Tag.ERROR, error)
                .register(registry)
                .record(Duration.ofMillis(millis));
    }

    @Test
    void seriesOfOneServiceBetweenTwoSitesAreOneRow() {
        ended("shop", 200, "none", 3);
        ended("shop", 200, "none", 60);
        ended("shop", 503, "no-endpoint", 3);
        ended("shop", 500, "none", 20_000);
        ended("shop", 403, "denied", 3);
        ended("cart", 404, "none", 3);
        List<TrafficRow> rows = TrafficRow.of(registry);
        assertThat(rows).extracting(TrafficRow::service).containsExactly("shop", "cart");
        TrafficRow shop = rows.getFirst();
        assertThat(shop.requests()).isEqualTo(5);
        assertThat(shop.failed()).isEqualTo(2);
        assertThat(shop.refused()).isEqualTo(1);
        assertThat(shop.within().getFirst()).as("within 5 ms").isEqualTo(3);
        assertThat(shop.within().get(TrafficRow.bounds().indexOf(75L))).isEqualTo(4);
        assertThat(shop.within().getLast())
                .as("one took longer than the last bound")
                .isEqualTo(4);
        assertThat(rows.get(1).failed())
                .as("what an endpoint does not have is no failure")
                .isZero();
    }

    @Test
    void servicesWithSeveralRoutesHaveARowForEach() {
        ended("shop", "carts", 200, "none", 3);
        ended("shop", "carts", 500, "none", 60);
        ended("shop", "stock", 200, "none", 3);
        ended("lone", "only", 200, "none", 3);
        assertThat(TrafficRow.of(registry))
                .extracting(row -> row.service() + "/" + row.route() + " " + row.requests() + " " + row.failed())
                .containsExactly("shop/ 3 1", "shop/carts 2 1", "lone/ 1 0", "shop/stock 1 0");
    }
}
