package io.bridgehead.match;

import java.nio.charset.StandardCharsets;

/**
 * Parameters in the query of a path: pairs between {@code &}, a name before the first {@code =}, both with escapes and {@code +} for a
 * space (the URL standard, application/x-www-form-urlencoded). What is no escape stands for itself. A value is the range of its characters
 * in the path, as one number.
 */
final class Query {
    private static final int ESCAPE_LENGTH = 3;
    private static final long NONE = -1;

    private Query() {}

    /** The range of the first value of a parameter, or a negative number. */
    static long find(String path, byte[] name) {
        int end = path.length();
        int start = path.indexOf('?') + 1;
        while (start > 0 && start < end) {
            int ampersand = path.indexOf('&', start);
            int stop = ampersand < 0 ? end : ampersand;
            int equals = path.indexOf('=', start);
            int nameEnd = equals < 0 || equals > stop ? stop : equals;
            if (is(path, start, nameEnd, name)) {
                return range(Math.min(nameEnd + 1, stop), stop);
            }
            start = stop + 1;
        }
        return NONE;
    }

    /** Whether the decoded value is this. */
    static boolean is(String path, long range, byte[] value) {
        return is(path, start(range), end(range), value);
    }

    private static boolean is(String path, int start, int end, byte[] value) {
        if (end - start < value.length) {
            return false;
        }
        int at = start;
        for (byte expected : value) {
            if (at >= end) {
                return false;
            }
            int octet = octet(path, at, end);
            if ((byte) octet != expected) {
                return false;
            }
            at = next(path, at, end);
        }
        return at == end;
    }

    /** The {@link Octets#hash} of the decoded value. */
    static long hash(String path, long range) {
        int hash = Octets.HASH_OF_NOTHING;
        int end = end(range);
        for (int at = start(range); at < end; at = next(path, at, end)) {
            hash = Octets.hash(hash, octet(path, at, end));
        }
        return Octets.asHash(hash);
    }

    /** The decoded value, read as UTF-8. */
    static String text(String path, long range) {
        int end = end(range);
        byte[] octets = new byte[end - start(range)];
        int length = 0;
        for (int at = start(range); at < end; at = next(path, at, end)) {
            octets[length++] = (byte) octet(path, at, end);
        }
        return new String(octets, 0, length, StandardCharsets.UTF_8);
    }

    private static int octet(String path, int at, int end) {
        char c = path.charAt(at);
        if (c == '%') {
            int octet = Paths.escaped(path, at, end);
            return octet < 0 ? c : octet;
        }
        return c == '+' ? ' ' : c;
    }

    private static int next(String path, int at, int end) {
        return path.charAt(at) == '%' && Paths.escaped(path, at, end) >= 0 ? at + ESCAPE_LENGTH : at + 1;
    }

    private static long range(int start, int end) {
        return (long) start << 32 | end;
    }

    private static int start(long range) {
        return (int) (range >> 32);
    }

    private static int end(long range) {
        return (int) range;
    }
}
