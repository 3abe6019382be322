package io.bridgehead.cluster.api;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An immutable string of bytes with value equality. A slice shares the memory of the whole. */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

    private final byte[] array;
    private final int offset;
    private final int size;

    private Bytes(byte[] array, int offset, int size) {
        this.array = array;
        this.offset = offset;
        this.size = size;
    }

    /** A copy of {@code value}. */
    public static Bytes copyOf(byte[] value) {
        return wrap(value.clone());
    }

    /** Takes {@code value} over without a copy; the caller gives up every right to change it. */
    public static Bytes wrap(byte[] value) {
        return new Bytes(value, 0, value.length);
    }

    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public byte get(int index) {
        return array[offset + Objects.checkIndex(index, size)];
    }

    public Bytes slice(int from, int length) {
        Objects.checkFromIndexSize(from, length, size);
        return new Bytes(array, offset + from, length);
    }

    public byte[] toArray() {
        return Arrays.copyOfRange(array, offset, offset + size);
    }

    /** A read-only view from the first byte to the last. */
    public ByteBuffer asBuffer() {
        return ByteBuffer.wrap(array, offset, size).slice().asReadOnlyBuffer();
    }

    void into(MessageDigest digest) {
        digest.update(array, offset, size);
    }

    void into(ByteArrayOutputStream out) {
        out.write(array, offset, size);
    }

    /** The text of some of the bytes, if they are ASCII; else null. */
    @Nullable
    String ascii(int from, int length) {
        Objects.checkFromIndexSize(from, length, size);
        for (int i = offset + from; i < offset + from + length; i++) {
            if (array[i] < 0) {
                return null;
            }
        }
        return new String(array, offset + from, length, StandardCharsets.US_ASCII);
    }

    public String toUtf8() {
        return new String(array, offset, size, StandardCharsets.UTF_8);
    }

    public String toHex() {
        return HexFormat.of().formatHex(array, offset, offset + size);
    }

    /** Unsigned, byte by byte; a prefix comes first. */
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(
                array, offset, offset + size, other.array, other.offset, other.offset + other.size);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that
                && Arrays.equals(array, offset, offset + size, that.array, that.offset, that.offset + that.size);
    }

    @Override
    public int hashCode() {
        return asBuffer().hashCode();
    }

    /** Never the content: it may be long, and it may be secret. */
    @Override
    public String toString() {
        return "Bytes[" + size + "]";
    }
}
