package io.bridgehead.tls.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Writes PEM files (RFC 7468) so that a reader sees the old content or the new one, never a part: a temporary file beside
 * the target, synced, then renamed. Keys are readable by their owner only from the first byte.
 */
public final class PemWriter {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> READABLE = PosixFilePermissions.fromString("rw-r--r--");
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private PemWriter() {}

    /** @throws PkiException if the file cannot be written */
    public static void certificates(Path target, List<X509Certificate> certificates) throws PkiException {
        StringBuilder text = new StringBuilder();
        append(text, target, certificates);
        write(target, text.toString(), READABLE);
    }

    /**
     * Lists of revoked certificates.
     *
     * @throws PkiException if the file cannot be written
     */
    public static void revocations(Path target, List<X509CRL> lists) throws PkiException {
        StringBuilder text = new StringBuilder();
        for (X509CRL list : lists) {
            try {
                append(text, "X509 CRL", list.getEncoded());
            } catch (CRLException e) {
                throw new PkiException(target + ": " + e.getMessage(), e);
            }
        }
        write(target, text.toString(), READABLE);
    }

    /**
     * A private key and its chain in one file, so that nobody ever sees one of them without the other; for the owner only.
     *
     * @throws PkiException if the file cannot be written
     */
    public static void pair(Path target, PrivateKey key, List<X509Certificate> chain) throws PkiException {
        StringBuilder text = new StringBuilder();
        append(text, "PRIVATE KEY", key.getEncoded());
        append(text, target, chain);
        write(target, text.toString(), OWNER_ONLY);
    }

    /**
     * Any text, for the owner only.
     *
     * @throws PkiException if the file cannot be written
     */
    public static void secret(Path target, String text) throws PkiException {
        write(target, text, OWNER_ONLY);
    }

    private static void append(StringBuilder text, Path target, List<X509Certificate> certificates)
            throws PkiException {
        try {
            for (X509Certificate certificate : certificates) {
                append(text, "CERTIFICATE", certificate.getEncoded());
            }
        } catch (CertificateEncodingException e) {
            throw new PkiException(target + ": the certificate cannot be encoded (" + e.getMessage() + ")", e);
        }
    }

    static void key(Path target, PrivateKey key) throws PkiException {
        StringBuilder text = new StringBuilder();
        append(text, "PRIVATE KEY", key.getEncoded());
        write(target, text.toString(), OWNER_ONLY);
    }

    private static void append(StringBuilder text, String type, byte[] der) {
        text.append("-----BEGIN ").append(type).append("-----\n");
        text.append(BASE64.encodeToString(der));
        text.append("\n-----END ").append(type).append("-----\n");
    }

    private static void write(Path target, String text, Set<PosixFilePermission> permissions) throws PkiException {
        try {
            Path folder = Files.createDirectories(target.toAbsolutePath().getParent());
            Path temporary = Files.createTempFile(folder, "." + target.getFileName(), ".tmp", attributes(folder));
            try {
                fill(temporary, text);
                if (isPosix(folder)) {
                    Files.setPosixFilePermissions(temporary, permissions);
                }
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                settle(folder);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new PkiException(
                    target + ": cannot be written (" + e + "); expected a folder that this user may write to", e);
        }
    }

    private static void fill(Path file, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /**
     * Has the names in a folder outlive a loss of power.
     *
     * @throws IOException if the system cannot
     */
    public static void settle(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static FileAttribute<?>[] attributes(Path folder) {
        return isPosix(folder)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path folder) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
