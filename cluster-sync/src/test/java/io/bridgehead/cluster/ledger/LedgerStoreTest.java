package io.bridgehead.cluster.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.Ancestry;
import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.Listing;
import io.bridgehead.cluster.api.Manifest;
import io.bridgehead.cluster.api.Order;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Revision;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.UnsignedRecord;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LedgerStoreTest {
    private static final Retention FEW = new Retention(3, 1L << 20, 2, Duration.ofDays(7));

    /** Compacts after each record. */
    private static final Journal EAGER = new Journal() {
        @Override
        public void append(EncodedRecord record) {}

        @Override
        public void compactIfLong(Supplier<List<EncodedRecord>> everything) {
            assertThat(everything.get()).isNotNull();
        }

        @Override
        public void close() {}
    };

    private final TestClock clock = new TestClock();
    private final Store store = new LedgerStore(Journal.NONE, List.of(), Retention.STANDARD, clock);

    @Test
    void aRevisionIsActiveWhenAllItsContentsAreThere() throws IOException {
        EncodedRecord first = full(Optional.empty(), 1, Map.of("a", "1", "b", "1"));
        Revision parent = revision(first);
        EncodedRecord second = carrying(parent, 2, Map.of("a", "2", "b", "1"), Map.of("a", "2"));
        List<Revision> swaps = new ArrayList<>();
        store.onSwap(swaps::add);

        assertThat(store.append(second)).isTrue();
        assertThat(store.heads()).containsKey("s");
        assertThat(store.active()).isEmpty();
        assertThat(store.append(first)).isTrue();
        assertThat(Records.active(store, "s")).isEqualTo(Map.of("a", "2", "b", "1"));
        assertThat(swaps).extracting(Revision::record).containsExactly(second);
        assertThat(store.live().values()).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void theActiveRevisionStaysWhileTheNewerOneIsIncomplete() throws IOException {
        EncodedRecord first = full(Optional.empty(), 1, Map.of("a", "1"));
        store.append(first);
        EncodedRecord missing = full(Optional.of(revision(first)), 2, Map.of("b", "2"));
        store.append(carrying(revision(missing), 3, Map.of("b", "2", "c", "3"), Map.of("c", "3")));
        assertThat(Records.active(store, "s")).isEqualTo(Map.of("a", "1"));
        store.append(missing);
        assertThat(Records.active(store, "s")).isEqualTo(Map.of("b", "2", "c", "3"));
    }

    @Test
    void theOrderOfArrivalDoesNotMatter() throws IOException {
        EncodedRecord root = full(Optional.empty(), 1, Map.of("a", "1"));
        EncodedRecord left = full(Optional.of(revision(root)), 2, Map.of("a", "left"));
        EncodedRecord right = full(Optional.of(revision(root)), 3, Map.of("a", "right"));
        for (List<EncodedRecord> order :
                List.of(List.of(root, left, right), List.of(right, left, root), List.of(left, root, right))) {
            Store one = new LedgerStore(Journal.NONE, List.of(), Retention.STANDARD, clock);
            for (EncodedRecord record : order) {
                one.append(record);
            }
            assertThat(Records.active(one, "s")).isEqualTo(Map.of("a", "right"));
            assertThat(one.conflicts("s"))
                    .extracting(lost -> lost.stamp().millis())
                    .containsExactly(2L);
            assertThat(one.live().values()).containsExactlyInAnyOrder(left, right);
        }
    }

    @Test
    void aJoinerWithTheLiveRecordsAloneSeesTheSame() throws IOException {
        Optional<Revision> parent = Optional.empty();
        for (int i = 1; i <= 10; i++) {
            EncodedRecord next = parent.isEmpty()
                    ? full(parent, i, Map.of("a", "0", "b", "" + i))
                    : carrying(parent.get(), i, Map.of("a", "0", "b", "" + i), Map.of("b", "" + i));
            store.append(next);
            parent = Optional.of(revision(next));
        }
        Collection<EncodedRecord> live = store.live().values();
        assertThat(live).hasSize(2);
        Store joiner = new LedgerStore(Journal.NONE, live, Retention.STANDARD, clock);
        assertThat(Records.active(joiner, "s")).isEqualTo(Map.of("a", "0", "b", "10"));
        assertThat(joiner.conflicts("s")).isEmpty();
        assertThat(joiner.live().keySet()).isEqualTo(store.live().keySet());
    }

    /** As after a split in which each side went on alone. */
    @Test
    void whatLostIsShownWithoutTheRevisionsBetween() throws IOException {
        EncodedRecord root = full(Optional.empty(), 1, Map.of("a", "1"));
        EncodedRecord ours = full(Optional.of(revision(root)), 2, Map.of("a", "ours"));
        List<EncodedRecord> theirs = new ArrayList<>(List.of(root));
        for (int i = 3; i <= 6; i++) {
            Revision parent = revision(theirs.getLast());
            Changeset next = Records.changeset("s", Optional.of(parent), Map.of("a", "theirs " + i));
            theirs.add(Records.encoded(Records.signed(
                    next.descendingFrom(Ancestry.of(next.parents(), Ancestry.named(parent.changeset()))),
                    Records.stamp(i))));
        }
        store.append(root);
        store.append(ours);
        store.append(theirs.getLast());
        assertThat(store.conflicts("s"))
                .extracting(lost -> lost.stamp().millis())
                .containsExactly(2L);
        assertThat(store.live().values()).containsExactlyInAnyOrder(ours, theirs.getLast());
        store.append(theirs.get(2));
        assertThat(store.conflicts("s"))
                .as("an ancestor of the head is not lost")
                .hasSize(1);
    }

    /** One operator who applies on both sides of a cut within a millisecond. */
    @Test
    void twoRecordsWithOneStampAreOrderedAlikeEverywhere() throws IOException {
        EncodedRecord left = full(Optional.empty(), 1, Map.of("a", "left"));
        EncodedRecord right = full(Optional.empty(), 1, Map.of("a", "right"));
        EncodedRecord drain = Records.encoded(Records.order("site-b", Records.stamp(1), "drain"));
        EncodedRecord undrain = Records.encoded(Records.order("site-b", Records.stamp(1), "undrain"));
        Store other = new LedgerStore(Journal.NONE, List.of(), Retention.STANDARD, clock);
        for (EncodedRecord record : List.of(left, right, drain, undrain)) {
            store.append(record);
        }
        for (EncodedRecord record : List.of(undrain, drain, right, left)) {
            other.append(record);
        }
        assertThat(other.heads()).isEqualTo(store.heads());
        assertThat(other.live().keySet()).isEqualTo(store.live().keySet());
        assertThat(other.latest(Kind.ORDER)).hasSize(1).isEqualTo(store.latest(Kind.ORDER));
    }

    @Test
    void historyIsBoundedAndKeepsWhatTheHeadNeeds() throws IOException {
        Store few = new LedgerStore(Journal.NONE, List.of(), FEW, clock);
        EncodedRecord first = full(Optional.empty(), 1, Map.of("a", "0", "b", "1"));
        few.append(first);
        Revision parent = revision(first);
        EncodedRecord second = carrying(parent, 2, Map.of("a", "0", "b", "2"), Map.of("b", "2"));
        few.append(second);
        parent = revision(second);
        for (int i = 3; i <= 9; i++) {
            EncodedRecord next = carrying(parent, i, Map.of("a", "0", "b", "" + i), Map.of("b", "" + i));
            few.append(next);
            parent = revision(next);
        }
        assertThat(few.history("s")).extracting(line -> line.id().number()).containsExactly(9L, 8L, 7L, 1L);
        assertThat(Records.active(few, "s")).isEqualTo(Map.of("a", "0", "b", "9"));
        assertThat(few.knows(second)).isTrue();
        assertThat(few.append(second)).isFalse();
    }

    @Test
    void aSourceEndsAndStaysEnded() throws IOException {
        EncodedRecord first = full(Optional.empty(), 1, Map.of("a", "1"));
        store.append(first);
        store.append(full(Optional.of(revision(first)), 2, Map.of()));
        assertThat(Records.active(store, "s")).isEmpty();
        assertThat(store.append(first)).isFalse();
        assertThat(store.heads().get("s"))
                .extracting(head -> head.changeset().isEnd())
                .isEqualTo(true);
    }

    @Test
    void otherKindsKeepTheNewestOfEachSubject() throws IOException {
        Store few = new LedgerStore(Journal.NONE, List.of(), FEW, clock);
        EncodedRecord newer = EncodedRecord.of(Records.order("x", Records.stamp(2), "undrain"));
        assertThat(few.append(newer)).isTrue();
        assertThat(few.append(EncodedRecord.of(Records.order("x", Records.stamp(1), "drain"))))
                .isFalse();
        assertThat(few.latest(Kind.ORDER)).containsExactly(newer);
        few.append(EncodedRecord.of(Records.order("y", Records.stamp(3), "pin")));
        assertThatThrownBy(() -> few.append(EncodedRecord.of(Records.order("z", Records.stamp(4), "pin"))))
                .hasMessageContaining("has 2 records of kind order");
        assertThat(few.newestStamp()).contains(Records.stamp(3));
    }

    @Test
    void anOrderIsRememberedForDaysAfterItsEnd() throws IOException {
        Store compacting = new LedgerStore(EAGER, List.of(), Retention.STANDARD, clock);
        long now = clock.millis();
        EncodedRecord ended = order("azure", now, Optional.empty(), true);
        EncodedRecord expires =
                order("aws", now, Optional.of(Instant.ofEpochMilli(now).plus(Duration.ofDays(1))), false);
        EncodedRecord stays = order("gcp", now, Optional.empty(), false);
        compacting.append(order("azure", now - 1, Optional.empty(), false));
        compacting.append(ended);
        compacting.append(expires);
        compacting.append(stays);
        assertThat(compacting.latest(Kind.ORDER)).containsExactlyInAnyOrder(ended, expires, stays);

        clock.advance(Duration.ofDays(7).plusSeconds(1));
        compacting.append(order("other", now + 1, Optional.empty(), false));
        assertThat(compacting.latest(Kind.ORDER)).doesNotContain(ended).contains(expires, stays);

        clock.advance(Duration.ofDays(1));
        compacting.append(order("another", now + 2, Optional.empty(), false));
        assertThat(compacting.latest(Kind.ORDER)).doesNotContain(ended, expires).contains(stays);
    }

    @Test
    void anOrderIsAboutItsRecordsSubject() {
        Order order = new Order("drain", "", "azure", "", "why", "", Instant.EPOCH, Optional.empty(), false);
        EncodedRecord wrong = EncodedRecord.of(
                new UnsignedRecord(Kind.ORDER, "drain site=aws", Records.OPERATOR, Records.stamp(1), order.encode())
                        .signed(Records.GOOD, List.of(Records.GOOD)));
        assertThatThrownBy(() -> store.append(wrong)).hasMessageContaining("order is about \"drain site=azure\"");
        assertThat(store.latest(Kind.ORDER)).isEmpty();
    }

    private static EncodedRecord order(String site, long millis, Optional<Instant> until, boolean ended) {
        Order order = new Order("drain", "", site, "", "why", "", Instant.ofEpochMilli(millis), until, ended);
        return EncodedRecord.of(Records.signed(order, Records.stamp(millis)));
    }

    @Test
    void healthAndWhatIsNoChangesetAreNotStored() {
        EncodedRecord health = EncodedRecord.of(Records.health(Records.node("a", "n1"), 1, 1, Records.stamp(1), "fit"));
        assertThatThrownBy(() -> store.append(health)).hasMessageContaining("expected one that is stored");
        EncodedRecord broken = EncodedRecord.of(
                new UnsignedRecord(Kind.CHANGESET, "s", Records.OPERATOR, Records.stamp(1), Bytes.utf8("?"))
                        .signed(Records.GOOD, List.of(Records.GOOD)));
        assertThatThrownBy(() -> store.append(broken)).hasMessageContaining("changeset: version is 63");
        assertThat(store.heads()).isEmpty();
    }

    private static EncodedRecord full(Optional<Revision> parent, long millis, Map<String, String> documents) {
        return EncodedRecord.of(Records.signed(Records.changeset("s", parent, documents), Records.stamp(millis)));
    }

    private static EncodedRecord carrying(
            Revision parent, long millis, Map<String, String> documents, Map<String, String> carried) {
        TreeMap<String, Bytes> contents = new TreeMap<>();
        carried.forEach((name, text) -> contents.put(name, Bytes.utf8(text)));
        Changeset changeset = Records.carrying("s", Optional.of(parent), documents, contents);
        return EncodedRecord.of(Records.signed(changeset, Records.stamp(millis)));
    }

    private static Revision revision(EncodedRecord record) {
        Changeset changeset = Entry.of(record).changeset();
        Manifest manifest = ((Listing.Whole) changeset.listing()).manifest();
        return new Revision(changeset.id(), changeset, Optional.of(manifest), record, true);
    }
}
