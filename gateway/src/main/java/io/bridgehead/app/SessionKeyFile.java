package io.bridgehead.app;

import io.bridgehead.proxy.SessionSecret;
import io.bridgehead.tls.MaterialException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The file of {@code sessions.keyFile}: {@value SessionSecret#BYTES_MIN} bytes or more. Line ends at its end, after so many bytes, do not
 * count, so that an editor that adds one changes nothing.
 */
final class SessionKeyFile {
    static final int BYTES_MAX = 4096;

    private SessionKeyFile() {}

    /**
     * Reads it.
     *
     * @param warned is told when others than the owner and the group can read it, or can change it
     * @throws IOException if it cannot be read, is empty, too short or too long
     */
    static SessionSecret read(Path file, Consumer<MaterialException.Exposed> warned) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        } catch (IOException e) {
            throw new IOException("sessions.keyFile " + file + ": cannot be read (" + e + ")", e);
        }
        if (bytes.length == 0 || bytes.length > BYTES_MAX) {
            throw new IOException("sessions.keyFile " + file + ": found "
                    + (bytes.length == 0 ? "an empty file" : "more than " + BYTES_MAX + " bytes") + "; expected "
                    + SessionSecret.BYTES_MIN + " to " + BYTES_MAX + " random bytes");
        }
        warnIfExposed(file, warned);
        try {
            return SessionSecret.of(withoutLineEnds(bytes));
        } catch (IllegalArgumentException e) {
            throw new IOException("sessions.keyFile " + file + ": " + e.getMessage(), e);
        }
    }

    /** Random bytes may end like a line: of the fewest that there must be none is taken away. */
    static byte[] withoutLineEnds(byte[] bytes) {
        int length = bytes.length;
        while (length > SessionSecret.BYTES_MIN && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    private static void warnIfExposed(Path file, Consumer<MaterialException.Exposed> warned) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (permissions.contains(PosixFilePermission.OTHERS_READ)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)
                || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
            warned.accept(new MaterialException.Exposed(
                    file,
                    "permissions " + PosixFilePermissions.toString(permissions)
                            + " let others read or change the key of sessions",
                    "rw------- (0600) or rw-r----- (0640)",
                    "run 'chmod 600 " + file + "'"));
        }
    }
}
