package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Member;
import io.bridgehead.cluster.api.NodeInfo;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.health.SiteReport;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.RecordSigner;
import io.bridgehead.tls.TestAuthority;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A changeset is a difference only where every node that is known reads differences. */
final class ReadersTest {
    private static final String SOURCE = "shop";
    private static final KeyMaterial OPERATOR =
            TestAuthority.root("readers").material(SpiffeId.parse("spiffe://acme.example/operator/ann"));

    private final Store store = MemoryStore.create(TestAuthority.CLOCK);
    private final LoneNode node = new LoneNode("node", store, _ -> true);

    @BeforeEach
    void publish() throws IOException {
        new Chain(store, SOURCE).then(1, "", Map.of("Service/a", "1", "Service/b", "1", "Service/c", "1"));
        node.state.onReport(_ -> {});
    }

    private Changesets.Base base() {
        return node.state.base(SOURCE).orElseThrow();
    }

    private Proposal next(Changesets.Base base) throws Exception {
        Changesets.Cause cause = new Changesets.Cause(SOURCE, "ann", "", TestAuthority.NOW, List.of());
        byte[] record =
                Changesets.sign(base, cause, Map.of("Service/a", "2"), new TreeSet<>(), new RecordSigner(OPERATOR));
        return node.state.read(record);
    }

    private static NodeReport report(String name, int changesets) {
        SiteReport said = new SiteReport(new SiteName("azure"), new NodeName(name), 1, 1, Map.of());
        return new NodeReport(said, null, null, "0", "0.1", Traffic.NONE, changesets);
    }

    private static Member member(String name, Map<String, String> versions) {
        NodeInfo info = new NodeInfo(
                name, "azure", "", "", new TreeMap<>(versions), "spiffe://acme.example/site/azure/gateway/" + name);
        return new Member(info, "127.0.0.1:1", false);
    }

    @Test
    void aNodeThatReadsNoDifferencesHasChangesetsListAllUntilItIsUpgraded() throws Exception {
        node.hear(report("new", 3));
        Proposal difference = next(base());
        assertThat(base().depth()).isZero();
        assertThat(node.state.unreadable(difference)).isEmpty();

        node.hear(report("old", 2));
        assertThat(base().depth()).isEqualTo(Changesets.Base.NO_DIFFERENCE);
        assertThat(node.state.unreadable(difference))
                .hasValueSatisfying(reason -> assertThat(reason).contains("old (up to version 2)", "upgraded"));
        Proposal whole = next(base());
        assertThat(node.state.unreadable(whole)).isEmpty();
        assertThat(whole.documents()).as("both say the same").isEqualTo(difference.documents());

        node.hear(report("old", 4));
        assertThat(base().depth()).isZero();
        assertThat(node.state.unreadable(difference)).isEmpty();
    }

    @Test
    void aMemberThatSaysNothingOrNonsenseReadsNone() {
        node.shown = List.of(member("new", Map.of("changesets", "3")));
        assertThat(node.state.olderReaders()).isEmpty();
        for (Map<String, String> versions :
                List.of(Map.<String, String>of(), Map.of("changesets", "many"), Map.of("changesets", "1"))) {
            node.shown = List.of(member("old", versions));
            assertThat(node.state.olderReaders()).as("%s", versions).isPresent();
            assertThat(base().depth()).isEqualTo(Changesets.Base.NO_DIFFERENCE);
        }
    }

    @Test
    void whoIsQuarantinedHasNoSayAndNobodyHasMoreThanOne() {
        Readers readers = new Readers();
        for (int i = 0; i < Readers.NODES_MAX + 10; i++) {
            readers.heard(report("old-" + i, 1));
        }
        assertThat(readers.withoutDifferences(List.of())).hasSize(Readers.NODES_MAX);
        for (int i = 0; i < Readers.NODES_MAX; i++) {
            readers.forget(new NodeName("old-" + i));
        }
        assertThat(readers.sentence(List.of())).isEmpty();
    }
}
