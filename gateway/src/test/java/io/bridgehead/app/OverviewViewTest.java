package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** What the status page is given is bounded, and what is not well is in it. */
final class OverviewViewTest {
    private static JsonObject row(String service, String site, int fit) {
        return new JsonObject()
                .put("service", service)
                .put("site", site)
                .put("fit", fit)
                .put("total", 2)
                .put("state", "up")
                .put("orders", new JsonArray())
                .put(
                        "endpoints",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("endpoint", "10.0.0.1:80")
                                        .put("fit", fit == 2)
                                        .put("detail", "refused")));
    }

    @Test
    void whatIsNotWellComesFirstWithAllItsSites() {
        JsonArray all = new JsonArray();
        for (int i = 0; i < 3 * OverviewView.SERVICES_MAX; i++) {
            all.add(row("s" + i, "aws", 2));
        }
        all.add(row("z", "aws", 2)).add(row("z", "azure", 1));
        JsonArray shown = OverviewView.services(all);
        assertThat(shown).hasSize(OverviewView.SERVICES_MAX + 1);
        assertThat(shown.getJsonObject(0).getString("service")).isEqualTo("z");
        assertThat(shown.getJsonObject(1).getString("site")).isEqualTo("azure");
        assertThat(shown.getJsonObject(1).getJsonArray("unfit")).containsExactly("10.0.0.1:80: refused");
        assertThat(shown.getJsonObject(2).getString("service")).isEqualTo("s0");
        assertThat(shown.getJsonObject(2).containsKey("endpoints")).isFalse();
    }

    @Test
    void certificatesThatEndFirstComeFirstAndSayNothingOfFiles() {
        JsonArray shown = OverviewView.certificates(new JsonArray()
                .add(new JsonObject().put("use", "list").put("notAfter", ""))
                .add(new JsonObject().put("use", "late").put("notAfter", "2030-01-01T00:00:00Z"))
                .add(new JsonObject()
                        .put("use", "soon")
                        .put("notAfter", "2027-01-01T00:00:00Z")
                        .put("source", "/etc/x")));
        assertThat(shown.stream().map(each -> ((JsonObject) each).getString("use")))
                .containsExactly("soon", "late", "list");
        assertThat(shown.encode()).doesNotContain("/etc/x");
    }
}
