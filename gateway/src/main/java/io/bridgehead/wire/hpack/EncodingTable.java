package io.bridgehead.wire.hpack;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The dynamic table of one direction as its writer keeps it. A field enters it when it comes for the second time, so that values that
 * never come again (ids of requests and traces, dates) do not push out those that always do.
 *
 * <p>Look-up is by a hash with one slot for each value of it: of two fields that meet in a slot only the newer is found, which costs bytes
 * and never correctness, since text is compared.
 */
@OwnedBy(Owner.EVENT_LOOP)
final class EncodingTable {
    static final int NOT_FOUND = -1;

    private static final int ENTRIES_MAX = 128;
    private static final int SLOTS = 512;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final byte[][] texts = new byte[ENTRIES_MAX][];
    private final int[] nameLengths = new int[ENTRIES_MAX];
    /** For each slot the number of the entry there, or 0: entries are numbered from 1 in the order of their coming. */
    private final long[] slots = new long[SLOTS];

    private final int[] seenOnce = new int[SLOTS];
    private long newest;
    private long oldest = 1;
    private int size;
    private int capacity;

    EncodingTable(int capacity) {
        this.capacity = capacity;
        Arrays.fill(texts, new byte[0]);
    }

    int capacity() {
        return capacity;
    }

    void capacity(int bytes) {
        capacity = bytes;
        evictTo(bytes);
    }

    static int hash(byte[] bytes, int nameStart, int nameLength, int valueStart, int valueLength) {
        long mixed = mix(bytes, nameStart, nameLength) * MIX + mix(bytes, valueStart, valueLength);
        mixed = (mixed ^ (nameLength * 31L + valueLength)) * MIX;
        return (int) (mixed >>> 32);
    }

    /** The first, middle and last eight bytes; of a short text all. */
    private static long mix(byte[] bytes, int start, int length) {
        if (length >= Long.BYTES) {
            long first = (long) LONGS.get(bytes, start);
            long middle = (long) LONGS.get(bytes, start + ((length - Long.BYTES) >> 1));
            long last = (long) LONGS.get(bytes, start + length - Long.BYTES);
            return (first * MIX ^ middle) * MIX ^ last;
        }
        long all = 0;
        for (int i = 0; i < length; i++) {
            all = (all << Byte.SIZE) | (bytes[start + i] & 0xff);
        }
        return all;
    }

    /** The index of an entry with this text, or {@link #NOT_FOUND}. */
    int find(int hash, byte[] bytes, int nameStart, int nameLength, int valueStart, int valueLength) {
        long number = slots[hash & SLOTS - 1];
        if (number < oldest) {
            return NOT_FOUND;
        }
        byte[] text = texts[(int) number & ENTRIES_MAX - 1];
        boolean same = nameLengths[(int) number & ENTRIES_MAX - 1] == nameLength
                && text.length == nameLength + valueLength
                && Arrays.equals(text, nameLength, text.length, bytes, valueStart, valueStart + valueLength)
                && Arrays.equals(text, 0, nameLength, bytes, nameStart, nameStart + nameLength);
        return same ? StaticTable.LAST + 1 + (int) (newest - number) : NOT_FOUND;
    }

    /** Whether a field of this hash has come before; from now on it has. */
    boolean wasSeen(int hash) {
        int slot = hash & SLOTS - 1;
        boolean seen = seenOnce[slot] == hash;
        seenOnce[slot] = hash;
        return seen;
    }

    /** Whether an entry of so much text has room. */
    boolean takes(int textLength) {
        return textLength + TableEntry.OVERHEAD <= capacity;
    }

    /** Adds an entry, which {@link #takes} has room for. */
    void add(int hash, byte[] bytes, int nameStart, int nameLength, int valueStart, int valueLength) {
        byte[] text = new byte[nameLength + valueLength];
        System.arraycopy(bytes, nameStart, text, 0, nameLength);
        System.arraycopy(bytes, valueStart, text, nameLength, valueLength);
        evictTo(capacity - text.length - TableEntry.OVERHEAD);
        newest++;
        texts[(int) newest & ENTRIES_MAX - 1] = text;
        nameLengths[(int) newest & ENTRIES_MAX - 1] = nameLength;
        slots[hash & SLOTS - 1] = newest;
        size += text.length + TableEntry.OVERHEAD;
    }

    private void evictTo(int bytes) {
        while (oldest <= newest && (size > bytes || newest - oldest >= ENTRIES_MAX - 1)) {
            size -= texts[(int) oldest & ENTRIES_MAX - 1].length + TableEntry.OVERHEAD;
            oldest++;
        }
    }
}
