package io.bridgehead.tls;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Judges X.509-SVIDs as the SPIFFE X.509-SVID specification asks (section 5): a PKIX path (RFC 5280) to the bundle of one
 * trust domain, exactly one URI name, a leaf that may sign and is no authority, both extended key usages if any, all
 * valid at the time asked for. Immutable; validation takes about a millisecond and never waits.
 */
public final class SvidValidator {
    static final int CHAIN_CERTIFICATES_MAX = 8;
    private static final int URI_NAME = 6;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;
    private static final int RSA_BITS_MIN = 2048;
    private static final int EC_BITS_MIN = 256;
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private final TrustDomain trustDomain;
    private final List<X509Certificate> bundle;
    private final Revocations revocations;
    private final Clock clock;

    /** As below, without lists of revoked certificates. */
    public SvidValidator(TrustDomain trustDomain, Collection<X509Certificate> bundle, Clock clock) {
        this(trustDomain, bundle, List.of(), clock);
    }

    /**
     * @param trustDomain the only trust domain whose members are accepted
     * @param bundle its trust anchors
     * @param revocations lists of revoked certificates (RFC 5280, section 5); each counts for the issuer that has signed it
     */
    public SvidValidator(
            TrustDomain trustDomain, Collection<X509Certificate> bundle, Collection<X509CRL> revocations, Clock clock) {
        this(trustDomain, bundle, Revocations.of(revocations), clock);
    }

    private SvidValidator(
            TrustDomain trustDomain, Collection<X509Certificate> bundle, Revocations revocations, Clock clock) {
        this.trustDomain = trustDomain;
        this.bundle = List.copyOf(bundle);
        this.revocations = revocations;
        this.clock = clock;
    }

    /** Judges members of another trust domain by that one's anchors, with the same lists of revoked certificates and clock. */
    public SvidValidator of(TrustDomain other, Collection<X509Certificate> anchors) {
        return new SvidValidator(other, anchors, revocations, clock);
    }

    /** The trust domain whose members are accepted. */
    public TrustDomain trustDomain() {
        return trustDomain;
    }

    /** The trust anchors. */
    public List<X509Certificate> anchors() {
        return bundle;
    }

    /** The time by the clock that judges. */
    public Instant now() {
        return clock.instant();
    }

    /** As {@link #validate(List, Instant)}, now. */
    public SpiffeId validate(List<X509Certificate> chain) throws CertificateException {
        return validate(chain, clock.instant());
    }

    /**
     * Judges a chain at a given time.
     *
     * @param chain the leaf first, then each issuer; the trust anchor itself may be left out
     * @return who the leaf says its holder is
     * @throws CertificateException saying what was found and what was expected; a {@link CertificateExpiredException} or
     *     {@link CertificateNotYetValidException} when it is the leaf's time
     */
    public SpiffeId validate(List<X509Certificate> chain, Instant at) throws CertificateException {
        if (chain.isEmpty() || chain.size() > CHAIN_CERTIFICATES_MAX) {
            throw new CertificateException("certificate chain: found " + chain.size() + " certificates; expected 1 to "
                    + CHAIN_CERTIFICATES_MAX);
        }
        X509Certificate leaf = chain.getFirst();
        SpiffeId id = idOf(leaf);
        if (!id.trustDomain().equals(trustDomain)) {
            throw refused(
                    leaf, "trust domain '" + id.trustDomain() + "' in " + id, "trust domain '" + trustDomain + "'");
        }
        requireLeaf(leaf);
        requireTime(leaf, at);
        for (X509Certificate certificate : chain) {
            requireStrong(certificate);
        }
        requirePath(chain, at);
        revocations.require(chain, bundle);
        return id;
    }

    /**
     * The SPIFFE ID that a certificate claims; nothing else is checked.
     *
     * @throws CertificateException if it has not exactly one URI name, or that is not a SPIFFE ID with a path
     */
    public static SpiffeId idOf(X509Certificate leaf) throws CertificateException {
        List<String> uris = new ArrayList<>();
        Collection<List<?>> names = leaf.getSubjectAlternativeNames();
        if (names != null) {
            for (List<?> name : names) {
                if (name.getFirst().equals(URI_NAME)) {
                    uris.add(String.valueOf(name.get(1)));
                }
            }
        }
        if (uris.size() != 1) {
            throw refused(leaf, uris.size() + " URI names " + uris, "exactly one, spiffe://<trust domain>/<path>");
        }
        try {
            return SpiffeId.parse(uris.getFirst());
        } catch (IllegalArgumentException e) {
            throw new CertificateException(describe(leaf) + ": " + e.getMessage(), e);
        }
    }

    private static void requireLeaf(X509Certificate leaf) throws CertificateException {
        if (leaf.getBasicConstraints() != -1) {
            throw refused(leaf, "a certificate authority", "a leaf (basic constraints CA:FALSE)");
        }
        boolean[] usage = leaf.getKeyUsage();
        if (usage == null || !usage[DIGITAL_SIGNATURE]) {
            throw refused(leaf, "key usage without digitalSignature", "key usage digitalSignature");
        }
        if (usage[KEY_CERT_SIGN] || usage[CRL_SIGN]) {
            throw refused(leaf, "key usage keyCertSign or cRLSign", "a leaf that signs no certificates");
        }
        List<String> extended = leaf.getExtendedKeyUsage();
        if (extended != null && !(extended.contains(SERVER_AUTH) && extended.contains(CLIENT_AUTH))) {
            throw refused(leaf, "extended key usage " + extended, "both serverAuth and clientAuth, or none");
        }
    }

    /** The platform's own rules let SHA-1 and short keys pass under authorities that are not its own. */
    private static void requireStrong(X509Certificate certificate) throws CertificateException {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.contains("SHA1") || algorithm.contains("MD5") || algorithm.contains("MD2")) {
            throw refused(certificate, "a signature by " + certificate.getSigAlgName(), "SHA-256 or a longer hash");
        }
        PublicKey key = certificate.getPublicKey();
        int bits = key instanceof RSAPublicKey rsa
                ? rsa.getModulus().bitLength()
                : key instanceof ECPublicKey ec
                        ? ec.getParams().getCurve().getField().getFieldSize() * (RSA_BITS_MIN / EC_BITS_MIN)
                        : RSA_BITS_MIN;
        if (bits < RSA_BITS_MIN) {
            throw refused(
                    certificate, "a short key of " + key.getAlgorithm(), "RSA of 2048 bits or EC of 256, or more");
        }
    }

    private static void requireTime(X509Certificate leaf, Instant at) throws CertificateException {
        Instant notBefore = leaf.getNotBefore().toInstant();
        Instant notAfter = leaf.getNotAfter().toInstant();
        if (at.isBefore(notBefore)) {
            throw new CertificateNotYetValidException(
                    describe(leaf) + ": valid from " + notBefore + "; expected to be valid at " + at);
        }
        if (at.isAfter(notAfter)) {
            throw new CertificateExpiredException(
                    describe(leaf) + ": expired at " + notAfter + "; expected to be valid at " + at);
        }
    }

    private void requirePath(List<X509Certificate> chain, Instant at) throws CertificateException {
        Set<TrustAnchor> anchors = new LinkedHashSet<>();
        for (X509Certificate anchor : bundle) {
            // The PKIX validator takes anchors as given, whatever their age.
            if (!at.isBefore(anchor.getNotBefore().toInstant())
                    && !at.isAfter(anchor.getNotAfter().toInstant())) {
                anchors.add(new TrustAnchor(anchor, null));
            }
        }
        if (anchors.isEmpty()) {
            throw refused(
                    chain.getFirst(),
                    "no trust anchor of '" + trustDomain + "' that is valid at " + at,
                    "a bundle with at least one");
        }
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setDate(Date.from(at));
            parameters.setRevocationEnabled(false);
            CertPathValidator.getInstance("PKIX").validate(path(chain), parameters);
        } catch (CertPathValidatorException e) {
            throw new CertificateException(
                    describe(chain.getFirst()) + ": no valid path to the bundle of '" + trustDomain + "' ("
                            + e.getMessage() + "); expected a chain that ends at one of its " + anchors.size()
                            + " trust anchors",
                    e);
        } catch (GeneralSecurityException e) {
            throw new CertificateException(describe(chain.getFirst()) + ": " + e.getMessage(), e);
        }
    }

    private CertPath path(List<X509Certificate> chain) throws CertificateException {
        List<X509Certificate> path = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            if (bundle.contains(certificate)) {
                break;
            }
            path.add(certificate);
        }
        return CertificateFactory.getInstance("X.509").generateCertPath(path);
    }

    private static CertificateException refused(X509Certificate leaf, String found, String expected) {
        return new CertificateException(describe(leaf) + ": found " + found + "; expected " + expected);
    }

    private static String describe(X509Certificate certificate) {
        return "certificate '" + certificate.getSubjectX500Principal() + "' (serial "
                + certificate.getSerialNumber().toString(16) + ")";
    }
}
