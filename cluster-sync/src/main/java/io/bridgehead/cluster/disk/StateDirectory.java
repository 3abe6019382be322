package io.bridgehead.cluster.disk;

import io.bridgehead.cluster.api.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * The files of a store, and the ways to change them that survive a loss of power: write aside, fsync, rename, fsync the
 * directory.
 *
 * @param path the directory, readable by its owner alone
 */
record StateDirectory(Path path) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

    static StateDirectory create(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return new StateDirectory(path);
    }

    Path log() {
        return path.resolve("log");
    }

    Path snapshot() {
        return path.resolve("snapshot");
    }

    Path key() {
        return path.resolve("mark.key");
    }

    Path lock() {
        return path.resolve("lock");
    }

    /** Replaces a file whole; readable by its owner alone from the first byte. */
    void replace(Path file, List<ByteBuffer> content) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(aside);
        Files.createFile(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            for (ByteBuffer part : content) {
                writeFully(channel, part);
            }
            channel.force(true);
        }
        rename(aside, file);
    }

    /** Keeps a damaged file under another name for people to look at. The file itself stays until it is replaced. */
    Path setAside(Path file, Instant now) throws IOException {
        String name = file.getFileName() + ".corrupt-" + TIME.format(now);
        Path kept = file.resolveSibling(name);
        for (int i = 1; Files.exists(kept); i++) {
            kept = file.resolveSibling(name + "-" + i);
        }
        Files.copy(file, kept, StandardCopyOption.COPY_ATTRIBUTES);
        return kept;
    }

    Bytes read(Path file) throws IOException {
        return Files.exists(file) ? Bytes.wrap(Files.readAllBytes(file)) : Bytes.EMPTY;
    }

    static void writeFully(FileChannel channel, ByteBuffer part) throws IOException {
        while (part.hasRemaining()) {
            channel.write(part);
        }
    }

    private void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(path + " cannot rename in one step; use a local POSIX file system for state", e);
        }
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
