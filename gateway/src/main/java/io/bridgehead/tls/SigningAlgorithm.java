package io.bridgehead.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/**
 * The signature algorithms that keys of this product are used with; the kind of key decides which. The code stands in
 * the first byte of a signature.
 */
enum SigningAlgorithm {
    ECDSA_P256_SHA256(1, "SHA256withECDSA"),
    ECDSA_P384_SHA384(2, "SHA384withECDSA"),
    RSA_PSS_SHA256(3, "RSASSA-PSS");

    private static final int RSA_BITS_MIN = 2048;

    final byte code;
    private final String name;

    SigningAlgorithm(int code, String name) {
        this.code = (byte) code;
        this.name = name;
    }

    /** @throws InvalidKeyException if the key is neither P-256, P-384 nor RSA of at least 2048 bits */
    static SigningAlgorithm of(PublicKey key) throws InvalidKeyException {
        if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getCurve().getField().getFieldSize();
            if (bits == 256) {
                return ECDSA_P256_SHA256;
            }
            if (bits == 384) {
                return ECDSA_P384_SHA384;
            }
            throw unusable("an EC key of " + bits + " bits");
        }
        if (key instanceof RSAPublicKey rsa) {
            if (rsa.getModulus().bitLength() >= RSA_BITS_MIN) {
                return RSA_PSS_SHA256;
            }
            throw unusable("an RSA key of " + rsa.getModulus().bitLength() + " bits");
        }
        throw unusable("a key of algorithm " + key.getAlgorithm());
    }

    Signature newSignature() throws GeneralSecurityException {
        Signature signature = Signature.getInstance(name);
        if (this == RSA_PSS_SHA256) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        return signature;
    }

    private static InvalidKeyException unusable(String found) {
        return new InvalidKeyException(found + "; expected EC P-256 or P-384, or RSA of at least 2048 bits");
    }
}
