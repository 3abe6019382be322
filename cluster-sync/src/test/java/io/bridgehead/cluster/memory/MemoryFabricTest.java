package io.bridgehead.cluster.memory;

import static io.bridgehead.cluster.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.CommitResult;
import io.bridgehead.cluster.api.Fabric;
import io.bridgehead.cluster.api.FabricParts;
import io.bridgehead.cluster.testing.FabricContract;
import io.bridgehead.cluster.testing.Records;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryFabricTest extends FabricContract {
    private final MemoryHub hub = new MemoryHub(Runnable::run);

    @Override
    protected Fabric create(FabricParts parts) {
        return hub.node(parts);
    }

    @Test
    void afterASplitBothKeepTheNewerAndReportTheOther() {
        Node a = start("a", "n1");
        Node b = start("b", "n1");
        joined(2, a, b);
        commit(a, Map.of("x", "1"));
        hub.split(Set.of("b/n1"));
        joined(1, a, b);
        assertThat(commit(a, Map.of("x", "older"))).isInstanceOf(CommitResult.Committed.class);
        assertThat(commit(b, Map.of("x", "newer"))).isInstanceOf(CommitResult.Committed.class);
        hub.heal();
        eventually(
                "both serve the newer",
                () -> Records.active(a.store(), "team-a").equals(Map.of("x", "newer"))
                        && Records.active(b.store(), "team-a").equals(Map.of("x", "newer")));
        assertThat(a.store().conflicts("team-a")).hasSize(1);
        assertThat(b.store().conflicts("team-a")).isEqualTo(a.store().conflicts("team-a"));
        assertThat(b.fabric().state().merges()).isEqualTo(1);
    }
}
