package io.bridgehead.cluster.disk;

import io.bridgehead.cluster.api.Bytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * This node's mark on what it has verified: HMAC-SHA256 (RFC 2104) under a key that never leaves its disk. A record
 * with the mark is not judged again after a restart, when the certificate that signed it may have expired.
 */
final class Marks {
    static final int LENGTH = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    Marks(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** The payload of a frame: mark, then record. */
    Bytes seal(Bytes record) {
        byte[] payload = new byte[LENGTH + record.size()];
        System.arraycopy(mark(record), 0, payload, 0, LENGTH);
        record.asBuffer().get(payload, LENGTH, record.size());
        return Bytes.wrap(payload);
    }

    static Bytes record(Bytes payload) {
        return payload.slice(LENGTH, payload.size() - LENGTH);
    }

    boolean isOurs(Bytes payload) {
        return MessageDigest.isEqual(payload.slice(0, LENGTH).toArray(), mark(record(payload)));
    }

    private byte[] mark(Bytes record) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(record.asBuffer());
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "this Java has no " + ALGORITHM + "; use a JDK that passes the platform's tests", e);
        }
    }
}
