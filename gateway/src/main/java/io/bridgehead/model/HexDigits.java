package io.bridgehead.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers of 64 bits as 16 hexadecimal digits in lower case, from and to bytes and without strings between. */
public final class HexDigits {
    /** How many digits a number has. */
    public static final int LENGTH = 16;

    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUES = new byte[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int value = 0; value < DIGITS.length; value++) {
            VALUES[DIGITS[value]] = (byte) value;
        }
    }

    private HexDigits() {}

    /** Writes a number. */
    public static void put(byte[] to, int at, long number) {
        long rest = number;
        for (int i = at + LENGTH - 1; i >= at; i--) {
            to[i] = DIGITS[(int) rest & 15];
            rest >>>= 4;
        }
    }

    /** Whether all of these are digits; those above 9 in lower case. */
    static boolean are(byte[] text, int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (VALUES[text[i] & 0xff] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Reads so many digits, which {@link #are} some. */
    static long read(byte[] text, int start, int length) {
        long number = 0;
        for (int i = start; i < start + length; i++) {
            number = (number << 4) | VALUES[text[i] & 0xff];
        }
        return number;
    }
}
