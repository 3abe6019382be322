package io.bridgehead.config.manifest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of a {@code Secret} or {@code ConfigMap}, which are never printed: their own form is {@code ***}. */
public final class Blob {
    private final byte[] bytes;

    private Blob(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of these bytes. */
    public static Blob of(byte[] bytes) {
        return new Blob(bytes.clone());
    }

    /** A text in UTF-8. */
    public static Blob of(String text) {
        return new Blob(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The bytes as text in UTF-8. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Blob blob && Arrays.equals(bytes, blob.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "***";
    }
}
