package io.bridgehead.retry;

import java.util.BitSet;

/** Statuses of HTTP, asked for at each answer: so a bit each. Immutable. */
public final class StatusSet {
    private static final int LOWEST = 100;
    private static final int HIGHEST = 599;

    private final BitSet bits;

    private StatusSet(BitSet bits) {
        this.bits = bits;
    }

    /**
     * These and no others.
     *
     * @throws IllegalArgumentException naming the one that is not within 100 to 599
     */
    public static StatusSet of(int... statuses) {
        BitSet bits = new BitSet();
        for (int status : statuses) {
            if (status < LOWEST || status > HIGHEST) {
                throw new IllegalArgumentException("status " + status + ": expected 100 to 599");
            }
            bits.set(status);
        }
        return new StatusSet(bits);
    }

    /** Whether this one is among them. */
    public boolean contains(int status) {
        return bits.get(status);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StatusSet set && bits.equals(set.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    @Override
    public String toString() {
        return bits.toString();
    }
}
