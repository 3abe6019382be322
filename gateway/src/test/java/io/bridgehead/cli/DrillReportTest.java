package io.bridgehead.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a drill prints, and what it reads of a node. */
final class DrillReportTest {
    private static final DrillProbes.Sum GOOD = new DrillProbes.Sum(600, 0, 0, 3, 41, List.of());

    @Test
    void sayAllThatWasMeasured() {
        DrillReport report = new DrillReport(
                "site aws lost for service shop",
                Duration.ofMillis(30_040),
                false,
                GOOD,
                new DrillReport.Shares(0.9, 52, Map.of("azure", 1.0), 30_310, 31_000, "serves"),
                new TreeMap<>(Map.of("azure", 590L, "", 2L)));
        assertThat(report.lines())
                .containsExactly(
                        "drill      site aws lost for service shop, for 30.0 s",
                        "probes     600 sent, 0 lost",
                        "stall      longest answer 41 ms, usually 3 ms",
                        "shift      52 ms until the site had no share, 90% before",
                        "went to    azure 100%",
                        "answered   2 by no site, 590 by azure (every request of the service that this node answered meanwhile)",
                        "back       30.3 s until it had a share again, 31.0 s until it had its whole share");
        assertThat(report.json().getLong("shiftMillis")).isEqualTo(52);
    }

    @Test
    void sayWhatDidNotHappen() {
        DrillReport report = new DrillReport(
                "site aws lost for service shop",
                Duration.ofSeconds(2),
                true,
                new DrillProbes.Sum(40, 3, 0, 3, 4, List.of("answered 503 after 9 ms")),
                new DrillReport.Shares(
                        1, DrillReport.NEVER, Map.of(), DrillReport.NEVER, DrillReport.NEVER, "no endpoint is fit"),
                Map.of());
        assertThat(report.lines())
                .containsExactly(
                        "drill      site aws lost for service shop, for 2.0 s, ended early",
                        "probes     40 sent, 3 lost: answered 503 after 9 ms",
                        "stall      longest answer 4 ms, usually 3 ms",
                        "shift      the site kept a share",
                        "went to    nowhere",
                        "answered   nothing",
                        "back       not its whole share: no endpoint is fit");
        assertThat(report.json().getValue("backMillis")).isNull();
    }

    @Test
    void readSharesAndSeriesOfOneService() {
        DrillShares shares = new DrillShares(new JsonArray()
                .add(new JsonObject().put("site", "aws").put("weight", 0.7).put("reason", "serves"))
                .add(new JsonObject().put("site", "azure").put("weight", 0.0).put("reason", "not needed")));
        assertThat(shares.serving()).containsOnlyKeys("aws");
        assertThat(shares.has("aws", 0.7)).isTrue();
        assertThat(shares.has("aws", 0.71)).isFalse();
        assertThat(shares.reason("gcp")).isEqualTo("is not used");
        assertThat(DrillShares.answered("""
                        # TYPE http_server_request_duration_seconds histogram
                        http_server_request_duration_seconds_count{service="shop",source_site="aws",destination_site="aws"} 7.0
                        http_server_request_duration_seconds_count{service="shop",source_site="aws",destination_site="azure"} 2
                        http_server_request_duration_seconds_count{service="shop",destination_site="azure",error_type="x"} 1
                        http_server_request_duration_seconds_count{service="other",destination_site="azure"} 9
                        http_server_request_duration_seconds_sum{service="shop",destination_site="azure"} 9
                        """, "shop")).containsExactly(Map.entry("aws", 7L), Map.entry("azure", 3L));
    }
}
