package io.bridgehead.telemetry;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.io.FileDescriptor;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A file that lines are appended to, or standard output. It can be opened again under way, so that lines go on in a new file where the old one
 * was renamed.
 *
 * <p><b>Threads</b>: {@link #write}, {@link #turn} and {@link #close} by the one that writes; the rest by any.
 */
@OwnedBy(Owner.ANY_THREAD)
final class LogFile {
    private final @Nullable Path path;
    private final String place;
    private final AtomicReference<@Nullable OutputStream> fresh = new AtomicReference<>();
    private final boolean made;
    /** What the system knows the file by that was opened last, whatever names it has; null for standard output, and where systems have none. */
    private volatile @Nullable Object key;

    private OutputStream out;

    private LogFile(@Nullable Path path, String place, boolean made, OutputStream out) {
        this.path = path;
        this.place = place;
        this.made = made;
        this.key = key(path);
        this.out = out;
    }

    private static @Nullable Object key(@Nullable Path path) {
        try {
            return path == null
                    ? null
                    : Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            // it was renamed since it was opened: its place says what it is
            return null;
        }
    }

    /**
     * Opens it.
     *
     * @param path null for standard output
     * @throws IOException when it cannot be opened
     */
    static LogFile open(@Nullable Path path) throws IOException {
        if (path == null) {
            return new LogFile(null, "standard output", false, new FileOutputStream(FileDescriptor.out));
        }
        boolean made = make(path);
        OutputStream out = appending(path);
        try {
            return new LogFile(path, path.toRealPath().toString(), made, out);
        } catch (IOException e) {
            close(out);
            throw e;
        }
    }

    /** Why a file cannot be appended to, as far as can be said without opening or making it; null when nothing stands against it. */
    static @Nullable String problem(Path path) {
        Path folder = path.toAbsolutePath().getParent();
        boolean there = Files.exists(path);
        if (there
                ? !Files.isDirectory(path) && Files.isWritable(path)
                : folder != null && Files.isDirectory(folder) && Files.isWritable(folder)) {
            return null;
        }
        return path
                + (there
                        ? " is a folder, or may not be written to"
                        : ": its folder is not there, or may not be written to")
                + "; expected a file that this process may append to";
    }

    /** Whether there was none and now there is. */
    private static boolean make(Path path) {
        try {
            Files.createFile(path);
            return true;
        } catch (IOException e) {
            // it is there, or opening it says why it cannot be
            return false;
        }
    }

    private static OutputStream appending(Path path) throws IOException {
        try {
            return new FileOutputStream(path.toFile(), true);
        } catch (FileNotFoundException e) {
            throw new IOException(e.getMessage() + "; expected a file that this process may append to", e);
        }
    }

    /** Whether the other one is the same file by whatever name, a hard link too, so that only one of them may be written to at a time. */
    boolean isSame(LogFile other) {
        Object known = key;
        return place.equals(other.place) || (known != null && known.equals(other.key));
    }

    /** The path that it has a name by; null for standard output. */
    @Nullable
    Path path() {
        return path;
    }

    /**
     * Opens the file that is there now under its path, and makes it if there is none.
     *
     * @return to be given to {@link #goOn}, or to be closed; null for what has no path
     * @throws IOException when it cannot be opened
     */
    @Nullable
    OutputStream again() throws IOException {
        return path == null ? null : appending(path);
    }

    /** Has what is written from the next batch on go there. */
    void goOn(OutputStream there) {
        key = key(path);
        OutputStream unused = fresh.getAndSet(there);
        if (unused != null) {
            close(unused);
        }
    }

    /** Takes what {@link #goOn} gave, if it gave something. */
    void turn() {
        OutputStream next = fresh.getAndSet(null);
        if (next != null) {
            close(out);
            out = next;
        }
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Standard output is not this one's to close. */
    void close() {
        turn();
        if (path != null) {
            close(out);
        }
    }

    /** In place of all else: closes it, and leaves no empty file behind that was made for it. */
    void drop() {
        close();
        try {
            if (made && path != null && Files.size(path) == 0) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // an empty file does no harm
        }
    }

    /** Every batch was flushed, and counted where that failed. */
    static void close(OutputStream out) {
        try {
            out.close();
        } catch (IOException e) {
            // nothing is left in it
        }
    }
}
