package io.bridgehead.model;

import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address as 128 bits. An IPv4 address and the IPv6 address that maps it ({@code ::ffff:0:0/96}, RFC 4291, section
 * 2.5.5.2) are one and the same here, so that no list can be walked around by writing an address in the other way.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record IpAddress(long high, long low) {
    private static final long MAPPED = 0x0000_ffff_0000_0000L;
    private static final long MAPPED_MASK = 0xffff_ffff_0000_0000L;
    private static final int IPV4_CHARACTERS_MAX = 15;
    private static final int IPV6_CHARACTERS_MAX = 45;
    private static final int GROUPS = 8;

    /** @throws IllegalArgumentException unless there are 4 or 16 bytes */
    public static IpAddress of(byte[] bytes) {
        if (bytes.length == 4) {
            return v4(int32(bytes, 0));
        }
        if (bytes.length != 16) {
            throw new IllegalArgumentException(bytes.length + " bytes of an IP address: expected 4 or 16");
        }
        return new IpAddress(int64(bytes, 0), int64(bytes, 8));
    }

    /** The IPv4 address of these 32 bits. */
    public static IpAddress v4(int bits) {
        return new IpAddress(0, MAPPED | (bits & 0xffff_ffffL));
    }

    /**
     * Reads an address as it is written in text: four decimal numbers without leading zeros, or IPv6 (RFC 4291, section 2.2)
     * without brackets and zone. Asks no resolver.
     *
     * @return null if the text is anything else
     */
    public static @Nullable IpAddress parse(String text) {
        return text.indexOf(':') >= 0 ? parseV6(text) : parseV4(text);
    }

    private static @Nullable IpAddress parseV4(String text) {
        if (text.length() > IPV4_CHARACTERS_MAX) {
            return null;
        }
        long bits = v4Bits(text, 0);
        return bits < 0 ? null : v4((int) bits);
    }

    /** The 32 bits of the IPv4 address that the text from there to its end is, or -1. */
    private static long v4Bits(String text, int from) {
        long bits = 0;
        int at = from;
        for (int part = 0; part < 4; part++) {
            int end = part == 3 ? text.length() : text.indexOf('.', at);
            int octet = end < 0 ? -1 : octet(text, at, end);
            if (octet < 0) {
                return -1;
            }
            bits = bits << 8 | octet;
            at = end + 1;
        }
        return bits;
    }

    private static int octet(String text, int from, int to) {
        if (to <= from || to - from > 3 || (text.charAt(from) == '0' && to - from > 1)) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value > 255 ? -1 : value;
    }

    /** Groups before {@code ::} fill from the left, those after it from the right; without it there must be eight. */
    private static @Nullable IpAddress parseV6(String text) {
        if (text.length() > IPV6_CHARACTERS_MAX) {
            return null;
        }
        int gap = text.indexOf("::");
        if (gap < 0) {
            int[] all = new int[GROUPS];
            return groups(text, all) == GROUPS ? of(all, GROUPS, all, 0) : null;
        }
        int[] left = new int[GROUPS];
        int[] right = new int[GROUPS];
        String before = text.substring(0, gap);
        int lefts = before.indexOf('.') >= 0 ? -1 : groups(before, left);
        int rights = groups(text.substring(gap + 2), right);
        // the gap stands for one group at least
        return lefts < 0 || rights < 0 || lefts + rights >= GROUPS ? null : of(left, lefts, right, rights);
    }

    private static IpAddress of(int[] left, int lefts, int[] right, int rights) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS; i++) {
            int fromRight = i - (GROUPS - rights);
            long group = i < lefts ? left[i] : fromRight >= 0 ? right[fromRight] : 0;
            if (i < GROUPS / 2) {
                high = high << 16 | group;
            } else {
                low = low << 16 | group;
            }
        }
        return new IpAddress(high, low);
    }

    /** Reads groups divided by single colons, the last two perhaps as IPv4. @return how many, or -1 */
    private static int groups(String text, int[] into) {
        if (text.isEmpty()) {
            return 0;
        }
        int count = 0;
        int at = 0;
        while (true) {
            int end = text.indexOf(':', at);
            boolean last = end < 0;
            if (last && text.indexOf('.', at) >= 0) {
                return mapped(text, at, into, count);
            }
            int group = count == GROUPS ? -1 : group(text, at, last ? text.length() : end);
            if (group < 0) {
                return -1;
            }
            into[count++] = group;
            if (last) {
                return count;
            }
            at = end + 1;
        }
    }

    private static int mapped(String text, int at, int[] into, int count) {
        long bits = count > GROUPS - 2 ? -1 : v4Bits(text, at);
        if (bits < 0) {
            return -1;
        }
        into[count] = (int) (bits >>> 16);
        into[count + 1] = (int) (bits & 0xffff);
        return count + 2;
    }

    private static int group(String text, int from, int to) {
        if (to <= from || to - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** Whether it is an IPv4 address, however it was written. */
    public boolean isV4() {
        return high == 0 && (low & MAPPED_MASK) == MAPPED;
    }

    /** 4 bytes of an IPv4 address, 16 of another. */
    public byte[] bytes() {
        if (!isV4()) {
            return bytes16();
        }
        return new byte[] {(byte) (low >>> 24), (byte) (low >>> 16), (byte) (low >>> 8), (byte) low};
    }

    /** 16 bytes, an IPv4 address in its mapped form. */
    public byte[] bytes16() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> (56 - 8 * i));
            bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
        }
        return bytes;
    }

    /** Whose address it is as far as limits go: itself for IPv4, its /64 for IPv6, since one host has as many as that. */
    public IpAddress owner() {
        return isV4() ? this : new IpAddress(high, 0);
    }

    /** As people write it: decimal numbers for IPv4, the canonical text of RFC 5952 for IPv6. */
    @Override
    public String toString() {
        return isV4() ? textV4() : textV6();
    }

    private String textV4() {
        return (low >>> 24 & 0xff) + "." + (low >>> 16 & 0xff) + "." + (low >>> 8 & 0xff) + "." + (low & 0xff);
    }

    private int group(int i) {
        return (int) ((i < 4 ? high >>> (48 - 16 * i) : low >>> (48 - 16 * (i - 4))) & 0xffff);
    }

    private String textV6() {
        int gap = longestZeros();
        int gapEnd = gap < 0 ? -1 : gap + zerosFrom(gap);
        StringBuilder text = new StringBuilder(IPV6_CHARACTERS_MAX);
        for (int i = 0; i < GROUPS; i++) {
            if (i == gap) {
                text.append("::");
                i = gapEnd - 1;
            } else {
                if (i > 0 && i != gapEnd) {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    /** Where the first of the longest runs of two or more zero groups begins, or -1. */
    private int longestZeros() {
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int length = zerosFrom(i);
            if (length > bestLength) {
                best = i;
                bestLength = length;
            }
        }
        return best;
    }

    private int zerosFrom(int from) {
        int i = from;
        while (i < GROUPS && group(i) == 0) {
            i++;
        }
        return i - from;
    }

    private static int int32(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }

    private static long int64(byte[] bytes, int at) {
        return (long) int32(bytes, at) << 32 | (int32(bytes, at + 4) & 0xffff_ffffL);
    }
}
