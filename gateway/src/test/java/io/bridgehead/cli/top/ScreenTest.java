package io.bridgehead.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class ScreenTest {
    private static final Terminal.Size SMALL = new Terminal.Size(24, 80);

    private static JsonObject overview(int services) {
        JsonArray traffic = new JsonArray();
        for (int i = 0; i < services; i++) {
            traffic.add(new JsonObject()
                    .put(
                            "service",
                            String.format(
                                    Locale.ROOT, "service-%02d-with-a-name-that-is-longer-than-most-names-are", i))
                    .put("from", "aws-use1")
                    .put("to", "azure-weu")
                    .put("rate", i + ".5/s")
                    .put("errors", i == 3 ? "12.0%" : "0%")
                    .put("p99", 100 - i + " ms"));
        }
        return new JsonObject()
                .put(
                        "status",
                        new JsonObject().put("node", "aws-a").put("site", "aws").put("healthy", true))
                .put("traffic", traffic)
                .put(
                        "sites",
                        new JsonArray()
                                .add(new JsonObject().put("site", "azure").put("reachable", false)))
                .put(
                        "tunnels",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("address", "127.0.0.1:15008")
                                        .put("state", "up")
                                        .put("roundTrip", "1.20 ms")));
    }

    @Test
    void everythingFitsAScreenOf24By80() {
        List<String> lines = new Screen(false).lines(overview(40), Screen.Order.RATE, SMALL);
        assertThat(lines)
                .hasSizeLessThanOrEqualTo(24)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(String.join("\n", lines))
                .contains("aws-a in site aws", "SERVICE", "service-39", "more", "1.20 ms", "azure");
        assertThat(new Screen(false).lines(overview(40), Screen.Order.RATE, new Terminal.Size(3, 10)))
                .hasSize(3);
    }

    @Test
    void servicesAreSorted() {
        assertThat(first(Screen.Order.RATE)).startsWith("service-04");
        assertThat(first(Screen.Order.ERRORS)).startsWith("service-03");
        assertThat(first(Screen.Order.P99)).startsWith("service-00");
        assertThat(first(Screen.Order.NAME)).startsWith("service-00");
    }

    private static String first(Screen.Order order) {
        return new Screen(false).lines(overview(5), order, SMALL).get(4);
    }

    @Test
    void whatIsNotWellIsRedOnlyInColour() {
        assertThat(String.join("", new Screen(false).lines(overview(5), Screen.Order.RATE, SMALL)))
                .doesNotContain("\u001b");
        assertThat(new Screen(true)
                        .lines(overview(5), Screen.Order.ERRORS, SMALL)
                        .get(4))
                .startsWith("\u001b[31mservice-03");
    }
}
