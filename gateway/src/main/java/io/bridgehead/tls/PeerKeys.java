package io.bridgehead.tls;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which the other end of one connection signs, each proved by a certificate of its identity: the one in use and those before it,
 * at most {@value #KEYS_MAX}, since what an older one signed may still be under way.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class PeerKeys {
    static final int KEYS_MAX = 4;

    private final Deque<Named> keys = new ArrayDeque<>(KEYS_MAX);

    private record Named(String id, PublicKey key) {}

    /** Takes a key that a certificate has just proved. */
    public void add(PublicKey key) {
        String id = id(key);
        keys.removeIf(known -> known.id.equals(id));
        if (keys.size() == KEYS_MAX) {
            keys.removeLast();
        }
        keys.addFirst(new Named(id, key));
    }

    /** The key with this {@link #id}, or null. */
    public @Nullable PublicKey find(String id) {
        for (Named known : keys) {
            if (known.id.equals(id)) {
                return known.key;
            }
        }
        return null;
    }

    /** What a key goes by: SHA-256 of its SubjectPublicKeyInfo in base64url without padding, 43 characters. */
    public static String id(PublicKey key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
