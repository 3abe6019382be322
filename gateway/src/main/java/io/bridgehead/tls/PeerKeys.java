package io.bridgehead.tls;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys by which the other end of one connection signs, each proved by a certificate of its identity: the one in use and those before it,
 * at most {@value #KEYS_MAX}, since what an older one signed may still be under way. A certificate that is revoked or not trusted any more proves
 * nothing, from the moment that the trust in force says so.
 */
@OwnedBy(Owner.EVENT_LOOP)
public final class PeerKeys {
    static final int KEYS_MAX = 4;

    private final Trust trust;
    private final Deque<Shown> keys = new ArrayDeque<>(KEYS_MAX);

    /** @param trust asked again about each key whenever its number is another */
    public PeerKeys(Trust trust) {
        this.trust = trust;
    }

    /** Says whether certificates still prove what they did. */
    public interface Trust {
        /** Another number whenever answers may be others. Costs nothing. */
        long number();

        /** @param chain the leaf first */
        boolean holds(List<X509Certificate> chain);
    }

    /** A key, and what proves it. */
    @OwnedBy(Owner.EVENT_LOOP)
    public static final class Shown {
        private final String id;
        private final List<X509Certificate> chain;
        private final Trust trust;
        private long judged;
        private boolean good = true;

        private Shown(List<X509Certificate> chain, Trust trust, long judged) {
            this.id = id(chain.getFirst().getPublicKey());
            this.chain = chain;
            this.trust = trust;
            this.judged = judged;
        }

        /** The key. */
        public PublicKey key() {
            return chain.getFirst().getPublicKey();
        }

        /** Whether the certificates prove it by the trust in force now. */
        public boolean isGood() {
            long now = trust.number();
            if (now != judged) {
                judged = now;
                good = trust.holds(chain);
            }
            return good;
        }
    }

    /**
     * Takes the key that certificates have proved.
     *
     * @param chain the leaf, whose key it is, first
     * @param judged the number of the trust that they were judged by
     */
    public void add(List<X509Certificate> chain, long judged) {
        Shown shown = new Shown(List.copyOf(chain), trust, judged);
        keys.removeIf(known -> known.id.equals(shown.id));
        if (keys.size() == KEYS_MAX) {
            keys.removeLast();
        }
        keys.addFirst(shown);
    }

    /** The key with this {@link #id}, or null when none was shown that is proved still. */
    public @Nullable Shown find(String id) {
        for (Shown known : keys) {
            if (known.id.equals(id)) {
                return known.isGood() ? known : null;
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
