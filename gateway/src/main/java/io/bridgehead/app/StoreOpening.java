package io.bridgehead.app;

import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.cluster.disk.DiskStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The store of a node that starts, read beside the check of the node's key, which takes as long. A record without this node's mark waits for what
 * judges it. A directory that is not there is made behind that check: a node that cannot start leaves none.
 */
final class StoreOpening {
    private final CompletableFuture<RecordVerifier> verifier = new CompletableFuture<>();
    private final CompletableFuture<Boolean> wanted = new CompletableFuture<>();
    private final CompletableFuture<Store> opened;

    private StoreOpening(Path directory, StoreObserver observer, Executor blocking) {
        opened = wanted.thenApplyAsync(_ -> open(directory, observer), blocking);
    }

    /** Begins to open the store in a directory. */
    static StoreOpening begin(Path directory, StoreObserver observer, Executor blocking) {
        StoreOpening opening = new StoreOpening(directory, observer, blocking);
        if (Files.isDirectory(directory)) {
            opening.wanted.complete(true);
        }
        return opening;
    }

    private Store open(Path directory, StoreObserver observer) {
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
        wanted.complete(true);
        try {
            return Waiting.await(opened, most);
        } catch (StartException e) {
            if (e.getCause() instanceof UncheckedIOException unreadable) {
                throw unreadable.getCause();
            }
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw e;
        }
    }

    /** The node does not start: what is open is closed, now or when it is. */
    void giveUp() {
        verifier.cancel(false);
        wanted.cancel(false);
        Waiting.quietly(opened.thenAccept(Store::close));
    }
}
