package io.bridgehead.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.MalformedException;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.memory.MemoryStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A difference is judged where what it is a difference from is held; elsewhere it is neither malformed nor taken. */
class ProposalTest {
    private static final String SOURCE = "team";
    private static final String OPERATOR = "spiffe://td.test/operator/ann";

    private static final Changesets.Base NOTHING =
            new Changesets.Base(null, 0, new TreeMap<>(), Changesets.Ancestors.NONE, 0);

    private final Store writer = MemoryStore.create(Clock.systemUTC());
    private final Store reader = MemoryStore.create(Clock.systemUTC());

    @Test
    void aDifferenceIsReadWhereItsParentIs() throws Exception {
        EncodedRecord first = write();
        EncodedRecord second = next(2);
        reader.append(first);

        Proposal proposal = Proposal.of(second, reader, new Texts());

        assertThat(proposal.changeset().listing()).isInstanceOf(Listing.Difference.class);
        assertThat(proposal.documents()).hasSize(6).containsEntry("d0", "text 2");
    }

    @Test
    void whereTheParentIsNotThereItHasToWait() throws Exception {
        write();
        EncodedRecord second = next(2);

        assertThatThrownBy(() -> Proposal.of(second, reader, new Texts()))
                .isInstanceOfSatisfying(UnheldException.class, unheld -> {
                    assertThat(unheld.overtaken()).isFalse();
                    assertThat(unheld.head()).isEmpty();
                })
                .hasMessageContaining("try again in a moment, or at another node");
    }

    @Test
    void whereAnotherHeadIsAsFarSomebodyElseWasFirst() throws Exception {
        write();
        EncodedRecord second = next(2);
        for (int i = 1; i <= 2; i++) {
            String text = "of somebody else " + i;
            Changesets.Base base = reader.heads().isEmpty() ? NOTHING : Changesets.Base.of(head(reader));
            reader.append(record(draft(base, new TreeMap<>(Map.of("d0", text))), 10 + i));
        }

        assertThatThrownBy(() -> Proposal.of(second, reader, new Texts()))
                .isInstanceOfSatisfying(UnheldException.class, unheld -> {
                    assertThat(unheld.overtaken()).isTrue();
                    assertThat(unheld.head()).isEqualTo(Optional.of(head(reader).id()));
                });
    }

    @Test
    void oneThatComesToSomethingElseIsMalformed() throws Exception {
        EncodedRecord first = write();
        reader.append(first);
        Changeset good = draft(Changesets.Base.of(head(writer)), new TreeMap<>(Map.of("d0", "x")));
        Listing.Difference said = (Listing.Difference) good.listing();
        Changeset lie = new Changeset(
                good.source(),
                good.number(),
                good.parents(),
                good.author(),
                good.time(),
                good.message(),
                new Listing.Difference(said.base(), said.base(), said.depth(), said.documents(), said.changed()),
                good.contents(),
                new TreeSet<>(),
                good.ancestors());

        assertThatThrownBy(() -> Proposal.of(record(lie, 5), reader, new Texts()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("as it says");
    }

    /** The writer's first revision: six documents. */
    private EncodedRecord write() throws IOException {
        SortedMap<String, String> texts = new TreeMap<>();
        for (int i = 0; i < 6; i++) {
            texts.put("d" + i, "text 1");
        }
        return append(draft(NOTHING, texts), 1);
    }

    /** The writer's next revision: one document is another. */
    private EncodedRecord next(long millis) throws IOException {
        SortedMap<String, String> texts = new TreeMap<>();
        texts.put("d0", "text " + millis);
        return append(draft(Changesets.Base.of(head(writer)), texts), millis);
    }

    private EncodedRecord append(Changeset changeset, long millis) throws IOException {
        EncodedRecord record = record(changeset, millis);
        writer.append(record);
        return record;
    }

    private static Revision head(Store store) {
        return Objects.requireNonNull(store.heads().get(SOURCE));
    }

    private static Changeset draft(Changesets.Base base, SortedMap<String, String> texts) {
        Changesets.Cause cause = new Changesets.Cause(SOURCE, "ann", "", Instant.EPOCH, List.of());
        return Changesets.draft(base, cause, texts, new TreeSet<>()).changeset();
    }

    private static EncodedRecord record(Changeset changeset, long millis) {
        return EncodedRecord.of(changeset
                .toRecord(OPERATOR, new Stamp(millis, 0, OPERATOR))
                .signed(Bytes.utf8("any"), List.of(Bytes.utf8("certificate"))));
    }
}
