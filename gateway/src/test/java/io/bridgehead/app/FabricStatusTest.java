package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.health.SiteReport;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.sync.NodeReport;
import io.bridgehead.sync.Traffic;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a node says of the others: what they serve, who is silent, and when that looks like a split. */
final class FabricStatusTest {
    private final List<NodeReport> reports = new ArrayList<>();
    private final Map<NodeName, Long> silences = new HashMap<>();
    private final SortedMap<String, String> heads = new TreeMap<>(Map.of("default", "3-cccccccc"));

    private void node(String site, String node, String revision, long silentMillis) {
        SiteReport report = new SiteReport(new SiteName(site), new NodeName(node), 1, 1, Map.of());
        reports.add(new NodeReport(report, null, revision, "0.1.0", Traffic.NONE));
        silences.put(new NodeName(node), silentMillis);
    }

    private FabricStatus status() {
        return FabricStatus.of(reports, silences, _ -> "cluster", heads);
    }

    private JsonObject row(int i) {
        return status().rows().getJsonObject(i);
    }

    @Test
    void whatANodeDoesNotServeIsNamedWithTheHead() {
        node("aws", "aws-a", "3-cccccccc", 0);
        node("aws", "aws-b", "2-bbbbbbbb", 0);
        node("aws", "aws-c", "0", 0);
        assertThat(row(0).getJsonArray("behind")).isEmpty();
        assertThat(row(1).getJsonArray("behind")).containsExactly("default: 2-bbbbbbbb, head 3-cccccccc");
        assertThat(row(2).getJsonArray("behind")).containsExactly("default: nothing, head 3-cccccccc");
        heads.put("team", "7-dddddddd");
        reports.clear();
        node("aws", "aws-a", "default@3-cccccccc,team@7-dddddddd", 0);
        node("aws", "aws-b", "default@3-cccccccc", 0);
        node("aws", "aws-c", "3-cccccccc", 0);
        assertThat(row(0).getJsonArray("behind")).isEmpty();
        assertThat(row(1).getJsonArray("behind")).containsExactly("team: nothing, head 7-dddddddd");
        assertThat(row(2).getJsonArray("behind"))
                .as("one revision, of whatever source")
                .hasSize(2);
    }

    @Test
    void aSiteThatFellSilentLooksLikeASplitAndOneNodeOfItDoesNot() {
        node("azure", "azure-a", "0", FabricStatus.SILENT_MILLIS + 1);
        node("azure", "azure-b", "0", FabricStatus.SILENT_MILLIS);
        node("gcp", "gcp-a", "0", 0);
        assertThat(status().suspicion()).isEmpty();
        assertThat(row(0).getBoolean("silent")).isTrue();
        silences.put(new NodeName("azure-b"), FabricStatus.SILENT_MILLIS + 1);
        assertThat(status().suspicion())
                .isEqualTo("the fabric may be split: nothing was heard for more than 35 s from any node of azure;"
                        + " silent are azure-a, azure-b: cut off, or stopped");
    }

    @Test
    void moreThanHalfOfTheNodesAreOneTooHoweverTheySpread() {
        for (String site : List.of("aws", "azure", "gcp")) {
            node(site, site + "-a", "0", FabricStatus.SILENT_MILLIS + 1);
            node(site, site + "-b", "0", 0);
        }
        assertThat(status().suspicion()).as("half").isEmpty();
        silences.put(new NodeName("aws-b"), FabricStatus.SILENT_MILLIS + 1);
        silences.put(new NodeName("aws-a"), 0L);
        node("aws", "aws-c", "0", FabricStatus.SILENT_MILLIS + 1);
        assertThat(status().suspicion()).contains("for more than 35 s from aws-b, aws-c, azure-a, gcp-a: cut off");
    }

    @Test
    void aNodeThatIsGoneForLongIsNotMissed() {
        node("azure", "azure-a", "0", FabricStatus.GONE_MILLIS);
        assertThat(status().nodes()).isEmpty();
        assertThat(status().suspicion()).isEmpty();
    }
}
