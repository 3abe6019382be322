package io.bridgehead.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * TLS between a client and the node that ended it, as far as an endpoint behind may want to know. The names are those of OpenSSL, which
 * receivers of the PROXY protocol expect.
 *
 * @param version such as {@code TLSv1.3}
 * @param cipher such as {@code TLS_AES_128_GCM_SHA256}, or {@code ECDHE-RSA-AES128-GCM-SHA256} before TLS 1.3
 * @param keyAlgorithm kind and bits of the key in the node's certificate, such as {@code RSA2048}; null when it has no such name
 * @param signatureAlgorithm what the node's certificate is signed with, such as {@code RSA-SHA256}; null when it has no such name
 * @param certificate what the client showed
 * @param commonName of the client's certificate when that was found valid; null when it has none
 */
public record ClientTls(
        String version,
        String cipher,
        @Nullable String keyAlgorithm,
        @Nullable String signatureAlgorithm,
        Certificate certificate,
        @Nullable String commonName) {
    /** In UTF-8. What is longer is left out, never cut: a part of a name is another name. */
    private static final int COMMON_NAME_BYTES_MAX = 255;

    private static final int WORD_CHARACTERS_MAX = 64;
    private static final int PARTS = 6;
    private static final String UNKNOWN = "-";

    /** What a client showed of itself. */
    public enum Certificate {
        NONE("none"),
        /** One that is not valid, where that is no reason to end the connection. */
        UNVERIFIED("unverified"),
        VERIFIED("verified");

        private final String text;

        Certificate(String text) {
            this.text = text;
        }
    }

    /** Leaves out what cannot be said: a name of a certificate that was not found valid, and one too long or with control characters. */
    public ClientTls {
        if (commonName != null && !(certificate == Certificate.VERIFIED && isName(commonName))) {
            commonName = null;
        }
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.getBytes(StandardCharsets.UTF_8).length <= COMMON_NAME_BYTES_MAX
                && name.chars().noneMatch(Character::isISOControl);
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @return null if the text is anything else
     */
    public static @Nullable ClientTls parse(String text) {
        String[] parts = text.split(" ", PARTS + 1);
        if (parts.length != PARTS) {
            return null;
        }
        for (int i = 0; i < PARTS - 1; i++) {
            if (!isWord(parts[i])) {
                return null;
            }
        }
        Certificate certificate = certificate(parts[4]);
        String name = parts[5].equals(UNKNOWN) ? null : decoded(parts[5]);
        boolean unread =
                known(parts[0]) == null || known(parts[1]) == null || (name == null && !parts[5].equals(UNKNOWN));
        return certificate == null || unread
                ? null
                : new ClientTls(parts[0], parts[1], known(parts[2]), known(parts[3]), certificate, name);
    }

    private static @Nullable String known(String word) {
        return word.equals(UNKNOWN) ? null : word;
    }

    private static @Nullable Certificate certificate(String text) {
        for (Certificate each : Certificate.values()) {
            if (each.text.equals(text)) {
                return each;
            }
        }
        return null;
    }

    private static boolean isWord(String word) {
        return !word.isEmpty()
                && word.length() <= WORD_CHARACTERS_MAX
                && word.chars().allMatch(c -> isPlain(c) || c == '_');
    }

    private static boolean isPlain(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    }

    /** {@code version cipher key signature certificate name}, divided by single spaces; the name's UTF-8 in percent escapes. */
    @Override
    public String toString() {
        return String.join(
                " ",
                version,
                cipher,
                keyAlgorithm == null ? UNKNOWN : keyAlgorithm,
                signatureAlgorithm == null ? UNKNOWN : signatureAlgorithm,
                certificate.text,
                commonName == null ? UNKNOWN : encoded(commonName));
    }

    private static String encoded(String name) {
        StringBuilder text = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b) && !(text.isEmpty() && b == '-')) {
                text.append((char) b);
            } else {
                text.append('%').append(HexFormat.of().toHexDigits(b));
            }
        }
        return text.toString();
    }

    private static @Nullable String decoded(String text) {
        if (text.isEmpty() || text.length() > 3 * COMMON_NAME_BYTES_MAX) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isPlain(c)) {
                bytes.put((byte) c);
                at++;
            } else if (c == '%' && at + 2 < text.length() && areHex(text, at + 1)) {
                bytes.put((byte) HexFormat.fromHexDigits(text, at + 1, at + 3));
                at += 3;
            } else {
                return null;
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean areHex(String text, int at) {
        return HexFormat.isHexDigit(text.charAt(at)) && HexFormat.isHexDigit(text.charAt(at + 1));
    }
}
