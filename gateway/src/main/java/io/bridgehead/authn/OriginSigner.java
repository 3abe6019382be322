package io.bridgehead.authn;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jwt.SignedJWT;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.PeerKeys;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import org.jspecify.annotations.Nullable;

/**
 * Signs statements with the key of a node's certificate, by the one algorithm that fits it: ES256, ES384 or PS256 (RFC 7518, section 3.1). The
 * header has {@code alg}, {@code typ} and, as {@code kid}, {@link PeerKeys#id}. Immutable.
 */
public final class OriginSigner {
    /** What the header says that it is, so that nothing else that the key may have signed passes for one (RFC 8725, section 3.11). */
    static final JOSEObjectType TYPE = new JOSEObjectType("bridgehead-origin+jwt");

    private final SpiffeId id;
    private final JWSHeader header;
    private final JWSSigner signer;

    /** Signs as the holder of this material. */
    public OriginSigner(KeyMaterial material) {
        PublicKey key = material.leaf().getPublicKey();
        JWSAlgorithm algorithm = algorithm(key);
        if (algorithm == null) {
            throw new IllegalStateException("key material is checked when it is put together");
        }
        this.id = material.id();
        this.header = new JWSHeader.Builder(algorithm)
                .type(TYPE)
                .keyID(PeerKeys.id(key))
                .build();
        try {
            this.signer = key instanceof ECPublicKey
                    ? new ECDSASigner(material.key(), algorithm.equals(JWSAlgorithm.ES256) ? Curve.P_256 : Curve.P_384)
                    : new RSASSASigner(material.key());
        } catch (JOSEException e) {
            throw new IllegalStateException("key material is checked when it is put together", e);
        }
    }

    /** The only algorithm that this key signs with; null for a key that signs nothing here. */
    static @Nullable JWSAlgorithm algorithm(PublicKey key) {
        if (key instanceof ECPublicKey ec) {
            Curve curve = Curve.forECParameterSpec(ec.getParams());
            return Curve.P_256.equals(curve)
                    ? JWSAlgorithm.ES256
                    : Curve.P_384.equals(curve) ? JWSAlgorithm.ES384 : null;
        }
        return key instanceof RSAPublicKey ? JWSAlgorithm.PS256 : null;
    }

    /** Who signs. */
    public SpiffeId id() {
        return id;
    }

    /**
     * Signs what it is itself the issuer of.
     *
     * @return a compact JWS (RFC 7515, section 7.1)
     * @throws SignatureException if the key's provider fails
     */
    public byte[] sign(OriginStatement statement) throws SignatureException {
        SignedJWT signed = new SignedJWT(header, statement.claims());
        try {
            signed.sign(signer);
        } catch (JOSEException e) {
            throw new SignatureException("signing as " + id + " failed: " + e.getMessage(), e);
        }
        return signed.serialize().getBytes(StandardCharsets.US_ASCII);
    }
}
