package io.bridgehead.model;

import java.util.List;

/**
 * A few ranges of addresses, asked for each connection or request: immutable, no allocation per question.
 *
 * @param ranges an address is inside when one of them holds it
 */
public record IpRanges(List<Range> ranges) {
    /** No address is inside. */
    public static final IpRanges NONE = new IpRanges(List.of());

    private static final int BITS = 128;
    private static final int MAPPED_BITS = 96;

    public IpRanges {
        ranges = List.copyOf(ranges);
    }

    /**
     * All addresses of one family that share their first bits.
     *
     * @param base one of them
     * @param bits how many bits they share, of the 128 of {@link IpAddress}
     */
    public record Range(IpAddress base, int bits) {
        /** @throws IllegalArgumentException if the number of bits is out of range */
        public Range {
            if (bits < 0 || bits > BITS) {
                throw new IllegalArgumentException("range of " + bits + " bits: expected 0 to 128");
            }
        }

        /** The range with the prefix of a text such as {@code 10.0.0.0/8}: counted from the first bit of the family's own form. */
        public static Range of(byte[] base, int prefix) {
            return new Range(IpAddress.of(base), base.length == 4 ? prefix + MAPPED_BITS : prefix);
        }

        boolean contains(IpAddress address) {
            if (address.isV4() != base.isV4()) {
                return false;
            }
            long high = address.high() ^ base.high();
            if (bits <= 64) {
                return bits == 0 || high >>> (64 - bits) == 0;
            }
            return high == 0 && (address.low() ^ base.low()) >>> (BITS - bits) == 0;
        }
    }

    /** Whether there is no range. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Whether one of the ranges holds it. */
    public boolean contains(IpAddress address) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }
}
