package io.bridgehead.wire.http1;

import io.bridgehead.wire.guard.Octets;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Key and accept of WebSocket's opening handshake (RFC 6455, sections 4.1 and 4.2.2). They belong to one connection, so
 * each hop has its own pair; between HTTP/2 ends there is none (RFC 8441, section 5).
 */
final class WebSocketHandshake {
    private static final String PROTOCOL = "websocket";
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int NONCE_BYTES = 16;
    private static final int KEY_CHARACTERS = 24;
    private static final byte[] LINES =
            "connection: Upgrade\r\nupgrade: websocket\r\n".getBytes(StandardCharsets.US_ASCII);

    private WebSocketHandshake() {}

    /** A key that nobody can foresee. */
    static String newKey() {
        byte[] nonce = new byte[NONCE_BYTES];
        ThreadLocalRandom.current().nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }

    /** Whether this is the Base64 form of 16 bytes. */
    static boolean isKey(String key) {
        if (key.length() != KEY_CHARACTERS) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key).length == NONCE_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The accept that proves that this key was read. */
    static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** Whether an Upgrade field's value, a list of protocols, names this one. */
    static boolean isNamed(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int start = at;
            while (at < to && bytes[at] != ',') {
                at++;
            }
            int end = at++;
            while (start < end && (bytes[start] == ' ' || bytes[start] == '\t')) {
                start++;
            }
            while (end > start && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
                end--;
            }
            if (Octets.equalsIgnoreCase(bytes, start, end, PROTOCOL)) {
                return true;
            }
        }
        return false;
    }

    /** The field lines that ask for the protocol or say that it is spoken now. */
    static byte[] lines() {
        return LINES;
    }
}
