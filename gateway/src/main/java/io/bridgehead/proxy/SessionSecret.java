package io.bridgehead.proxy;

import io.bridgehead.model.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What makes the keys of sessions ones that only nodes of the fabric can make: a secret that all of them have. Without one it is derived from the
 * trust domain's name, which is no secret: then the keys show nothing, but who knows the names and addresses can make them.
 */
public final class SessionSecret {
    /** Bytes of a secret at least. */
    public static final int BYTES_MIN = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    private SessionSecret(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** @throws IllegalArgumentException if it is too short */
    public static SessionSecret of(byte[] bytes) {
        if (bytes.length < BYTES_MIN) {
            throw new IllegalArgumentException(
                    "a secret of " + bytes.length + " bytes: expected at least " + BYTES_MIN + " random ones");
        }
        return new SessionSecret(bytes.clone());
    }

    /** The same at every node of the trust domain, and known to whoever knows its name. */
    public static SessionSecret derivedFrom(TrustDomain domain) {
        try {
            String text = "bridgehead sessions of " + domain;
            return new SessionSecret(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** For one thread. */
    Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
