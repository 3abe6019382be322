package io.bridgehead.wire.guard;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A fixed set of field names in lower case, and the place of each. A look-up costs one multiplication and one comparison, however many
 * names there are: when the table is made, a factor is looked for by which no two names meet.
 */
public final class NameTable {
    private static final int SLOTS_PER_NAME = 8;
    private static final int TRIES_MAX = 100_000;
    private static final byte[] NONE = {};

    private final byte[][] names;
    private final int[] places;
    private final int shift;
    private final int factor;

    /**
     * @param list names, each once
     * @throws IllegalArgumentException when two names cannot be told apart
     */
    public NameTable(List<String> list) {
        int slots = Integer.highestOneBit(Math.max(1, list.size() - 1)) * 2 * SLOTS_PER_NAME;
        this.shift = Integer.numberOfLeadingZeros(slots) + 1;
        this.factor = factorFor(list, slots, shift);
        this.names = new byte[slots][];
        this.places = new int[slots];
        Arrays.fill(names, NONE);
        for (int i = 0; i < list.size(); i++) {
            byte[] name = list.get(i).getBytes(StandardCharsets.US_ASCII);
            int slot = (mixed(name, 0, name.length) * factor) >>> shift;
            names[slot] = name;
            places[slot] = i;
        }
    }

    private static int factorFor(List<String> list, int slots, int shift) {
        int[] mixes = list.stream()
                .map(name -> name.getBytes(StandardCharsets.US_ASCII))
                .mapToInt(name -> mixed(name, 0, name.length))
                .toArray();
        SplittableRandom random = new SplittableRandom(slots);
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            int candidate = random.nextInt() | 1;
            if (Arrays.stream(mixes)
                            .map(mix -> (mix * candidate) >>> shift)
                            .distinct()
                            .count()
                    == mixes.length) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("names: expected no two that cannot be told apart: " + list);
    }

    /** The place of this name in the list, or -1. */
    public int find(byte[] bytes, int start, int length) {
        if (length == 0) {
            return -1;
        }
        int slot = (mixed(bytes, start, length) * factor) >>> shift;
        byte[] name = names[slot];
        return name.length == length && Arrays.equals(bytes, start, start + length, name, 0, length)
                ? places[slot]
                : -1;
    }

    private static int mixed(byte[] bytes, int start, int length) {
        return bytes[start]
                ^ (bytes[start + length - 1] << 7)
                ^ (bytes[start + (length >> 1)] << 14)
                ^ (length << 20)
                ^ (bytes[start + Math.max(0, length - 3)] << 25);
    }
}
