package io.bridgehead.wire.guard;

import java.nio.charset.StandardCharsets;

/** Classes of bytes in HTTP messages, as tables. */
public final class Octets {
    private static final int DELETE = 0x7f;
    private static final int SPACE = 0x20;

    /** For a byte of a token (RFC 9110, section 5.6.2) the same byte in lower case; 0 for all others. */
    private static final byte[] TOKEN_LOWER = new byte[256];

    private static final boolean[] FIELD_VALUE = new boolean[256];
    private static final byte[] HEX = new byte[256];

    static {
        for (byte b : "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII)) {
            TOKEN_LOWER[b] = b;
        }
        for (int c = 'A'; c <= 'Z'; c++) {
            TOKEN_LOWER[c] = (byte) Character.toLowerCase(c);
        }
        for (int c = 0; c < 256; c++) {
            FIELD_VALUE[c] = (c >= SPACE && c != DELETE) || c == '\t';
            HEX[c] = (byte) (c < DELETE ? Character.digit(c, 16) : -1);
        }
    }

    private Octets() {}

    /** The byte in lower case if it may stand in a token, else 0. */
    public static byte tokenLower(byte b) {
        return TOKEN_LOWER[b & 0xff];
    }

    /** Whether the byte may stand in a field value (RFC 9110, section 5.5), obsolete text included. */
    public static boolean inFieldValue(byte b) {
        return FIELD_VALUE[b & 0xff];
    }

    /** Whether this is a field value: no control characters, and no space around it (RFC 9113, section 8.2.1). */
    public static boolean isFieldValue(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!FIELD_VALUE[bytes[i] & 0xff]) {
                return false;
            }
        }
        return from == to || (!isSpace(bytes[from]) && !isSpace(bytes[to - 1]));
    }

    /** Whether this is a space or a tab. */
    public static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }

    /** The value of a hexadecimal digit, or -1. */
    public static int hex(byte b) {
        return HEX[b & 0xff];
    }

    /** Whether all bytes are of a token. */
    public static boolean isToken(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (TOKEN_LOWER[bytes[i] & 0xff] == 0) {
                return false;
            }
        }
        return to > from;
    }

    /** Whether the bytes are this text, which is in lower case, in any case. */
    public static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String lower) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if ((b >= 'A' && b <= 'Z' ? b + SPACE : b) != lower.charAt(i - from)) {
                return false;
            }
        }
        return true;
    }

    /** A decimal number of at most 18 digits without sign or space, or -1. */
    public static long decimal(byte[] bytes, int from, int to) {
        if (to <= from || to - from > 18) {
            return -1;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
