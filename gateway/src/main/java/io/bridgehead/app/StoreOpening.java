package io.bridgehead.app;

import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.cluster.disk.DiskStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The store of a node that starts, read beside the check of the node's key, which takes as long. A record without this node's mark waits for what
 * judges it.
 */
final class StoreOpening {
    private final CompletableFuture<RecordVerifier> verifier;
    private final CompletableFuture<Store> opened;

    private StoreOpening(CompletableFuture<RecordVerifier> verifier, CompletableFuture<Store> opened) {
        this.verifier = verifier;
        this.opened = opened;
    }

    /** Begins to open the store in a directory. */
    static StoreOpening begin(Path directory, StoreObserver observer, Executor blocking) {
        CompletableFuture<RecordVerifier> verifier = new CompletableFuture<>();
        return new StoreOpening(
                verifier, CompletableFuture.supplyAsync(() -> open(directory, verifier, observer), blocking));
    }

    private static Store open(Path directory, CompletableFuture<RecordVerifier> verifier, StoreObserver observer) {
        try {
            return DiskStore.open(
                    directory,
                    Retention.STANDARD,
                    record -> verifier.join().verify(record),
                    InstantSource.system(),
                    observer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The store, when it is open.
     *
     * @param judge of records without this node's mark
     * @param most how long many records may take
     * @throws IOException when the directory cannot be read and written, or another process uses it
     */
    Store with(RecordVerifier judge, Duration most) throws IOException, StartException {
        verifier.complete(judge);
        try {
            return Waiting.await(opened, most);
        } catch (StartException e) {
            if (e.getCause() instanceof UncheckedIOException unreadable) {
                throw unreadable.getCause();
            }
            throw e;
        }
    }

    /** The node does not start: what is open is closed, now or when it is. */
    void giveUp() {
        verifier.cancel(false);
        Waiting.quietly(opened.thenAccept(Store::close));
    }
}
