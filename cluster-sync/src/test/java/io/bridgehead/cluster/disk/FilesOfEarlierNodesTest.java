package io.bridgehead.cluster.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.cluster.testing.GoldenBytes;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestClock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state directory of a node that was upgraded: log and snapshot, marked under a key that is known here. */
class FilesOfEarlierNodesTest {
    private static final Bytes KEY = Bytes.utf8("a key of 32 bytes, for all tests");
    private static final String LOG = "state-log-1.hex";
    private static final String SNAPSHOT = "state-snapshot-1.hex";

    private static final EncodedRecord OLDER = EncodedRecord.of(Records.signed(
            Records.changeset("shop", Optional.empty(), Map.of("orders", "v1", "zürich", "x")), Records.stamp(1)));
    private static final EncodedRecord ORDER =
            EncodedRecord.of(Records.order("drain site=azure", Records.stamp(2), "drain"));
    private static final EncodedRecord ENDED = EncodedRecord.of(Records.orderEnd("freeze", Records.stamp(3)));

    private static final RecordVerifier NEVER = record -> {
        throw new AssertionError("a marked record was judged again: " + record);
    };

    @TempDir
    private Path directory = Path.of("");

    private final TestClock clock = new TestClock();

    @BeforeEach
    void key() throws IOException {
        Files.write(directory.resolve("mark.key"), KEY.toArray());
    }

    private Store open(RecordVerifier verifier) throws IOException {
        return DiskStore.open(directory, Retention.STANDARD, verifier, clock, new Silent());
    }

    private Bytes file(String name) throws IOException {
        return Bytes.wrap(Files.readAllBytes(directory.resolve(name)));
    }

    @Test
    void theBytesOfTheLogStayWhatTheyAre() throws IOException {
        try (Store store = open(Records.VERIFIER)) {
            store.append(OLDER);
            store.append(ORDER);
        }
        GoldenBytes.check(LOG, file("log"));
    }

    @Test
    void theBytesOfASnapshotStayWhatTheyAre() throws IOException {
        StateDirectory state = new StateDirectory(directory);
        FileLock lock = FileChannel.open(state.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .lock();
        Marks marks = new Marks(KEY.toArray());
        FileJournal journal = new FileJournal(state, marks, new Silent(), lock, FileJournal.Opening.FILES);
        journal.compact(List.of(OLDER, ENDED));
        journal.close();
        GoldenBytes.check(SNAPSHOT, file("snapshot"));
        assertThat(file("log").toUtf8()).as("begun anew").isEqualTo("BHSTATE1");
    }

    @Test
    void aNodeStartsFromThemAndJudgesNothingAgain() throws IOException {
        Files.write(directory.resolve("log"), GoldenBytes.stored(LOG).toArray());
        Files.write(directory.resolve("snapshot"), GoldenBytes.stored(SNAPSHOT).toArray());
        try (Store store = open(NEVER)) {
            assertThat(store.heads().get("shop"))
                    .extracting(head -> head.record().bytes())
                    .isEqualTo(OLDER.bytes());
            assertThat(Records.active(store, "shop")).isEqualTo(Map.of("orders", "v1", "zürich", "x"));
            assertThat(store.latest(Kind.ORDER))
                    .extracting(EncodedRecord::bytes)
                    .containsExactlyInAnyOrder(ORDER.bytes(), ENDED.bytes());
        }
        assertThat(file("log")).as("as it was").isEqualTo(GoldenBytes.stored(LOG));
    }

    @Test
    void underAnotherKeyTheyAreJudgedAgain() throws IOException {
        Files.write(
                directory.resolve("mark.key"),
                Bytes.utf8("another key of 32 bytes, instead").toArray());
        Files.write(directory.resolve("log"), GoldenBytes.stored(LOG).toArray());
        int[] judged = {0};
        try (Store store = open(record -> {
            judged[0]++;
            return Records.VERIFIER.verify(record);
        })) {
            assertThat(store.latest(Kind.ORDER)).hasSize(1);
        }
        assertThat(judged[0]).isEqualTo(2);
    }

    /** There is nothing to say of files that are whole. */
    private static final class Silent implements StoreObserver {
        @Override
        public void tornTailCut(Path log, long bytes) {
            throw new AssertionError("cut " + log);
        }

        @Override
        public void corruptFileSetAside(Path file, Path kept, int entries, String reason) {
            throw new AssertionError(file + " was set aside: " + reason);
        }

        @Override
        public void storedRecordRefused(EncodedRecord record, String reason) {
            throw new AssertionError(record + " was refused: " + reason);
        }

        @Override
        public void snapshotWritten(Path snapshot, int entries, long bytes) {}

        @Override
        public void writeFailed(Path file, IOException problem) {
            throw new AssertionError(file + ": " + problem);
        }
    }
}
