package io.bridgehead.cli.bundle;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Writes a compressed archive of texts (POSIX.1-1988 ustar, gzip), which only its owner may read. */
public final class TarGz implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int NAME_MAX = 100;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;

    private final OutputStream out;
    private final String folder;
    private final Instant at;

    /**
     * Makes the file.
     *
     * @param folder in which everything lies that is put into it
     * @param at the time of everything in it
     * @throws IOException when it cannot be made, or is there already
     */
    public TarGz(Path file, String folder, Instant at) throws IOException {
        this.out = new GZIPOutputStream(new BufferedOutputStream(Channels.newOutputStream(Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))))));
        this.folder = folder;
        this.at = at;
    }

    /** Puts in a text. */
    public void add(String name, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(header(folder + "/" + name, bytes.length));
        out.write(bytes);
        out.write(new byte[(BLOCK - bytes.length % BLOCK) % BLOCK]);
    }

    private byte[] header(String name, int length) {
        byte[] header = new byte[BLOCK];
        if (name.length() > NAME_MAX) {
            throw new IllegalArgumentException("name '" + name + "': expected at most " + NAME_MAX + " characters");
        }
        put(header, 0, name);
        put(header, NAME_MAX, "0000600");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format(Locale.ROOT, "%011o", length));
        put(header, 136, String.format(Locale.ROOT, "%011o", at.getEpochSecond()));
        put(header, CHECKSUM, " ".repeat(CHECKSUM_LENGTH));
        put(header, 156, "0");
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte one : header) {
            sum += one & 0xff;
        }
        put(header, CHECKSUM, String.format(Locale.ROOT, "%06o", sum) + "\0 ");
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /** Ends the archive. */
    @Override
    public void close() throws IOException {
        try (out) {
            out.write(new byte[2 * BLOCK]);
        }
    }
}
