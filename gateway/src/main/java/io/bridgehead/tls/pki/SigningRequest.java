package io.bridgehead.tls.pki;

import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.KeyMaterial;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A request for a certificate (PKCS#10, RFC 2986): the identity that somebody wants, and the key that only they hold, which has signed it.
 * Of the names in it one counts, the SPIFFE ID, and there must be no other.
 */
public final class SigningRequest {
    /** The longest that is read. */
    public static final int BYTES_MAX = 4096;

    private final SpiffeId id;
    private final PublicKey key;
    private final byte[] encoded;

    private SigningRequest(SpiffeId id, PublicKey key, byte[] encoded) {
        this.id = id;
        this.key = key;
        this.encoded = encoded;
    }

    /** @throws PkiException if the key cannot sign */
    public static SigningRequest make(SpiffeId id, KeyPair keys) throws PkiException {
        try {
            ExtensionsGenerator wanted = new ExtensionsGenerator();
            wanted.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, id.toString())));
            byte[] encoded = new JcaPKCS10CertificationRequestBuilder(
                            new X500Principal("O=Bridgehead"), keys.getPublic())
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, wanted.generate())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
            return new SigningRequest(id, keys.getPublic(), encoded);
        } catch (IOException | OperatorCreationException e) {
            throw new PkiException("request for " + id + ": " + e.getMessage(), e);
        }
    }

    /** A new P-256 key. */
    public static KeyPair newKeys(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    /**
     * Reads what a stranger sent.
     *
     * @throws PkiException if it is too long or malformed, its signature is not of its key, the key is of a kind that is not used, or it does
     *     not name exactly one SPIFFE ID and nothing else
     */
    public static SigningRequest read(byte[] encoded) throws PkiException {
        if (encoded.length > BYTES_MAX) {
            throw new PkiException(
                    "certificate request: found " + encoded.length + " bytes; expected at most " + BYTES_MAX);
        }
        try {
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(encoded);
            PublicKey key = request.getPublicKey();
            KeyMaterial.requireUsable(key);
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new PkiException(
                        "certificate request: found a signature that is not of its key; expected one that is");
            }
            return new SigningRequest(idOf(request.getRequestedExtensions()), key, encoded.clone());
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | RuntimeException e) {
            throw new PkiException("certificate request: cannot be read (" + e.getMessage() + "); expected PKCS#10", e);
        }
    }

    private static SpiffeId idOf(Extensions wanted) throws PkiException {
        GeneralNames names =
                wanted == null ? null : GeneralNames.fromExtensions(wanted, Extension.subjectAlternativeName);
        List<String> found = new ArrayList<>();
        for (GeneralName name : names == null ? new GeneralName[0] : names.getNames()) {
            boolean uri = name.getTagNo() == GeneralName.uniformResourceIdentifier;
            found.add(uri ? name.getName().toString() : name.toString());
        }
        if (found.size() != 1 || !found.getFirst().startsWith("spiffe://")) {
            throw new PkiException("certificate request: found the names " + found + "; expected one SPIFFE ID alone");
        }
        try {
            return SpiffeId.parse(found.getFirst());
        } catch (IllegalArgumentException e) {
            throw new PkiException("certificate request: " + e.getMessage(), e);
        }
    }

    /** Who its sender wants to be. */
    public SpiffeId id() {
        return id;
    }

    /** The key of which the sender has the other half. */
    public PublicKey key() {
        return key;
    }

    /** As it is sent. */
    public byte[] encoded() {
        return encoded.clone();
    }
}
