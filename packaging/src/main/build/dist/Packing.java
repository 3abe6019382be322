import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compressing and hashing, the same bytes for the same input. */
final class Packing {
    private Packing() {}

    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @param digest SHA-256 of the file; {@code plainDigest} of what it holds before it was compressed */
    record Packed(Path file, String digest, String plainDigest) {}

    static Packed gzip(Path file, Content content) throws IOException {
        MessageDigest packed = digest("SHA-256");
        MessageDigest plain = digest("SHA-256");
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), packed);
                OutputStream zip = new DigestOutputStream(new Best(out), plain)) {
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
