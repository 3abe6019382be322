package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.control.KnownNodes;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a node says of the others: what they serve, who is silent, and when that looks like a split. */
final class FabricStatusTest {
    private static final SiteName OWN = new SiteName("west");

    private final SortedMap<NodeName, FabricStatus.Peer> peers = new TreeMap<>();
    private final Set<SiteName> named = new HashSet<>();
    private final SortedMap<String, String> heads = new TreeMap<>(Map.of("default", "3-cccccccc"));

    private void node(String site, String node, String revision, long silentMillis) {
        peer(site, node, revision, silentMillis, silentMillis);
    }

    private void peer(String site, String node, String revision, long silentMillis, long agoMillis) {
        NodeName name = new NodeName(node);
        peers.put(name, new FabricStatus.Peer(name, new SiteName(site), revision, "0.1.0", silentMillis, agoMillis));
    }

    private FabricStatus status() {
        return FabricStatus.of(peers.values(), _ -> "cluster", heads, OWN, named::contains);
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
        peers.clear();
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
        node("azure", "azure-b", "0", FabricStatus.SILENT_MILLIS + 1);
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
        node("aws", "aws-b", "0", FabricStatus.SILENT_MILLIS + 1);
        node("aws", "aws-a", "0", 0);
        node("aws", "aws-c", "0", FabricStatus.SILENT_MILLIS + 1);
        assertThat(status().suspicion()).contains("for more than 35 s from aws-b, aws-c, azure-a, gcp-a: cut off");
    }

    @Test
    void aNodeIsMissedForAnHourWhenOthersOfItsSiteAreHeard() {
        node("azure", "azure-b", "0", 0);
        node("azure", "azure-a", "0", KnownNodes.REPLACED_MILLIS);
        assertThat(status().nodes()).hasSize(2);
        node("azure", "azure-a", "0", KnownNodes.REPLACED_MILLIS + 1);
        assertThat(status().nodes().keySet()).containsExactly(new NodeName("azure-b"));
        assertThat(status().suspicion()).isEmpty();
    }

    @Test
    void aNodeOfThisSiteIsMissedForAnHour() {
        node("azure", "azure-b", "0", 0);
        node(OWN.value(), "west-b", "0", KnownNodes.REPLACED_MILLIS);
        assertThat(status().nodes()).hasSize(2);
        node(OWN.value(), "west-b", "0", KnownNodes.REPLACED_MILLIS + 1);
        assertThat(status().nodes()).hasSize(1);
    }

    @Test
    void aSiteOfWhichNothingIsHeardIsMissedForAWeekAndForAsLongAsServicesNameIt() {
        node("azure", "azure-a", "0", KnownNodes.GIVEN_UP_MILLIS);
        node("azure", "azure-b", "0", KnownNodes.GIVEN_UP_MILLIS);
        assertThat(status().suspicion()).contains("from any node of azure; silent are azure-a, azure-b:");
        node("azure", "azure-a", "0", KnownNodes.GIVEN_UP_MILLIS + 1);
        node("azure", "azure-b", "0", KnownNodes.GIVEN_UP_MILLIS + 1);
        assertThat(status().nodes()).isEmpty();
        assertThat(status().suspicion()).isEmpty();
        named.add(new SiteName("azure"));
        assertThat(status().suspicion()).contains("from any node of azure; silent are azure-a, azure-b:");
    }

    @Test
    void whoWasHeardBeforeTheStartIsListenedToForAWhileAndThenMissed() {
        peer("azure", "azure-a", "2-bbbbbbbb", FabricStatus.SILENT_MILLIS, 600_000);
        assertThat(status().suspicion()).isEmpty();
        assertThat(row(0).getBoolean("silent")).isFalse();
        assertThat(row(0).getLong("heardMillisAgo")).isEqualTo(600_000);
        peer("azure", "azure-a", "2-bbbbbbbb", FabricStatus.SILENT_MILLIS + 1, 601_000);
        assertThat(status().suspicion()).contains("from any node of azure");
        assertThat(row(0).getBoolean("silent")).isTrue();
    }
}
