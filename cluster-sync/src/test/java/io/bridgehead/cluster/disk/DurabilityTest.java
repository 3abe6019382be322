package io.bridgehead.cluster.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.cluster.testing.Records;
import io.bridgehead.cluster.testing.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is served again, whatever moment the process dies in and however full the disk is. */
class DurabilityTest {
    private static final RecordVerifier NEVER = record -> {
        throw new AssertionError("a marked record was judged again: " + record);
    };

    @TempDir
    private Path directory = Path.of("");

    private final FillingDisk disk = new FillingDisk();
    private final List<String> failed = new ArrayList<>();
    private final List<String> cut = new ArrayList<>();

    @Test
    void aLogThatEndsAtAnyByteServesTheLastRevisionThatIsWholeInIt() throws IOException {
        Path log = directory.resolve("log");
        List<Long> ends = new ArrayList<>();
        List<Map<String, String>> acknowledged = new ArrayList<>(List.of(Map.of()));
        try (Store store = open(Records.VERIFIER)) {
            for (int i = 1; i <= 4; i++) {
                Map<String, String> documents = Map.of("orders", "v" + i, "always", "same");
                store.append(changeset(store, i, documents));
                ends.add(Files.size(log));
                acknowledged.add(documents);
            }
        }
        byte[] whole = Files.readAllBytes(log);
        for (int length = whole.length; length >= 0; length--) {
            Files.write(log, Arrays.copyOf(whole, length));
            cut.clear();
            int end = length;
            int intact = (int) ends.stream().filter(last -> last <= end).count();
            try (Store store = open(NEVER)) {
                assertThat(Records.active(store, "s")).as("cut at %d", length).isEqualTo(acknowledged.get(intact));
                assertThat(store.history("s")).as("cut at %d", length).hasSize(intact);
                store.append(changeset(store, 9, Map.of("orders", "after")));
            }
            boolean clean = ends.contains((long) length) || length == Frames.TITLE.size() || length == 0;
            assertThat(cut).as("cut at %d", length).hasSize(clean ? 0 : 1);
            try (Store store = open(NEVER)) {
                assertThat(Records.active(store, "s")).as("cut at %d", length).isEqualTo(Map.of("orders", "after"));
            }
        }
    }

    @Test
    void aDiskThatFillsAtAnyByteLosesNothingThatWasAcknowledged() throws IOException {
        Map<String, String> before = Map.of("orders", "v1");
        long frame;
        try (Store store = open(Records.VERIFIER)) {
            store.append(changeset(store, 1, before));
            frame = Files.size(directory.resolve("log")) - Frames.TITLE.size();
        }
        for (long space = 0; space < frame - 64; space += 5) {
            try (Store store = open(NEVER)) {
                EncodedRecord next = changeset(store, 2, Map.of("orders", "v2"));
                disk.leave(space);
                assertThatThrownBy(() -> store.append(next)).hasMessage("No space left on device");
                assertThat(Records.active(store, "s")).isEqualTo(before);
                assertThat(store.knows(next)).isFalse();
                disk.leave(Long.MAX_VALUE);
            }
            try (Store store = open(NEVER)) {
                assertThat(Records.active(store, "s"))
                        .as("%d bytes left", space)
                        .isEqualTo(before);
            }
        }
        assertThat(failed).isNotEmpty().allMatch(line -> line.endsWith("No space left on device"));
        assertThat(cut).isEmpty();
    }

    @Test
    void whatDidNotFitIsTakenWhenThereIsSpaceAgain() throws IOException {
        try (Store store = open(Records.VERIFIER)) {
            EncodedRecord record = changeset(store, 1, Map.of("orders", "v1"));
            disk.leave(40);
            assertThatThrownBy(() -> store.append(record)).isInstanceOf(IOException.class);
            disk.leave(Long.MAX_VALUE);
            assertThat(store.append(record)).isTrue();
        }
        try (Store store = open(NEVER)) {
            assertThat(Records.active(store, "s")).isEqualTo(Map.of("orders", "v1"));
        }
    }

    @Test
    void aDamagedFileThatCannotBeSetAsideIsServedFromAllTheSame() throws IOException {
        Path log = directory.resolve("log");
        try (Store store = open(Records.VERIFIER)) {
            store.append(changeset(store, 1, Map.of("orders", "v1")));
            store.append(changeset(store, 2, Map.of("orders", "v2")));
        }
        byte[] damaged = Files.readAllBytes(log);
        damaged[Frames.TITLE.size() + 2] ^= 1;
        Files.write(log, damaged);
        // A folder in the way of the new file, as no space would be.
        Files.createDirectories(directory.resolve("log.new").resolve("in-the-way"));
        try (Store store = open(NEVER)) {
            assertThat(Records.active(store, "s")).isEqualTo(Map.of("orders", "v2"));
            assertThat(failed).hasSize(1);
            store.append(changeset(store, 3, Map.of("orders", "v3")));
        }
        try (Store store = open(NEVER)) {
            assertThat(Records.active(store, "s")).isEqualTo(Map.of("orders", "v3"));
        }
    }

    private Store open(RecordVerifier verifier) throws IOException {
        StoreObserver told = new StoreObserver() {
            @Override
            public void tornTailCut(Path log, long bytes) {
                cut.add("cut " + bytes);
            }

            @Override
            public void writeFailed(Path file, IOException problem) {
                failed.add(file.getFileName() + ": " + problem.getMessage());
            }
        };
        return DiskStore.open(directory, Retention.STANDARD, verifier, new TestClock(), told, disk::open);
    }

    private static EncodedRecord changeset(Store store, long millis, Map<String, String> documents) {
        return EncodedRecord.of(Records.next(store, "s", Records.stamp(millis), documents));
    }
}
