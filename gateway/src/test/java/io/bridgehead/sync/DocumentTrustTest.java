package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryStore;
import io.bridgehead.tls.TestAuthority;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A document that its revision's signer may not publish here is left out and named; the rest is served. */
final class DocumentTrustTest {
    private static final RevisionTrust TEAM = new RevisionTrust() {
        @Override
        public boolean test(Revision revision) {
            return true;
        }

        @Override
        public boolean allowsDocument(String signer, String source, String document) {
            return !source.equals("shop") || document.startsWith("Service/orders-");
        }
    };

    private final Store store = MemoryStore.create(TestAuthority.CLOCK);
    private final LoneNode node = new LoneNode("node", store, TEAM);

    @BeforeEach
    void publish() throws IOException {
        new Chain(store, "shop").then(1, "", Map.of("Service/orders-eu", "good", "Service/bank", "bad"));
        new Chain(store, "other").then(2, "", Map.of("Service/mail", "good"));
    }

    @Test
    void theRestIsServed() {
        ActiveDocuments active = node.state.documents();
        assertThat(active.sources().get("shop")).containsExactly(Map.entry("Service/orders-eu", "good"));
        assertThat(active.sources().get("other")).containsOnlyKeys("Service/mail");
        assertThat(active.revision()).as("it is the same revision everywhere").contains("shop@1-", "other@1-");
    }

    @Test
    void itIsNamed() {
        assertThat(node.state.leftOut())
                .singleElement()
                .asString()
                .startsWith(
                        "source 'shop': Service/bank, signed by spiffe://td.test/operator/ann, is none of the documents")
                .endsWith("it is not served here");
    }

    @Test
    void earlierRevisionsThatStandInAreFilteredAndHistoryIsWhole() {
        assertThat(node.state.history().said("shop", 8))
                .singleElement()
                .satisfies(said -> assertThat(said.texts()).containsOnlyKeys("Service/orders-eu"));
        assertThat(node.state.history().find("shop", "1"))
                .isInstanceOfSatisfying(
                        RevisionHistory.Kept.class,
                        kept -> assertThat(kept.documents()).hasSize(2));
    }

    @Test
    void aProposalWithOneIsObjectedTo() {
        assertThat(node.state.objection(LoneNode.proposal(node, "shop", 1)))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .contains(
                                "source 'shop': Service/a, signed by ",
                                "keep what others publish in sources of their own"));
        assertThat(node.state.objection(LoneNode.proposal(node, "other", 1))).isEmpty();
    }
}
