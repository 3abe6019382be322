package io.bridgehead.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.StoreObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    void aDirectoryThatAnotherUsesIsTold() throws Exception {
        Store store = begin().with(JUDGE, MOST);
        assertThatThrownBy(() -> begin().with(JUDGE, MOST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("in use by another process");
        store.close();
    }
}
