package io.bridgehead.authn;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A SPIFFE bundle as it travels: a JWK Set (RFC 7517, section 5) as the SPIFFE Trust Domain and Bundle specification has it. Only what judges
 * X.509-SVIDs is kept; keys of other types and uses are passed over, as it asks. It does not say whose it is.
 *
 * @param anchors the authorities; none means that nobody of the trust domain is to be trusted
 * @param sequence grows with every change; null when it is not said
 * @param refreshHint how often to look for another; null when it is not said
 */
public record BundleDocument(
        List<X509Certificate> anchors,
        @Nullable Long sequence,
        @Nullable Duration refreshHint) {
    /** Bytes that a document may have. */
    public static final int BYTES_MAX = 1 << 20;

    private static final int KEYS_MAX = 256;
    private static final int ANCHORS_MAX = 64;
    private static final long HINT_SECONDS_MAX = 366L * 24 * 3600;
    private static final String X509_USE = "x509-svid";
    private static final Set<KeyType> KNOWN = Set.of(KeyType.EC, KeyType.RSA);

    public BundleDocument {
        anchors = List.copyOf(anchors);
    }

    /** @throws IllegalArgumentException saying what was found and what was expected */
    public static BundleDocument parse(byte[] json) {
        if (json.length > BYTES_MAX) {
            throw new IllegalArgumentException("found more than 1 MiB; expected a SPIFFE bundle (a JWK Set)");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString();
            Map<String, Object> document = JSONObjectUtils.parse(text);
            if (document == null) {
                throw new IllegalArgumentException("found null; expected a SPIFFE bundle (a JWK Set)");
            }
            return new BundleDocument(anchors(document), number(document, "spiffe_sequence"), hint(document));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("found what is no UTF-8; expected a SPIFFE bundle (a JWK Set)", e);
        } catch (ParseException | IllegalStateException e) {
            throw new IllegalArgumentException(
                    "found what cannot be read (" + e.getMessage() + "); expected a SPIFFE bundle (a JWK Set)", e);
        }
    }

    private static List<X509Certificate> anchors(Map<String, Object> document) throws ParseException {
        if (!(document.get("keys") instanceof List<?> keys)) {
            throw new IllegalArgumentException("found no list 'keys'; expected a SPIFFE bundle (a JWK Set)");
        }
        if (keys.size() > KEYS_MAX) {
            throw new IllegalArgumentException("found " + keys.size() + " keys; expected at most " + KEYS_MAX);
        }
        List<X509Certificate> anchors = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (!(keys.get(i) instanceof Map<?, ?> key)) {
                throw new IllegalArgumentException("keys[" + i + "]: found no object; expected a key");
            }
            if (X509_USE.equals(key.get("use"))
                    && key.get("kty") instanceof String type
                    && KNOWN.contains(KeyType.parse(type))) {
                anchors.add(anchor(key, "keys[" + i + "]"));
            }
        }
        if (anchors.size() > ANCHORS_MAX) {
            throw new IllegalArgumentException(
                    "found " + anchors.size() + " authorities; expected at most " + ANCHORS_MAX);
        }
        return anchors;
    }

    private static X509Certificate anchor(Map<?, ?> key, String place) {
        Map<String, Object> named = new LinkedHashMap<>();
        key.forEach((name, value) -> named.put(String.valueOf(name), value));
        List<X509Certificate> chain;
        try {
            chain = JWK.parse(named).getParsedX509CertChain();
        } catch (ParseException | RuntimeException e) {
            throw new IllegalArgumentException(
                    place + ": found a key that cannot be read (" + e.getMessage() + "); expected one with x5c", e);
        }
        if (chain == null || chain.size() != 1) {
            throw new IllegalArgumentException(
                    place + ": found " + (chain == null ? 0 : chain.size()) + " certificates in x5c; expected one");
        }
        X509Certificate anchor = chain.getFirst();
        if (anchor.getBasicConstraints() < 0) {
            throw new IllegalArgumentException(place + ": '" + anchor.getSubjectX500Principal()
                    + "' is no certificate authority; expected only trust anchors (basic constraints CA:TRUE)");
        }
        return anchor;
    }

    private static @Nullable Duration hint(Map<String, Object> document) {
        Long seconds = number(document, "spiffe_refresh_hint");
        return seconds == null ? null : Duration.ofSeconds(Math.min(seconds, HINT_SECONDS_MAX));
    }

    private static @Nullable Long number(Map<String, Object> document, String name) {
        Object value = document.get(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Long || value instanceof Integer) || ((Number) value).longValue() < 0) {
            throw new IllegalArgumentException(name + ": found " + value + "; expected an integer of 0 or more");
        }
        return ((Number) value).longValue();
    }

    /** Whether a document can hold an authority: those with EC and RSA keys, as {@link #parse} reads them. */
    public static boolean canHold(X509Certificate anchor) {
        try {
            return KNOWN.contains(JWK.parse(anchor).getKeyType());
        } catch (JOSEException
                | RuntimeException e) { // the library reads certificates anew, and less of them than the platform
            return false;
        }
    }

    /**
     * As {@link #parse} reads it.
     *
     * @throws IllegalArgumentException if there is one that no document {@link #canHold}
     */
    public byte[] toJson() {
        List<Object> keys = new ArrayList<>();
        for (X509Certificate anchor : anchors) {
            try {
                Map<String, Object> key =
                        new LinkedHashMap<>(JWK.parse(anchor).toPublicJWK().toJSONObject());
                key.keySet().retainAll(Set.of("kty", "crv", "x", "y", "n", "e"));
                key.put("use", X509_USE);
                key.put("x5c", List.of(Base64.encode(anchor.getEncoded()).toString()));
                keys.add(key);
            } catch (JOSEException | CertificateEncodingException | RuntimeException e) {
                throw new IllegalArgumentException(
                        "'" + anchor.getSubjectX500Principal() + "': found a key that no JWK can hold", e);
            }
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("keys", keys);
        if (sequence != null) {
            document.put("spiffe_sequence", sequence);
        }
        if (refreshHint != null) {
            document.put("spiffe_refresh_hint", refreshHint.toSeconds());
        }
        return JSONObjectUtils.toJSONString(document).getBytes(StandardCharsets.UTF_8);
    }
}
