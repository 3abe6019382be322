package io.bridgehead.cluster.disk;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.RecordVerifier;
import io.bridgehead.cluster.api.Retention;
import io.bridgehead.cluster.api.Store;
import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.cluster.ledger.LedgerStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens the durable store of a node. */
public final class DiskStore {
    private static final int KEY_BYTES = 32;

    private DiskStore() {}

    /**
     * Opens the store in a directory, which is made when it is not there. Damage is repaired as far as it can be and
     * told to the observer; the store then holds what is good.
     *
     * @param verifier judges records that do not carry this node's mark, as after the loss of its key
     * @throws IOException when the directory cannot be read and written, or another process uses it
     */
    public static Store open(
            Path path, Retention retention, RecordVerifier verifier, InstantSource clock, StoreObserver observer)
            throws IOException {
        return open(path, retention, verifier, clock, observer, FileJournal.Opening.FILES);
    }

    static Store open(
            Path path,
            Retention retention,
            RecordVerifier verifier,
            InstantSource clock,
            StoreObserver observer,
            FileJournal.Opening opening)
            throws IOException {
        StateDirectory directory = StateDirectory.create(path);
        FileLock lock = lock(directory);
        try {
            Marks marks = new Marks(key(directory, clock, observer));
            List<EncodedRecord> records = new Recovery(directory, marks, verifier, clock, observer).read();
            FileJournal journal = new FileJournal(directory, marks, observer, lock, opening);
            return new LedgerStore(journal, records, retention, clock, observer::storedRecordRefused);
        } catch (IOException | RuntimeException e) {
            lock.acquiredBy().close();
            throw e;
        }
    }

    private static FileLock lock(StateDirectory directory) throws IOException {
        FileChannel channel = FileChannel.open(directory.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new IOException("state directory " + directory.path()
                    + " is in use by another process; expected one node per directory: stop it, or name another");
        }
        return lock;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    private static byte[] key(StateDirectory directory, InstantSource clock, StoreObserver observer)
            throws IOException {
        Path file = directory.key();
        if (Files.exists(file)) {
            byte[] key = Files.readAllBytes(file);
            if (key.length == KEY_BYTES) {
                return key;
            }
            Path kept = directory.setAside(file, clock.instant());
            observer.corruptFileSetAside(
                    file,
                    kept,
                    0,
                    "has " + key.length + " bytes; expected " + KEY_BYTES + "; all records are judged again");
        }
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        directory.replace(file, List.of(ByteBuffer.wrap(key)));
        return key;
    }
}
