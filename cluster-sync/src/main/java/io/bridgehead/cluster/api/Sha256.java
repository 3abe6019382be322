package io.bridgehead.cluster.api;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A SHA-256 digest (FIPS 180-4): the name of a document's content, and of a record. */
public record Sha256(Bytes value) implements Comparable<Sha256> {
    public static final int LENGTH = 32;

    public Sha256 {
        if (value.size() != LENGTH) {
            throw new IllegalArgumentException(
                    "hash has " + value.size() + " bytes; expected " + LENGTH + " bytes of SHA-256");
        }
    }

    public static Sha256 of(Bytes content) {
        return of(content, newDigest());
    }

    /**
     * As {@link #of(Bytes)}, for many one after the other.
     *
     * @param digest a new one of {@link #newDigest}, or one that was given here before
     */
    public static Sha256 of(Bytes content, MessageDigest digest) {
        content.into(digest);
        return new Sha256(Bytes.wrap(digest.digest()));
    }

    /** A digest to be fed in parts; every Java platform has the algorithm. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256; use a JDK that passes the platform's tests", e);
        }
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return value.toHex();
    }

    /** The first 8 hexadecimal digits, for people. */
    public String hash8() {
        return hex().substring(0, 8);
    }

    /** Its first four bytes: they are as good as any, and tables of many thousands ask for it often. */
    @Override
    public int hashCode() {
        return value.get(0) << 24 | (value.get(1) & 0xFF) << 16 | (value.get(2) & 0xFF) << 8 | (value.get(3) & 0xFF);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256 that && value.equals(that.value);
    }

    @Override
    public int compareTo(Sha256 other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return hex();
    }
}
