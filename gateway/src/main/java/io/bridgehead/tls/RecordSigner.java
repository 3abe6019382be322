package io.bridgehead.tls;

import io.bridgehead.model.SpiffeId;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Signs records with the key of a node or an operator, and checks such signatures.
 *
 * <p>A signature is one byte that names the algorithm (1: ECDSA P-256 with SHA-256, 2: ECDSA P-384 with SHA-384, 3:
 * RSASSA-PSS with SHA-256 and 32 bytes of salt) and the signature as the JDK encodes it. The algorithm must be the one
 * for the signer's key, so the byte chooses nothing. The bytes to sign begin with a text of their own purpose; that is
 * the caller's duty, because the same key proves the holder's identity in TLS.
 */
public final class RecordSigner {
    private final KeyMaterial material;
    private final SigningAlgorithm algorithm;

    /** Signs as the holder of this material. */
    public RecordSigner(KeyMaterial material) {
        this.material = material;
        try {
            this.algorithm = SigningAlgorithm.of(material.leaf().getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("key material is checked when it is put together", e);
        }
    }

    /** Who signs. */
    public SpiffeId id() {
        return material.id();
    }

    /** The signer's certificates as DER, the leaf first; a record carries them. */
    public List<byte[]> chain() {
        List<byte[]> chain = new ArrayList<>();
        for (X509Certificate certificate : material.chain()) {
            try {
                chain.add(certificate.getEncoded());
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was read can be written", e);
            }
        }
        return chain;
    }

    /** @throws SignatureException if the key's provider fails */
    public byte[] sign(byte[] bytes) throws SignatureException {
        try {
            Signature signature = algorithm.newSignature();
            signature.initSign(material.key());
            signature.update(bytes);
            byte[] raw = signature.sign();
            byte[] encoded = new byte[raw.length + 1];
            encoded[0] = algorithm.code;
            System.arraycopy(raw, 0, encoded, 1, raw.length);
            return encoded;
        } catch (SignatureException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new SignatureException("signing as " + material.id() + " failed: " + e.getMessage(), e);
        }
    }

    /**
     * Checks a signature and the signer's chain at a given time.
     *
     * @param chain the signer's certificates, the leaf first
     * @return the signer
     * @throws CertificateException if the chain was not a valid X.509-SVID at that time
     * @throws SignatureException if the signature does not belong to the bytes and the leaf
     */
    public static SpiffeId verify(
            byte[] bytes, byte[] signature, List<X509Certificate> chain, SvidValidator validator, Instant at)
            throws CertificateException, SignatureException {
        SpiffeId signer = validator.validate(chain, at);
        verify(bytes, signature, chain);
        return signer;
    }

    /**
     * Checks a signature against the leaf of a chain that somebody else has validated.
     *
     * @throws SignatureException if the signature does not belong to the bytes and the leaf
     */
    public static void verify(byte[] bytes, byte[] signature, List<X509Certificate> chain) throws SignatureException {
        PublicKey key = chain.getFirst().getPublicKey();
        boolean good;
        try {
            SigningAlgorithm expected = SigningAlgorithm.of(key);
            if (signature.length < 2 || signature[0] != expected.code) {
                throw new SignatureException("signature: found algorithm "
                        + (signature.length == 0 ? "none" : signature[0]) + "; expected " + expected.code + " ("
                        + expected + ") for the signer's key");
            }
            Signature checking = expected.newSignature();
            checking.initVerify(key);
            checking.update(bytes);
            good = checking.verify(signature, 1, signature.length - 1);
        } catch (SignatureException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new SignatureException("signature: " + e.getMessage(), e);
        }
        if (!good) {
            throw new SignatureException("signature: does not belong to the content and the signer's certificate; "
                    + "expected the content exactly as it was signed");
        }
    }

    /**
     * Reads a chain that came with a record.
     *
     * @throws CertificateException if there are none or too many, or one is broken
     */
    public static List<X509Certificate> chainOf(List<byte[]> encoded) throws CertificateException {
        if (encoded.isEmpty() || encoded.size() > SvidValidator.CHAIN_CERTIFICATES_MAX) {
            throw new CertificateException("certificate chain: found " + encoded.size()
                    + " certificates; expected 1 to " + SvidValidator.CHAIN_CERTIFICATES_MAX);
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> chain = new ArrayList<>();
        for (byte[] certificate : encoded) {
            chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(certificate)));
        }
        return List.copyOf(chain);
    }
}
