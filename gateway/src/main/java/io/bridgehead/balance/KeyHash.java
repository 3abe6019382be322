package io.bridgehead.balance;

import java.nio.charset.StandardCharsets;

/** Hashes of 64 bits, the same on every node and version: FNV-1a, with its bits mixed as MurmurHash3 ends. */
public final class KeyHash {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private KeyHash() {}

    /** The hash of a text in UTF-8; never 0, which stands for no hash. */
    public static long of(String text) {
        long hash = OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        long mixed = mix(hash);
        return mixed == 0 ? 1 : mixed;
    }

    /** Spreads a change of any bit over all. */
    static long mix(long hash) {
        long mixed = hash;
        mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    /** A number of 0 to 1, neither included, out of a hash. */
    static double share(long hash) {
        return ((hash >>> 11) + 0.5) * 0x1.0p-53;
    }
}
