package io.bridgehead.authn;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An issuer of tokens with keys of its own, which tests sign with what they like. */
public final class TestIssuer {
    public static final String ISSUER = "https://login.example";

    private final List<JWK> keys = new ArrayList<>();

    /** With a key of P-256 called {@code one}. */
    public TestIssuer() {
        keys.add(curve("one", Curve.P_256));
    }

    /** A key of an elliptic curve. */
    public static ECKey curve(String kid, Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A key of RSA. */
    public static RSAKey rsa(String kid, int bits) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another key in the place of those before; a token is signed with the newest. */
    public TestIssuer rotate(JWK next) {
        keys.clear();
        keys.add(next);
        return this;
    }

    /** One more key. */
    public TestIssuer add(JWK next) {
        keys.add(next);
        return this;
    }

    /** The public side of its keys, as it publishes them. */
    public byte[] jwks() {
        return new JWKSet(keys).toString(true).getBytes(StandardCharsets.UTF_8);
    }

    JwksKeys keys() {
        return JwksKeys.parse(jwks());
    }

    /** A token of these claims, signed with the newest key. */
    public String sign(String claims) {
        return sign("", claims);
    }

    /** The same with more in its header, such as {@code "typ":"JWT",}. */
    public String sign(String header, String claims) {
        JWK key = keys.getLast();
        JWSAlgorithm algorithm = key instanceof ECKey curve
                ? JWSAlgorithm.parse(
                        "ES" + curve.getCurve().getName().substring(2).replace("521", "512"))
                : JWSAlgorithm.RS256;
        return sign(key, "{" + header + "\"alg\":\"" + algorithm + "\",\"kid\":\"" + key.getKeyID() + "\"}", claims);
    }

    /** A token of this header and these claims, signed with this key. */
    public static String sign(JWK key, String header, String claims) {
        try {
            JWSSigner signer = key instanceof ECKey curve ? new ECDSASigner(curve) : new RSASSASigner(key.toRSAKey());
            JWSObject token = new JWSObject(JWSHeader.parse(header), new Payload(claims));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException | java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Claims of a subject, for audience {@code shop}, that hold for an hour from now on; {@code more} begins with a comma. */
    public static String claims(String subject, long nowMillis, String more) {
        return String.format(
                Locale.ROOT,
                "{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":\"shop\",\"exp\":%d%s}",
                ISSUER,
                subject,
                nowMillis / 1000 + 3600,
                more);
    }
}
