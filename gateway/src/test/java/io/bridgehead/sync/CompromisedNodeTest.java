package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Fault;
import io.bridgehead.cluster.api.Receipt;
import io.bridgehead.cluster.api.SignedRecord;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.sync.Reader.Trust;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.TestAuthority;
import io.bridgehead.tls.TestAuthority.Svid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who holds one node's key, or an operator's with a wrong clock, can send to another site: each is refused with its cause, and nothing moves. */
final class CompromisedNodeTest {
    private static final TestAuthority ROOT = TestAuthority.root("root");
    private static final Instant NOW = TestAuthority.NOW;
    private static final SpiffeId ANN = SpiffeId.operator(TestAuthority.TRUST_DOMAIN, "ann");
    private static final SpiffeId VICTIM = TestAuthority.gateway("aws", "aws-a");
    private static final KeyMaterial OPERATOR = ROOT.material(ANN);
    private static final KeyMaterial BAD = ROOT.material(TestAuthority.gateway("azure", "azure-a"));

    @TempDir
    private Path folder;

    private Reader reader;

    @BeforeEach
    void open() throws IOException {
        reader = new Reader(
                folder.resolve("state"),
                ROOT.material(TestAuthority.gateway("gcp", "gcp-a")),
                Trust.operators(),
                TestAuthority.CLOCK);
        assertThat(reader.receive(Reader.changeset(OPERATOR, "shop", NOW.minusSeconds(10))))
                .isInstanceOf(Receipt.Accepted.class);
    }

    @AfterEach
    void nothingMoved() {
        assertThat(reader.store.heads().keySet()).containsExactly("shop");
        assertThat(reader.store.heads().values())
                .allSatisfy(head -> assertThat(head.record().record().origin()).isEqualTo(ANN.toString()));
        assertThat(reader.hybrid.next().millis()).as("its stamps stay sane").isEqualTo(NOW.toEpochMilli());
        reader.close();
    }

    private void refused(EncodedRecord record, Fault fault) {
        assertThat(reader.fault(record)).isEqualTo(fault);
        assertThat(reader.rejected.lines()).singleElement().satisfies(line -> {
            assertThat(line.fault()).isEqualTo(fault);
            assertThat(line.origin()).isEqualTo(record.record().origin());
        });
    }

    @Test
    void aChangesetSignedByANode() {
        refused(Reader.changeset(BAD, "shop", NOW), Fault.NOT_GRANTED);
    }

    @Test
    void aChangesetThatClaimsAnOperator() {
        SignedRecord claimed = Reader.signed(BAD, Reader.unsigned("shop", ANN.toString(), NOW));
        refused(EncodedRecord.of(claimed), Fault.ORIGIN);
    }

    @Test
    void aChangesetWithTheSignatureOfAnother() {
        SignedRecord genuine = Reader.signed(OPERATOR, Reader.unsigned("shop", ANN.toString(), NOW.minusSeconds(1)));
        SignedRecord other = Reader.unsigned("shop", ANN.toString(), NOW).signed(genuine.signature(), genuine.chain());
        refused(EncodedRecord.of(other), Fault.SIGNATURE);
    }

    @Test
    void aChangesetWithAChainOfAnotherAuthority() {
        refused(Reader.changeset(TestAuthority.root("own").material(ANN), "shop", NOW), Fault.CERTIFICATE);
    }

    @Test
    void aChangesetUnderACertificateThatANodeHasSigned() {
        TestAuthority byNode = ROOT.intermediate("node");
        KeyMaterial leaf = byNode.material(
                Svid.of(ANN.toString()).asAuthority(), TestAuthority.ecKeys(), List.of(ROOT.certificate()));
        refused(Reader.changeset(leaf, "shop", NOW), Fault.CERTIFICATE);
    }

    @Test
    void aRecordOfAnOperatorWhoseCertificateHasExpired() {
        KeyMaterial former = ROOT.material(
                Svid.of(ANN.toString()).valid(NOW.minus(Duration.ofHours(20)), NOW.minusSeconds(5)),
                TestAuthority.ecKeys(),
                List.of(ROOT.certificate()));
        refused(Reader.changeset(former, "shop", NOW.minusSeconds(6)), Fault.EXPIRED);
    }

    @Test
    void aRevisionOfAnOperatorWhoseClockIsAYearAhead() {
        refused(Reader.changeset(OPERATOR, "shop", NOW.plus(Duration.ofDays(365))), Fault.AHEAD);
        assertThat(reader.receive(Reader.changeset(OPERATOR, "shop", NOW)))
                .as("the next honest one is taken")
                .isInstanceOf(Receipt.Accepted.class);
    }

    @Test
    void anotherNodesHealth() {
        refused(Reader.health(BAD, VICTIM, NOW), Fault.ORIGIN);
    }

    @Test
    void whatAnotherNodeWantsOfRates() {
        refused(Reader.health(BAD, VICTIM.gatewayNode() + "/rates", NOW), Fault.ORIGIN);
    }

    @Test
    void healthReplayedMuchLater() {
        refused(Reader.health(ROOT.material(VICTIM), VICTIM, NOW.minus(Duration.ofMinutes(6))), Fault.STALE);
    }

    @Test
    void aReplayIsKnownAndNoNews() {
        EncodedRecord again = Reader.changeset(OPERATOR, "shop", NOW.minusSeconds(5));
        reader.receive(again);
        assertThat(reader.receive(again)).isInstanceOf(Receipt.Known.class);
        assertThat(reader.rejected.lines()).isEmpty();
    }

    @Test
    void whatAPublisherMayNoLongerPublishIsLeftOutAndTheRestIsActive() {
        assertThat(reader.receive(Reader.changeset(OPERATOR, "shop", NOW))).isInstanceOf(Receipt.Accepted.class);
        assertThat(ActiveDocuments.of(reader.store, new Texts(), _ -> true, new TreeMap<>())
                        .sources())
                .containsKey("shop");
        assertThat(ActiveDocuments.of(
                        reader.store,
                        new Texts(),
                        revision -> !revision.source().equals("shop"),
                        new TreeMap<>()))
                .isEqualTo(ActiveDocuments.of(new TreeMap<>()));
        RevisionHistory history = new RevisionHistory(reader.store, _ -> false, TreeMap::new);
        assertThat(history.seniority()).isEmpty();
        assertThat(history.said("shop", 8)).isEmpty();
        assertThat(history.lines("shop")).as("it is shown, and not served").isNotEmpty();
    }

    @Test
    void whatIsNoRecord() {
        assertThat(reader.fabric
                        .receive(Bytes.utf8("BHR"), "member")
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(Receipt.Rejected.class);
        assertThat(reader.rejected.lines()).singleElement().satisfies(line -> {
            assertThat(line.fault()).isEqualTo(Fault.MALFORMED);
            assertThat(line.carrier()).isEqualTo("member");
        });
    }
}
