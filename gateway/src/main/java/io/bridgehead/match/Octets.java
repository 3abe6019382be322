package io.bridgehead.match;

/** Hashes and comparisons of values that stand in strings and in parts of arrays. */
final class Octets {
    static final int HASH_OF_NOTHING = 0;
    private static final int FACTOR = 31;

    private Octets() {}

    /** The hash of bytes behind others whose hash is given. */
    static int hash(byte[] bytes, int start, int end, int before) {
        int hash = before;
        for (int i = start; i < end; i++) {
            hash = hash(hash, bytes[i]);
        }
        return hash;
    }

    /** The hash with one octet more. */
    static int hash(int before, int octet) {
        return before * FACTOR + (octet & 0xff);
    }

    /** The hash of text in ISO-8859-1: 0 or more. */
    static long hash(String text) {
        int hash = HASH_OF_NOTHING;
        for (int i = 0; i < text.length(); i++) {
            hash = hash(hash, text.charAt(i));
        }
        return asHash(hash);
    }

    static long asHash(int hash) {
        return hash & 0xffff_ffffL;
    }

    /** Whether text in ISO-8859-1 is these bytes. */
    static boolean are(String text, byte[] value) {
        if (text.length() != value.length) {
            return false;
        }
        for (int i = 0; i < value.length; i++) {
            if (text.charAt(i) != (value[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }
}
