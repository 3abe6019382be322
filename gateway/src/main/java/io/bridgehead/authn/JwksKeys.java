package io.bridgehead.authn;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an issuer: a JSON Web Key Set (RFC 7517), of which only public keys for signatures are kept. Immutable.
 *
 * <p><b>Limits</b>: {@value #BYTES_MAX} bytes, {@value #KEYS_MAX} keys; RSA of 2048 bits or more, curves of NIST.
 */
public final class JwksKeys {
    /** The largest set that is read. */
    public static final int BYTES_MAX = 1 << 20;

    private static final int KEYS_MAX = 100;
    private static final int RSA_BITS_MIN = 2048;
    /** SPIFFE's word for keys of JWT-SVIDs in a bundle. */
    private static final String SPIFFE_USE = "jwt-svid";

    /** Before anything was read. */
    static final JwksKeys NONE = new JwksKeys(List.of(), 0);

    private final List<Usable> keys;
    private final int leftOut;

    private JwksKeys(List<Usable> keys, int leftOut) {
        this.keys = List.copyOf(keys);
        this.leftOut = leftOut;
    }

    /** A key, and what checks signatures with it. */
    private record Usable(JWK key, JWSVerifier verifier) {
        boolean fits(JWSHeader header, boolean svid) {
            Algorithm only = key.getAlgorithm();
            String named = key.getKeyID();
            String wanted = header.getKeyID();
            return (!svid || isForSvids(key))
                    && verifier.supportedJWSAlgorithms().contains(header.getAlgorithm())
                    && (only == null || only.equals(header.getAlgorithm()))
                    && (named == null || wanted == null || named.equals(wanted));
        }
    }

    /**
     * Reads a set. Keys that are of no use here are left out and counted; a set without any key at all is one: nothing is taken of its issuer.
     *
     * @throws IllegalArgumentException if it is no set, or none of its keys is of use
     */
    static JwksKeys parse(byte[] json) {
        JwksKeys read = parseBundle(json);
        if (read.keys.isEmpty() && read.leftOut > 0) {
            throw new IllegalArgumentException(
                    "none of its " + read.leftOut
                            + " keys is of use: expected public keys for signatures, RSA of 2048 bits or more, or P-256, P-384, P-521");
        }
        return read;
    }

    /**
     * Reads the bundle of a trust domain, which is such a set and may hold keys for X.509-SVIDs alone: nothing is taken of its issuer then.
     *
     * @throws IllegalArgumentException if it is no set
     */
    static JwksKeys parseBundle(byte[] json) {
        if (json.length > BYTES_MAX) {
            throw new IllegalArgumentException("more than " + BYTES_MAX + " bytes: expected a JSON Web Key Set");
        }
        List<Usable> usable = new ArrayList<>();
        List<?> listed = listed(json);
        if (listed.size() > KEYS_MAX) {
            throw new IllegalArgumentException(listed.size() + " keys: expected at most " + KEYS_MAX);
        }
        for (Object one : listed) {
            Usable key = one instanceof Map<?, ?> map ? usable(map) : null;
            if (key != null) {
                usable.add(key);
            }
        }
        return new JwksKeys(usable, listed.size() - usable.size());
    }

    private static List<?> listed(byte[] json) {
        try {
            Map<String, Object> document = JSONObjectUtils.parse(new String(json, StandardCharsets.UTF_8));
            // the library reads the text "null" as no map at all
            if (document != null && document.get("keys") instanceof List<?> list) {
                return list;
            }
        } catch (ParseException e) {
            throw new IllegalArgumentException("no JSON object: expected a JSON Web Key Set", e);
        }
        throw new IllegalArgumentException("no list 'keys': expected a JSON Web Key Set");
    }

    @SuppressWarnings("unchecked") // names of a JSON object are texts
    private static @Nullable Usable usable(Map<?, ?> written) {
        try {
            JWK key = JWK.parse((Map<String, Object>) written);
            KeyUse use = key.getKeyUse();
            Set<KeyOperation> operations = key.getKeyOperations();
            boolean signs = use == null || use.equals(KeyUse.SIGNATURE) || isForSvids(key);
            boolean verifies = operations == null || operations.contains(KeyOperation.VERIFY);
            return signs && verifies ? usable(key.toPublicJWK()) : null;
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isForSvids(JWK key) {
        return key.getKeyUse() != null && key.getKeyUse().identifier().equals(SPIFFE_USE);
    }

    /** A shared secret has no public side, so it never gets here. */
    private static @Nullable Usable usable(@Nullable JWK key) throws JOSEException {
        return switch (key) {
            case ECKey curve -> new Usable(curve, new ECDSAVerifier(curve));
            case RSAKey rsa when rsa.size() >= RSA_BITS_MIN -> new Usable(rsa, new RSASSAVerifier(rsa));
            case null, default -> null;
        };
    }

    /**
     * Whether there is a key that the token may be signed with.
     *
     * @param svid whether it must be one for JWT-SVIDs
     */
    boolean hasKeyFor(JWSHeader header, boolean svid) {
        for (Usable key : keys) {
            if (key.fits(header, svid)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of the keys has signed this. */
    boolean haveSigned(JWSHeader header, boolean svid, byte[] signingInput, Base64URL signature) {
        for (Usable key : keys) {
            if (key.fits(header, svid) && isBy(key, header, signingInput, signature)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBy(Usable key, JWSHeader header, byte[] signingInput, Base64URL signature) {
        try {
            return key.verifier().verify(header, signingInput, signature);
        } catch (JOSEException e) {
            return false; // a signature that is none
        }
    }

    /** How many there are. */
    int size() {
        return keys.size();
    }

    /** How many were of no use. */
    int leftOut() {
        return leftOut;
    }

    /** What the keys are called and for which algorithms they are, for people. */
    List<String> words() {
        return keys.stream()
                .map(key ->
                        (key.key().getKeyID() == null ? "(no kid)" : key.key().getKeyID()) + " "
                                + key.key().getKeyType() + algorithm(key.key()))
                .toList();
    }

    private static String algorithm(JWK key) {
        return key.getAlgorithm() == null
                ? ""
                : " " + JWSAlgorithm.parse(key.getAlgorithm().getName());
    }
}
