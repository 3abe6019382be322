package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.Bytes;
import io.bridgehead.cluster.api.Changeset;
import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Stamp;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.StoreObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreOpeningTest {
    private static final Duration MOST = Duration.ofSeconds(20);
    private static final RecordVerifier JUDGE = _ -> new RecordVerifier.Accepted();

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** A store with a record that has lost its mark, and so must be judged again. */
    private void storeWithoutMarks() throws Exception {
        Store store = begin().with(JUDGE, MOST);
        Changeset changeset = new Changeset(
                "shop", 1, List.of(), "ann", Instant.EPOCH, "", new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
        String origin = "spiffe://td.test/operator/ann";
        store.append(EncodedRecord.of(changeset
                .toRecord(origin, new Stamp(5, 0, origin))
                .signed(Bytes.utf8("any"), List.of(Bytes.utf8("certificate")))));
        store.close();
        Files.delete(folder.resolve("mark.key"));
    }

    private StoreOpening begin() {
        return StoreOpening.begin(folder, StoreObserver.NONE, threads);
    }

    @Test
    void whatAStartThatFailedHadOpenedIsFreeForTheNext() throws Exception {
        begin().giveUp();
        Store store = begin().with(JUDGE, MOST);
        assertThat(store.heads()).isEmpty();
        store.close();
    }

    @Test
    void aRecordWithoutItsMarkIsJudgedByWhatComesLater() throws Exception {
        storeWithoutMarks();
        AtomicInteger judged = new AtomicInteger();
        Store store = begin().with(
                        _ -> {
                            judged.incrementAndGet();
                            return new RecordVerifier.Rejected("not today");
                        },
                        MOST);
        assertThat(judged).hasPositiveValue();
        assertThat(store.heads()).isEmpty();
        store.close();
    }

    @Test
    void whoGivesUpBeforeRecordsCouldBeJudgedLeavesThemToTheNext() throws Exception {
        storeWithoutMarks();
        begin().giveUp();
        Store store = begin().with(JUDGE, MOST);
        assertThat(store.heads()).containsOnlyKeys("shop");
        store.close();
    }

    @Test
    void aDirectoryThatIsNotThereIsMadeBehindTheKeysCheck() throws Exception {
        Path missing = folder.resolve("state");
        StoreOpening opening = StoreOpening.begin(missing, StoreObserver.NONE, Runnable::run);
        assertThat(missing).doesNotExist();
        opening.with(JUDGE, MOST).close();
        assertThat(missing).isDirectory();
        StoreOpening.begin(folder.resolve("other"), StoreObserver.NONE, Runnable::run)
                .giveUp();
        assertThat(folder.resolve("other")).doesNotExist();
    }

    @Test
    void aDirectoryThatAnotherUsesIsTold() throws Exception {
        Store store = begin().with(JUDGE, MOST);
        assertThatThrownBy(() -> begin().with(JUDGE, MOST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("in use by another process");
        store.close();
    }
}
