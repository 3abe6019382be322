package io.bridgehead.balance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A table of {@value #SIZE} places that endpoints take in turns by preferences of their own, as often as their weight says (Maglev, NSDI
 * 2016, section 3.4). Parts are more even than those of a ring, and looking up costs one step; when endpoints change, somewhat more moves.
 */
final class MaglevTable implements HashTable {
    /** A prime, so that every step width visits every place. */
    private static final int SIZE = 65_537;

    private final short[] owners;
    private final long[] ids;

    private MaglevTable(short[] owners, long[] ids) {
        this.owners = owners;
        this.ids = ids;
    }

    static MaglevTable of(long[] ids, int[] weights) {
        int[] order = IntStream.range(0, ids.length)
                .boxed()
                .sorted(Comparator.comparingLong(i -> ids[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] next = new int[ids.length];
        int[] step = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            next[i] = (int) Long.remainderUnsigned(ids[i], SIZE);
            step[i] = (int) Long.remainderUnsigned(KeyHash.mix(~ids[i]), SIZE - 1) + 1;
        }
        short[] owners = new short[SIZE];
        Arrays.fill(owners, (short) -1);
        fill(owners, order, next, step, weights);
        return new MaglevTable(owners, ids);
    }

    private static void fill(short[] owners, int[] order, int[] next, int[] step, int[] weights) {
        int most = Arrays.stream(weights).max().orElse(1);
        int[] credit = new int[weights.length];
        int taken = 0;
        while (true) {
            for (int i : order) {
                credit[i] += weights[i];
                if (credit[i] >= most) {
                    credit[i] -= most;
                    while (owners[next[i]] >= 0) {
                        next[i] = (next[i] + step[i]) % SIZE;
                    }
                    owners[next[i]] = (short) i;
                    if (++taken == SIZE) {
                        return;
                    }
                }
            }
        }
    }

    @Override
    public int owner(long hash) {
        return owners[(int) Long.remainderUnsigned(hash, SIZE)];
    }

    @Override
    public long id(int index) {
        return ids[index];
    }
}
