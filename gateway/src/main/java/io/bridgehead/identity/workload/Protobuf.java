package io.bridgehead.identity.workload;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;

/** Reads the fields of one Protocol Buffers message; those that are no byte strings are passed over. */
@OwnedBy(Owner.CONFINED)
final class Protobuf {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] message;
    private int at;

    private Protobuf(byte[] message) {
        this.message = message;
    }

    /**
     * Hands on each byte string with its field's number.
     *
     * @throws IllegalArgumentException if the message is cut off or malformed
     */
    static void read(byte[] message, BiConsumer<Integer, byte[]> field) {
        Protobuf reader = new Protobuf(message);
        while (reader.at < message.length) {
            reader.next(field);
        }
    }

    /** A string field's value. */
    static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    private void next(BiConsumer<Integer, byte[]> field) {
        long tag = varint();
        int number = (int) (tag >>> 3);
        switch ((int) (tag & 7)) {
            case VARINT -> varint();
            case FIXED64 -> skip(8);
            case FIXED32 -> skip(4);
            case BYTES -> {
                long length = varint();
                int from = at;
                skip(length);
                field.accept(number, Arrays.copyOfRange(message, from, at));
            }
            default -> throw new IllegalArgumentException("found a field of unknown type " + (tag & 7));
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= message.length) {
                throw new IllegalArgumentException("found a message that is cut off");
            }
            byte next = message[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("found a number that is too long");
    }

    private void skip(long length) {
        if (length < 0 || length > message.length - at) {
            throw new IllegalArgumentException("found a message that is cut off");
        }
        at += (int) length;
    }
}
