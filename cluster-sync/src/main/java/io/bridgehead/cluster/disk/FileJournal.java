package io.bridgehead.cluster.disk;

import io.bridgehead.cluster.api.EncodedRecord;
import io.bridgehead.cluster.api.StoreObserver;
import io.bridgehead.cluster.ledger.Current;
import io.bridgehead.cluster.ledger.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Appends to the log and, when that became long, writes a snapshot of everything and begins the log anew.
 *
 * <p>State: the open log and where its last good frame ends. A write that failed is undone by cutting the log there,
 * now or before the next write.
 *
 * <p>Threads: one at a time, as {@link Journal} says; the atomic makes the state visible to the next.
 */
final class FileJournal implements Journal {
    static final long LOG_BYTES_MIN = 8L << 20;

    private final StateDirectory directory;
    private final Marks marks;
    private final StoreObserver observer;
    private final FileLock lock;
    private final Opening opening;
    private final Current<Log> log;

    /** How the log is opened for reading and writing. */
    interface Opening {
        Opening FILES = file -> FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);

        FileChannel open(Path file) throws IOException;
    }

    FileJournal(StateDirectory directory, Marks marks, StoreObserver observer, FileLock lock, Opening opening)
            throws IOException {
        this.opening = opening;
        this.directory = directory;
        this.marks = marks;
        this.observer = observer;
        this.lock = lock;
        this.log = new Current<>(openLog());
    }

    @Override
    public void append(EncodedRecord record) throws IOException {
        Log now = log.get();
        ByteBuffer frame = Frames.frame(marks.seal(record.bytes()));
        int size = frame.remaining();
        try {
            if (now.channel.size() != now.end) {
                now.channel.truncate(now.end);
            }
            now.channel.position(now.end);
            StateDirectory.writeFully(now.channel, frame);
            now.channel.force(false);
        } catch (IOException e) {
            undo(now);
            observer.writeFailed(directory.log(), e);
            throw e;
        }
        log.set(new Log(now.channel, now.end + size, now.compactAt));
    }

    @Override
    public void compactIfLong(Supplier<List<EncodedRecord>> everything) {
        Log now = log.get();
        if (now.end < now.compactAt) {
            return;
        }
        try {
            compact(everything.get());
        } catch (IOException e) {
            observer.writeFailed(directory.snapshot(), e);
            log.update(same -> new Log(same.channel, same.end, same.end * 2));
        }
    }

    /** A loss of power between the two renames leaves records in both files, which reads as one. */
    void compact(List<EncodedRecord> everything) throws IOException {
        long bytes = writeSnapshot(everything);
        directory.replace(directory.log(), List.of(Frames.TITLE.asBuffer()));
        log.swap(openLog()).channel.close();
        observer.snapshotWritten(directory.snapshot(), everything.size(), bytes);
    }

    @Override
    public void close() {
        try (lock) {
            log.get().channel.close();
        } catch (IOException e) {
            observer.writeFailed(directory.log(), e);
        }
    }

    private long writeSnapshot(List<EncodedRecord> everything) throws IOException {
        List<ByteBuffer> parts = new ArrayList<>(everything.size() + 1);
        parts.add(Frames.TITLE.asBuffer());
        everything.forEach(record -> parts.add(Frames.frame(marks.seal(record.bytes()))));
        long bytes = parts.stream().mapToLong(ByteBuffer::remaining).sum();
        directory.replace(directory.snapshot(), parts);
        return bytes;
    }

    private Log openLog() throws IOException {
        Path file = directory.log();
        if (!Files.exists(file)) {
            directory.replace(file, List.of(Frames.TITLE.asBuffer()));
        }
        FileChannel channel = opening.open(file);
        long snapshot = Files.exists(directory.snapshot()) ? Files.size(directory.snapshot()) : 0;
        return new Log(channel, channel.size(), Math.max(LOG_BYTES_MIN, snapshot / 2));
    }

    private void undo(Log now) {
        try {
            now.channel.truncate(now.end);
        } catch (IOException e) {
            observer.writeFailed(directory.log(), e);
        }
    }

    /** The open log, where its good part ends, and at which length it is written anew. */
    private record Log(FileChannel channel, long end, long compactAt) {}
}
