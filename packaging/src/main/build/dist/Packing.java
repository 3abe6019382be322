import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** Compressing and hashing, the same bytes for the same input. */
final class Packing {
    /** Takes as long as gzip at its best and leaves a fifth less; the next levels take three to five times as long for another 2 to 10 %. */
    private static final int XZ_PRESET = 2;

    /** KiB; ten times what that preset has a reader hold. */
    private static final int XZ_READER_LIMIT = 32 << 10;

    private Packing() {}

    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @param digest SHA-256 of the file; {@code plainDigest} of what it holds before it was compressed */
    record Packed(Path file, String digest, String plainDigest) {}

    @FunctionalInterface
    private interface Method {
        OutputStream over(OutputStream out) throws IOException;
    }

    static Packed gzip(Path file, Content content) throws IOException {
        return pack(file, Best::new, content);
    }

    /** As it is. */
    static Packed plain(Path file, Content content) throws IOException {
        return pack(file, out -> out, content);
    }

    static Packed xz(Path file, Content content) throws IOException {
        return pack(file, out -> new XZOutputStream(out, new LZMA2Options(XZ_PRESET)), content);
    }

    /** Reads what {@link #xz} writes, and nothing that asks for much memory. */
    static InputStream unxz(InputStream packed) throws IOException {
        return new XZInputStream(packed, XZ_READER_LIMIT);
    }

    private static Packed pack(Path file, Method method, Content content) throws IOException {
        MessageDigest packed = digest("SHA-256");
        MessageDigest plain = digest("SHA-256");
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), packed);
                OutputStream zip = new DigestOutputStream(method.over(out), plain)) {
            content.writeTo(zip);
        }
        return new Packed(file, hex(packed.digest()), hex(plain.digest()));
    }

    /** As small as it gets, as Debian wants its documents. */
    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zip = new Best(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        byte[] packed = out.toByteArray();
        packed[8] = 2; // says so in the header, where lintian looks
        return packed;
    }

    private static final class Best extends GZIPOutputStream {
        Best(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    static String sha256(byte[] bytes) {
        return hex(digest("SHA-256").digest(bytes));
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
