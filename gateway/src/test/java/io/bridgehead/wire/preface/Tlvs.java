package io.bridgehead.wire.preface;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads type, length and value plainly. */
public final class Tlvs {
    /** Before the values of PP2_TYPE_SSL: flags and the verdict. */
    public static final int SSL_HEAD = 5;

    private Tlvs() {}

    /** Those of a header of version 2 over IPv4, which may be followed by anything. */
    public static Map<Integer, byte[]> ofHeader(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        return of(all.slice(28, (all.getShort(14) & 0xffff) - 12));
    }

    public static Map<Integer, byte[]> of(ByteBuffer in) {
        Map<Integer, byte[]> found = new TreeMap<>();
        while (in.hasRemaining()) {
            int type = in.get() & 0xff;
            byte[] value = new byte[in.getShort() & 0xffff];
            in.get(value);
            found.put(type, value);
        }
        return found;
    }

    /** Those within PP2_TYPE_SSL, as text. */
    public static Map<Integer, String> ofSsl(byte @Nullable [] value) {
        Objects.requireNonNull(value, "no PP2_TYPE_SSL");
        Map<Integer, String> found = new TreeMap<>();
        of(ByteBuffer.wrap(value, SSL_HEAD, value.length - SSL_HEAD))
                .forEach((type, text) -> found.put(type, new String(text, StandardCharsets.UTF_8)));
        return found;
    }
}
