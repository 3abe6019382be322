package io.bridgehead.cluster.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Limits;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.Listing.Difference;
import io.bridgehead.cluster.api.Resolution;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.RevisionId;
import io.bridgehead.cluster.api.RevisionSummary;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Changesets that say only what differs from their parents: what a store makes of them, in any order, true or not. */
class DifferencesTest {
    private static final String SOURCE = "s";
    private static final Retention FEW = new Retention(3, 1L << 20, 2, Duration.ofDays(7));

    private final TestClock clock = new TestClock();
    private final SortedMap<String, String> documents = new TreeMap<>();
    private final List<EncodedRecord> written = new ArrayList<>();
    private final Store writer = store(List.of(), Retention.STANDARD);

    @Test
    void aDifferenceWaitsForWhatItIsADifferenceFrom() throws IOException {
        write(10);
        write(1);
        write(1);
        Store reader = store(List.of(), Retention.STANDARD);
        reader.append(written.get(2));
        assertThat(head(reader).known()).isEmpty();
        assertThat(head(reader).complete()).isFalse();
        reader.append(written.get(1));
        assertThat(reader.active()).isEmpty();
        assertThat(reader.resolve(Entry.of(written.get(2)).changeset()))
                .isEqualTo(new Resolution.Unresolved(
                        Entry.of(written.get(0)).summary().id()));
        reader.append(written.get(0));
        assertThat(Records.active(reader, SOURCE)).isEqualTo(documents);
        assertThat(reader.live()).isEqualTo(writer.live());
    }

    @Test
    void aDifferenceThatComesToSomethingElseIsRefused() throws IOException {
        write(10);
        write(1);
        Revision head = head(writer);
        Changeset good = next(writer, 1);
        Difference said = (Difference) good.listing();
        for (Listing bad : List.of(
                new Difference(said.base(), said.base(), said.depth(), said.documents(), said.changed()),
                new Difference(said.hash(), said.hash(), said.depth(), said.documents(), said.changed()),
                new Difference(said.base(), said.hash(), said.depth() + 1, said.documents(), said.changed()),
                new Difference(said.base(), said.hash(), said.depth(), said.documents() + 1, said.changed()),
                new Difference(said.base(), said.hash(), said.depth(), said.documents(), new TreeMap<>()))) {
            EncodedRecord record = record(Records.with(good, bad), 50);
            assertThatThrownBy(() -> writer.append(record))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected")
                    .hasMessageContaining(SOURCE);
        }
        assertThat(head(writer)).isEqualTo(head);
    }

    @Test
    void oneThatCameFirstIsGivenUpWhenItsParentSaysSomethingElse() throws IOException {
        write(10);
        write(1);
        Changeset good = next(writer, 1);
        Difference said = (Difference) good.listing();
        EncodedRecord lie = record(
                Records.with(
                        good, new Difference(said.base(), said.base(), said.depth(), said.documents(), said.changed())),
                50);
        Store reader = store(List.of(), Retention.STANDARD);
        List<Store.Contradiction> told = new ArrayList<>();
        reader.onContradiction(told::add);
        reader.append(lie);
        reader.append(written.get(0));
        assertThat(told).isEmpty();
        assertThat(head(reader).record()).isEqualTo(lie);
        assertThat(Records.active(reader, SOURCE)).hasSize(10);
        reader.append(written.get(1));
        assertThat(told).extracting(Store.Contradiction::record).containsExactly(lie);
        assertThat(told.getFirst().reason()).contains("expected");
        assertThat(Records.active(reader, SOURCE)).isEqualTo(Records.active(writer, SOURCE));
        assertThat(reader.live()).isEqualTo(writer.live());
    }

    @Test
    void afterSoManyDifferencesAllIsListedAgainAndOnlyWhatIsNeededIsLive() throws IOException {
        write(100);
        for (int i = 0; i < 2 * Limits.DIFFERENCES_MAX + 10; i++) {
            write(1);
        }
        List<Integer> depths =
                written.stream().map(record -> Entry.of(record).place().depth()).toList();
        assertThat(depths).startsWith(0, 1, 2).contains(Limits.DIFFERENCES_MAX).endsWith(7, 8);
        assertThat(Collections.max(depths)).isEqualTo(Limits.DIFFERENCES_MAX);
        List<EncodedRecord> shuffled = new ArrayList<>(writer.live().values());
        Collections.shuffle(shuffled, new Random(1));
        Store joiner = store(shuffled, Retention.STANDARD);
        assertThat(Records.active(joiner, SOURCE)).isEqualTo(documents);
        assertThat(joiner.live()).isEqualTo(writer.live());
    }

    @Test
    void whatTheHeadIsToldByIsKeptBeyondTheBoundOfHistory() throws IOException {
        Store few = store(List.of(), FEW);
        write(10);
        for (int i = 0; i < 8; i++) {
            write(1);
        }
        for (EncodedRecord record : written) {
            few.append(record);
        }
        assertThat(Records.active(few, SOURCE)).isEqualTo(documents);
        Store again = store(List.copyOf(few.live().values()), FEW);
        assertThat(Records.active(again, SOURCE)).isEqualTo(documents);
    }

    @Test
    void oldRevisionsAreThereWhileTheirChainsAre() throws IOException {
        write(10);
        Map<RevisionId, Map<String, String>> expected = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            write(1);
            expected.put(head(writer).id(), new TreeMap<>(documents));
        }
        expected.forEach((id, texts) -> {
            Revision revision = writer.revision(SOURCE, id).orElseThrow();
            Map<String, String> found = new TreeMap<>();
            writer.documents(revision).orElseThrow().forEach((name, content) -> found.put(name, content.toUtf8()));
            assertThat(found).isEqualTo(texts);
        });
        assertThat(writer.history(SOURCE))
                .extracting(RevisionSummary::documents)
                .containsOnly(10);
    }

    @Test
    void aRemovalAndAnEndAreDifferencesOrNot() throws IOException {
        write(10);
        documents.remove("d3");
        append(writer, Records.changeset(SOURCE, Optional.of(head(writer)), documents), true);
        assertThat(head(writer).changeset().listing()).isInstanceOf(Difference.class);
        assertThat(Records.active(writer, SOURCE)).isEqualTo(documents).hasSize(9);
        documents.clear();
        append(writer, Records.changeset(SOURCE, Optional.of(head(writer)), documents), true);
        assertThat(head(writer).changeset().isEnd()).isTrue();
        assertThat(Records.active(writer, SOURCE)).isEmpty();
    }

    /** So many documents are new or changed. */
    private void write(int count) throws IOException {
        append(writer, next(writer, count), false);
    }

    private Changeset next(Store store, int count) {
        for (int i = 0; i < count; i++) {
            documents.put("d" + i, "text " + written.size() + " " + i);
        }
        Optional<Revision> head = Records.head(store, SOURCE);
        Changeset whole = Records.changeset(SOURCE, head, documents);
        return head.map(parent -> Records.shorter(whole, parent)).orElse(whole);
    }

    private void append(Store store, Changeset changeset, boolean shorten) throws IOException {
        Changeset form =
                shorten ? Records.shorter(changeset, Records.head(store, SOURCE).orElseThrow()) : changeset;
        EncodedRecord record = record(form, written.size() + 1L);
        written.add(record);
        store.append(record);
    }

    private static EncodedRecord record(Changeset changeset, long millis) {
        return EncodedRecord.of(Records.signed(changeset, Records.stamp(millis)));
    }

    private Store store(List<EncodedRecord> held, Retention retention) {
        return new LedgerStore(Journal.NONE, held, retention, clock);
    }

    private static Revision head(Store store) {
        return Records.head(store, SOURCE).orElseThrow();
    }
}
