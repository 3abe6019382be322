package io.bridgehead.tls;

import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Authorities and client certificates for connections to endpoints that manifests hold, by the names that routes call them by.
 *
 * <p><b>Threads</b>: {@link #current} from any; {@link #replace} from one at a time.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class ManifestMaterial {
    private volatile Snapshot current = new Snapshot(Map.of(), Map.of());
    private Map<String, String> authorities = Map.of();
    private Map<String, Pair> certificates = Map.of();
    private Map<String, String> problems = Map.of();

    /** What is in force; another object, and not an equal one, whenever something has changed. */
    public record Snapshot(Map<String, List<X509Certificate>> authorities, Map<String, Owned> certificates) {}

    /** A certificate that is shown to endpoints, the leaf first, with its key. */
    public record Owned(List<X509Certificate> chain, PrivateKey key) {
        @Override
        public String toString() {
            return chain.getFirst().getSubjectX500Principal() + ", key ***";
        }
    }

    /** The same in PEM. */
    public record Pair(String certificate, String key) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * Checks a certificate that is to be shown to endpoints.
     *
     * @param shown where it stands, for messages
     * @throws MaterialException for the first thing that is wrong
     */
    public static void check(String shown, Pair pair) throws MaterialException {
        Owned _ = owned(shown, pair);
    }

    /** What is in force. */
    public Snapshot current() {
        return current;
    }

    /**
     * Has this in force for connections from now on. What cannot be used is left out, so that connections that need it fail.
     *
     * @param authoritiesPem by name
     * @param certificatesPem by name
     * @return what cannot be used, by name
     */
    public Map<String, String> replace(Map<String, String> authoritiesPem, Map<String, Pair> certificatesPem) {
        if (authorities.equals(authoritiesPem) && certificates.equals(certificatesPem)) {
            return problems;
        }
        Map<String, String> wrong = new HashMap<>();
        Map<String, List<X509Certificate>> trusted = new HashMap<>();
        authoritiesPem.forEach((name, pem) -> {
            try {
                trusted.put(name, PemFile.of(name, pem).certificates());
            } catch (MaterialException e) {
                wrong.put(name, String.valueOf(e.getMessage()));
            }
        });
        Map<String, Owned> owned = new HashMap<>();
        certificatesPem.forEach((name, pair) -> {
            try {
                owned.put(name, owned(name, pair));
            } catch (MaterialException e) {
                wrong.put(name, String.valueOf(e.getMessage()));
            }
        });
        authorities = Map.copyOf(authoritiesPem);
        certificates = Map.copyOf(certificatesPem);
        problems = Map.copyOf(wrong);
        current = new Snapshot(Map.copyOf(trusted), Map.copyOf(owned));
        return problems;
    }

    private static Owned owned(String name, Pair pair) throws MaterialException {
        List<X509Certificate> chain = PemFile.of(name, pair.certificate()).certificates();
        PemFile keyFile = PemFile.of(name + " (private key)", pair.key());
        PrivateKey key = keyFile.privateKey();
        try {
            KeyMaterial.requirePair(key, chain.getFirst().getPublicKey());
        } catch (InvalidKeyException | IllegalArgumentException e) {
            throw new MaterialException.Mismatched(
                    keyFile.path(),
                    String.valueOf(e.getMessage()),
                    "the private key of the certificate beside it",
                    "put key and certificate of the same issue there");
        }
        return new Owned(chain, key);
    }
}
