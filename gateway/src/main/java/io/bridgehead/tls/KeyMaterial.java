package io.bridgehead.tls;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One consistent, immutable set of own identity and trust: the certificate chain, its private key, the SPIFFE ID that it
 * proves, and the bundle (trust anchors) of the own trust domain.
 */
public final class KeyMaterial {
    private static final byte[] PROBE = "bridgehead key probe".getBytes(StandardCharsets.US_ASCII);

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final SpiffeId id;
    private final List<X509Certificate> bundle;
    private final List<X509CRL> revocations;
    private final Map<TrustDomain, List<X509Certificate>> federated;

    private KeyMaterial(
            List<X509Certificate> chain,
            PrivateKey key,
            SpiffeId id,
            List<X509Certificate> bundle,
            List<X509CRL> revocations,
            Map<TrustDomain, List<X509Certificate>> federated) {
        this.chain = chain;
        this.key = key;
        this.id = id;
        this.bundle = bundle;
        this.revocations = revocations;
        this.federated = federated;
    }

    /**
     * Puts a set together; whether the chain is valid at some time is the {@link SvidValidator}'s question.
     *
     * @param chain the leaf first
     * @param bundle the trust anchors of the leaf's trust domain
     * @throws CertificateException if the leaf has no single SPIFFE ID
     * @throws InvalidKeyException if the key is of an unsupported kind or does not belong to the leaf
     */
    public static KeyMaterial of(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> bundle)
            throws CertificateException, InvalidKeyException {
        X509Certificate leaf = chain.getFirst();
        SpiffeId id = SvidValidator.idOf(leaf);
        requirePair(key, leaf.getPublicKey());
        return new KeyMaterial(List.copyOf(chain), key, id, List.copyOf(bundle), List.of(), Map.of());
    }

    /** The same with lists of revoked certificates. */
    public KeyMaterial withRevocations(List<X509CRL> lists) {
        return new KeyMaterial(chain, key, id, bundle, List.copyOf(lists), federated);
    }

    /** The same with trust anchors of other trust domains. */
    public KeyMaterial withFederated(Map<TrustDomain, List<X509Certificate>> bundles) {
        return new KeyMaterial(chain, key, id, bundle, revocations, Map.copyOf(bundles));
    }

    /** The trust anchors of other trust domains that came with it. */
    public Map<TrustDomain, List<X509Certificate>> federated() {
        return federated;
    }

    /** What the authorities of the bundle have revoked. */
    public List<X509CRL> revocations() {
        return revocations;
    }

    /** The own certificates, the leaf first. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /** The own certificate. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /** The private key of {@link #leaf}. */
    public PrivateKey key() {
        return key;
    }

    /** Who this node (or operator) is. */
    public SpiffeId id() {
        return id;
    }

    /** The trust anchors of the own trust domain. */
    public List<X509Certificate> bundle() {
        return bundle;
    }

    /** When {@link #leaf} ends. */
    public Instant notAfter() {
        return leaf().getNotAfter().toInstant();
    }

    @Override
    public String toString() {
        return id + " until " + notAfter() + ", key ***, " + bundle.size() + " trust anchors";
    }

    /** @throws InvalidKeyException if a certificate with this key could not be used: expected EC P-256 or P-384, or RSA of 2048 bits or more */
    public static void requireUsable(PublicKey key) throws InvalidKeyException {
        SigningAlgorithm.of(key);
    }

    /**
     * Checks by a signature that a key belongs to a certificate's.
     *
     * @throws InvalidKeyException if it does not, or is of an unsupported kind
     */
    public static void requirePair(PrivateKey key, PublicKey publicKey) throws InvalidKeyException {
        boolean fits;
        SigningAlgorithm algorithm = SigningAlgorithm.of(publicKey);
        try {
            Signature signing = algorithm.newSignature();
            signing.initSign(key);
            signing.update(PROBE);
            byte[] signature = signing.sign();
            Signature checking = algorithm.newSignature();
            checking.initVerify(publicKey);
            checking.update(PROBE);
            fits = checking.verify(signature);
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException(
                    "a private key of algorithm " + key.getAlgorithm() + " does not fit a certificate with a key of "
                            + publicKey.getAlgorithm(),
                    e);
        }
        if (!fits) {
            throw new InvalidKeyException("the private key does not belong to the certificate");
        }
    }
}
