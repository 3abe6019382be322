package io.bridgehead.cluster.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.Kind;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest {
    private static final RecordVerifier NEVER = record -> {
        throw new AssertionError("a marked record was judged again: " + record);
    };

    @TempDir
    private Path directory = Path.of("");

    private final TestClock clock = new TestClock();
    private final Told told = new Told();

    @Test
    void whatWasAcknowledgedIsThereAfterARestartAndNotJudgedAgain() throws IOException {
        Map<String, String> documents = Map.of("orders", "v1");
        try (Store store = open(Records.VERIFIER)) {
            store.append(changeset(store, 1, documents));
            store.append(EncodedRecord.of(Records.order("site-b", Records.stamp(2), "drain")));
        }
        try (Store store = open(NEVER)) {
            assertThat(Records.active(store, "s")).isEqualTo(documents);
            assertThat(store.latest(Kind.ORDER)).hasSize(1);
            assertThat(store.newestStamp()).contains(Records.stamp(2));
        }
        assertThat(told.lines).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("mark.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void aLogCutAtAnyOffsetLosesNothingThatIsWhole() throws IOException {
        List<Long> ends = new ArrayList<>();
        Path log = directory.resolve("log");
        try (Store store = open(Records.VERIFIER)) {
            for (int i = 1; i <= 3; i++) {
                store.append(EncodedRecord.of(Records.order("target-" + i, Records.stamp(i), "drain")));
                ends.add(Files.size(log));
            }
        }
        byte[] whole = Files.readAllBytes(log);
        for (int cut = whole.length - 1; cut >= ends.getFirst() - 1; cut--) {
            int length = cut;
            Files.write(log, Arrays.copyOf(whole, cut));
            told.lines.clear();
            long expected = ends.stream().filter(end -> end <= length).count();
            try (Store store = open(NEVER)) {
                assertThat(store.latest(Kind.ORDER)).as("cut at %d", cut).hasSize((int) expected);
                store.append(EncodedRecord.of(Records.order("after", Records.stamp(9), "pin")));
            }
            boolean clean = ends.contains((long) cut);
            assertThat(told.lines).as("cut at %d", cut).hasSize(clean ? 0 : 1).allMatch(line -> line.startsWith("cut"));
            try (Store store = open(NEVER)) {
                assertThat(store.latest(Kind.ORDER)).hasSize((int) expected + 1);
            }
        }
    }

    @Test
    void aDamagedByteSetsTheFileAsideAndKeepsTheRest() throws IOException {
        Path log = directory.resolve("log");
        try (Store store = open(Records.VERIFIER)) {
            for (int i = 1; i <= 3; i++) {
                store.append(EncodedRecord.of(Records.order("target-" + i, Records.stamp(i), "drain")));
            }
        }
        byte[] whole = Files.readAllBytes(log);
        for (int at = 0; at < whole.length; at += 7) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(log, damaged);
            told.lines.clear();
            try (Store store = open(NEVER)) {
                assertThat(store.latest(Kind.ORDER)).as("damaged at %d", at).hasSizeGreaterThanOrEqualTo(2);
            }
            assertThat(told.lines).as("damaged at %d", at).hasSize(1).allMatch(line -> line.startsWith("aside"));
            List<Path> kept = corrupt();
            assertThat(kept).hasSize(1);
            assertThat(Files.readAllBytes(kept.getFirst())).isEqualTo(damaged);
            Files.delete(kept.getFirst());
            told.lines.clear();
            open(NEVER).close();
            assertThat(told.lines).isEmpty();
        }
    }

    @Test
    void withoutItsKeyEverythingIsJudgedAgain() throws IOException {
        try (Store store = open(Records.VERIFIER)) {
            store.append(EncodedRecord.of(Records.order("good", Records.stamp(1), "drain")));
            store.append(EncodedRecord.of(Records.forged(Records.order("bad", Records.stamp(2), "drain"))));
        }
        Files.write(directory.resolve("mark.key"), new byte[] {1, 2, 3});
        try (Store store = open(Records.VERIFIER)) {
            assertThat(store.latest(Kind.ORDER))
                    .extracting(record -> record.record().subject())
                    .containsExactly("good");
        }
        assertThat(told.lines)
                .hasSize(2)
                .anyMatch(line -> line.startsWith("aside"))
                .anyMatch(line -> line.startsWith("refused"));
    }

    @Test
    void aLongLogBecomesASnapshot() throws IOException {
        String text = "x".repeat(700_000);
        try (Store store = open(Records.VERIFIER)) {
            for (int i = 1; i <= 30; i++) {
                store.append(changeset(store, i, Map.of("big", text + i)));
            }
            store.append(EncodedRecord.of(Records.order("after", Records.stamp(99), "drain")));
        }
        assertThat(told.lines).isNotEmpty().allMatch(line -> line.startsWith("snapshot"));
        assertThat(Files.size(directory.resolve("log"))).isLessThan(12L << 20);
        try (Store store = open(NEVER)) {
            assertThat(Records.active(store, "s")).isEqualTo(Map.of("big", text + 30));
            assertThat(store.history("s")).hasSize(30);
            assertThat(store.latest(Kind.ORDER)).hasSize(1);
        }
    }

    @Test
    void twoStoresOnOneDirectoryAreRefused() throws IOException {
        try (Store _ = open(Records.VERIFIER)) {
            assertThatThrownBy(() -> open(Records.VERIFIER)).hasMessageContaining("is in use by another process");
        }
        open(Records.VERIFIER).close();
    }

    @Test
    void anInterruptedReplacementIsNotReadAndNotInTheWay() throws IOException {
        Files.write(directory.resolve("snapshot.new"), new byte[] {1, 2, 3});
        Files.write(directory.resolve("log.new"), new byte[] {1, 2, 3});
        try (Store store = open(Records.VERIFIER)) {
            assertThat(store.append(changeset(store, 1, Map.of("a", "1")))).isTrue();
        }
        assertThat(told.lines).isEmpty();
    }

    private Store open(RecordVerifier verifier) throws IOException {
        return DiskStore.open(directory, Retention.STANDARD, verifier, clock, told);
    }

    private static EncodedRecord changeset(Store store, long millis, Map<String, String> documents) {
        return EncodedRecord.of(Records.next(store, "s", Records.stamp(millis), documents));
    }

    private List<Path> corrupt() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().contains(".corrupt-")).toList();
        }
    }

    /** Remembers what the store told of its files. */
    private static final class Told implements StoreObserver {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void tornTailCut(Path log, long bytes) {
            lines.add("cut " + bytes);
        }

        @Override
        public void corruptFileSetAside(Path file, Path kept, int entries, String reason) {
            lines.add("aside " + file.getFileName() + " " + entries + " " + reason);
        }

        @Override
        public void storedRecordRefused(EncodedRecord record, String reason) {
            lines.add("refused " + record);
        }

        @Override
        public void snapshotWritten(Path snapshot, int entries, long bytes) {
            lines.add("snapshot " + entries);
        }

        @Override
        public void writeFailed(Path file, IOException problem) {
            lines.add("failed " + problem);
        }
    }
}
