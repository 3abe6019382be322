package io.bridgehead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rates and latencies of counts. */
final class TrafficRatesTest {
    private static JsonObject reading(long started, long at, long requests, long failed, List<Integer> within) {
        return new JsonObject()
                .put("atMillis", at)
                .put("startedMillis", started)
                .put("boundsMillis", new JsonArray(List.of(10, 100)))
                .put(
                        "traffic",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("service", "shop")
                                        .put("from", "aws")
                                        .put("to", "azure")
                                        .put("requests", requests)
                                        .put("failed", failed)
                                        .put("refused", 0)
                                        .put("within", new JsonArray(within))));
    }

    private static JsonObject row(JsonObject answer) {
        return answer.getJsonArray("traffic").getJsonObject(0);
    }

    @Test
    void sinceTheStartIsAllThereIs() {
        JsonObject row = row(TrafficRates.sinceTheStart(reading(0, 10_000, 100, 5, List.of(50, 98))));
        assertThat(row.getString("rate")).isEqualTo("10.0/s");
        assertThat(row.getString("errors")).isEqualTo("5.0%");
        assertThat(row.getString("p50")).isEqualTo("10.0 ms");
        assertThat(row.getString("p95")).as("within 10 to 100 ms, 45 of 48").isEqualTo("94.4 ms");
        assertThat(row.getString("p99")).as("longer than the last bound").isEqualTo(">100 ms");
    }

    @Test
    void betweenTwoReadingsIsTheDifference() {
        JsonObject answer = TrafficRates.between(
                reading(0, 10_000, 100, 5, List.of(100, 100)), reading(0, 12_000, 104, 5, List.of(100, 104)));
        assertThat(answer.getLong("overMillis")).isEqualTo(2_000);
        assertThat(row(answer).getLong("requests")).isEqualTo(4);
        assertThat(row(answer).getString("rate")).isEqualTo("2.0/s");
        assertThat(row(answer).getString("errors")).isEqualTo("0%");
        assertThat(row(answer).getString("p50")).isEqualTo("55.0 ms");
    }

    @Test
    void aNodeThatHasStartedAnewCountsFromThen() {
        JsonObject answer = TrafficRates.between(
                reading(0, 10_000, 100, 5, List.of(100, 100)), reading(11_000, 12_000, 3, 0, List.of(3, 3)));
        assertThat(row(answer).getString("rate")).isEqualTo("3.0/s");
    }

    @Test
    void routesAreCountedForThemselves() {
        JsonObject before = reading(0, 10_000, 100, 5, List.of(100, 100));
        JsonObject after = reading(0, 12_000, 110, 6, List.of(110, 110));
        for (JsonObject answer : List.of(before, after)) {
            long requests = answer.equals(before) ? 10 : 14;
            answer.put(
                    "routes",
                    new JsonArray()
                            .add(row(answer)
                                    .copy()
                                    .put("route", "carts")
                                    .put("requests", requests)
                                    .put("failed", 0)));
        }
        JsonObject route =
                TrafficRates.between(before, after).getJsonArray("routes").getJsonObject(0);
        assertThat(route.getString("rate")).isEqualTo("2.0/s");
        assertThat(route.getString("errors")).isEqualTo("0%");
        assertThat(row(after).getString("rate")).isEqualTo("5.0/s");
        assertThat(row(after).getString("errors")).isEqualTo("10.0%");
    }

    @Test
    void nothingHasNoShareAndNoLatency() {
        JsonObject row = row(TrafficRates.sinceTheStart(reading(0, 10_000, 0, 0, List.of(0, 0))));
        assertThat(row.getString("rate")).isEqualTo("0/s");
        assertThat(row.getString("errors")).isEqualTo("-");
        assertThat(row.getString("p99")).isEqualTo("-");
    }
}
