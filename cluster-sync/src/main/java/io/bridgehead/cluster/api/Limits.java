package io.bridgehead.cluster.api;

import java.nio.charset.StandardCharsets;

/** The bounds that every writer keeps and every reader enforces; they belong to format version 1. */
public final class Limits {
    public static final int NAME_BYTES_MAX = 255;
    public static final int SPIFFE_ID_BYTES_MAX = 2048;
    public static final int MESSAGE_BYTES_MAX = 4096;
    public static final int BODY_BYTES_MAX = 16 << 20;
    public static final int SIGNATURE_BYTES_MAX = 1024;
    public static final int CHAIN_MAX = 8;
    public static final int CERTIFICATE_BYTES_MAX = 16 << 10;
    /** An encoded record: the body and everything around it. */
    public static final int RECORD_BYTES_MAX = BODY_BYTES_MAX + (256 << 10);

    public static final int DOCUMENTS_MAX = 20_000;
    public static final int DOCUMENT_BYTES_MAX = 1 << 20;
    /** How many changesets that name differences alone may follow one that names all documents. */
    public static final int DIFFERENCES_MAX = 255;

    public static final int PARENTS_MAX = 2;
    /** A health message must stay cheap enough to be sent by every node every few seconds. */
    public static final int HEALTH_BYTES_MAX = 256 << 10;

    private Limits() {}

    static void requireText(String what, String value, int bytesMin, int bytesMax) {
        int size = value.getBytes(StandardCharsets.UTF_8).length;
        requireSize(what, size, bytesMin, bytesMax);
    }

    static void requireSize(String what, int size, int min, int max) {
        if (size < min || size > max) {
            throw new IllegalArgumentException(what + " has a size of " + size + "; expected " + min + " to " + max);
        }
    }
}
