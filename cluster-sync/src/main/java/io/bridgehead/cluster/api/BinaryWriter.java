package io.bridgehead.cluster.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds the canonical binary forms: big-endian numbers, and strings and blobs with their length in front. */
public final class BinaryWriter {
    private static final int BYTES_EXPECTED = 512;

    private final ByteArrayOutputStream out;

    public BinaryWriter() {
        this(BYTES_EXPECTED);
    }

    /**
     * @param bytesExpected what is about to be written, or a little more: what grows to megabytes is copied as often
     *     as it doubles
     */
    BinaryWriter(int bytesExpected) {
        this.out = new ByteArrayOutputStream(bytesExpected);
    }

    public BinaryWriter u8(int value) {
        out.write(value);
        return this;
    }

    public BinaryWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    public BinaryWriter i32(int value) {
        return u16(value >>> 16).u16(value);
    }

    public BinaryWriter i64(long value) {
        return i32((int) (value >>> 32)).i32((int) value);
    }

    /** At most 65,535 bytes of UTF-8, its length in two bytes. */
    public BinaryWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        Limits.requireSize("text", utf8.length, 0, 0xFFFF);
        u16(utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    /** A blob with its length in four bytes. */
    public BinaryWriter blob(Bytes value) {
        return i32(value.size()).raw(value);
    }

    /** Bytes as they are, without a length. */
    public BinaryWriter raw(Bytes value) {
        value.into(out);
        return this;
    }

    public Bytes toBytes() {
        return Bytes.wrap(out.toByteArray());
    }
}
