package io.bridgehead.match;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a condition wants, as bytes to be compared with those of a request. */
final class Value {
    private final byte[] bytes;

    private Value(byte[] bytes) {
        this.bytes = bytes;
    }

    static Value of(String text) {
        return new Value(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes, which are only read. */
    byte[] bytes() {
        return bytes;
    }

    /** The {@link Octets#hash} of the bytes. */
    long hash() {
        return Octets.asHash(Octets.hash(bytes, 0, bytes.length, Octets.HASH_OF_NOTHING));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Value that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return (int) hash();
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
