package io.bridgehead.authn;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.bridgehead.authn.JwtVerdict.Accepted;
import io.bridgehead.authn.JwtVerdict.Field;
import io.bridgehead.authn.JwtVerdict.Refused;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TokenClaims;
import io.bridgehead.model.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges a token: a JSON Web Signature in its compact form (RFC 7515) whose payload are claims (RFC 7519), by the rules of its issuer and the advice
 * of RFC 8725. All that costs little is looked at before the signature is.
 *
 * <p>Takes some hundred microseconds, so no event loop does it.
 */
final class JwtCheck {
    /** Longer tokens are refused unread. */
    static final int CHARACTERS_MAX = 12 * 1024;

    private static final int FIELD_BYTES_MAX = 4096;
    private static final long MILLIS = 1000;
    /** Some five million years, so that no sum of times is too large. */
    private static final double SECONDS_MAX = 1.6e14;

    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "jose", "application/jwt", "application/at+jwt");

    /** Section 2.3 of SPIFFE JWT-SVID. */
    private static final Set<String> SVID_TYPES = Set.of("jwt", "jose");

    private JwtCheck() {}

    /**
     * Judges a token.
     *
     * @param issuers whose tokens are taken where it was found
     */
    static JwtVerdict judge(String token, List<JwtIssuer> issuers, long nowMillis) {
        if (token.length() > CHARACTERS_MAX) {
            return refused(null, JwtFault.TOO_LONG, token.length() + " characters: expected at most " + CHARACTERS_MAX);
        }
        try {
            JWSObject parsed = JWSObject.parse(token);
            Map<String, Object> payload =
                    JSONObjectUtils.parse(parsed.getPayload().toString());
            Object named = payload.get("iss");
            for (JwtIssuer issuer : issuers) {
                if (issuer.rules().svids() == null && issuer.rules().issuer().equals(named)) {
                    return judge(issuer, parsed, payload, nowMillis);
                }
            }
            TrustDomain domain = TokenClaims.svidDomain(payload.get("sub"));
            for (JwtIssuer issuer : issuers) {
                if (domain != null && domain.equals(issuer.rules().svids())) {
                    return judge(issuer, parsed, payload, nowMillis);
                }
            }
            return refused(
                    null,
                    JwtFault.ISSUER,
                    (named instanceof String text ? "issuer '" + shown(text) + "'" : "no 'iss', which")
                            + (domain == null ? "" : " of a subject of trust domain " + domain)
                            + " is none of "
                            + issuers.stream().map(JwtIssuer::name).toList());
        } catch (ParseException | IllegalArgumentException e) {
            return refused(null, JwtFault.MALFORMED, "it cannot be read: " + shown(String.valueOf(e.getMessage())));
        }
    }

    private static JwtVerdict judge(JwtIssuer issuer, JWSObject token, Map<String, Object> payload, long nowMillis) {
        JwtRules rules = issuer.rules();
        JwksKeys keys = issuer.keys();
        Refused refused = judgeHeader(issuer, token.getHeader());
        if (refused == null) {
            refused = judgeTimes(issuer, payload, nowMillis);
        }
        if (refused == null) {
            refused = judgeAudience(issuer, payload.get("aud"));
        }
        if (refused == null) {
            refused = judgeSignature(issuer, keys, token);
        }
        if (refused != null) {
            return refused;
        }
        try {
            TokenClaims claims = TokenClaims.of(rules.issuer(), payload);
            SpiffeId identity =
                    rules.identity() == null ? null : rules.identity().of(claims);
            long notAfter = payload.get("exp") instanceof Number end ? millis(end) + rules.skewMillis() : 0;
            return new Accepted(issuer, keys, claims, identity, fields(rules, claims), notAfter);
        } catch (IllegalArgumentException e) {
            return refused(issuer, JwtFault.CLAIM, shown(String.valueOf(e.getMessage())));
        }
    }

    private static @Nullable Refused judgeHeader(JwtIssuer issuer, JWSHeader header) {
        String algorithm = header.getAlgorithm().getName();
        if (!issuer.rules().algorithms().contains(algorithm)) {
            return refused(
                    issuer,
                    JwtFault.ALGORITHM,
                    "algorithm '" + shown(algorithm) + "': expected one of "
                            + issuer.rules().algorithms().stream().sorted().toList());
        }
        Set<String> critical = header.getCriticalParams();
        if (critical != null || header.getIncludedParams().contains("crit") || !header.isBase64URLEncodePayload()) {
            return refused(issuer, JwtFault.CRITICAL, "'crit' names " + critical + ": expected none");
        }
        JOSEObjectType type = header.getType();
        Set<String> types = issuer.rules().svids() == null ? TYPES : SVID_TYPES;
        if (type != null && !types.contains(type.getType().toLowerCase(Locale.ROOT))) {
            return refused(
                    issuer, JwtFault.MALFORMED, "type '" + shown(type.getType()) + "': expected one of " + types);
        }
        return null;
    }

    private static @Nullable Refused judgeTimes(JwtIssuer issuer, Map<String, Object> payload, long nowMillis) {
        long skew = issuer.rules().skewMillis();
        for (String name : List.of("exp", "nbf", "iat")) {
            Object value = payload.get(name);
            boolean missing = value == null && name.equals("exp");
            if (missing || (value != null && !isTime(value))) {
                return refused(issuer, JwtFault.MALFORMED, "'" + name + "': expected seconds since 1970");
            }
        }
        Number end = (Number) payload.get("exp");
        if (end == null || nowMillis >= millis(end) + skew) {
            return refused(issuer, JwtFault.EXPIRED, "it ended at " + end + " (seconds since 1970)");
        }
        for (String name : List.of("nbf", "iat")) {
            Number begin = (Number) payload.get(name);
            if (begin != null && nowMillis < millis(begin) - skew) {
                return refused(issuer, JwtFault.NOT_YET, "'" + name + "' is " + begin + " (seconds since 1970)");
            }
        }
        return null;
    }

    private static boolean isTime(Object value) {
        return value instanceof Number number && Math.abs(number.doubleValue()) <= SECONDS_MAX;
    }

    private static long millis(Number seconds) {
        return (long) (seconds.doubleValue() * MILLIS);
    }

    private static @Nullable Refused judgeAudience(JwtIssuer issuer, @Nullable Object audience) {
        Set<String> wanted = issuer.rules().audiences();
        List<?> named = audience instanceof List<?> list ? list : audience == null ? List.of() : List.of(audience);
        boolean meant = wanted.isEmpty();
        for (Object one : named) {
            if (!(one instanceof String text)) {
                return refused(issuer, JwtFault.MALFORMED, "'aud': expected a text or a list of texts");
            }
            meant |= wanted.contains(text);
        }
        return meant
                ? null
                : refused(
                        issuer,
                        JwtFault.AUDIENCE,
                        "it is for " + shown(named.toString()) + ": expected one of "
                                + wanted.stream().sorted().toList());
    }

    private static @Nullable Refused judgeSignature(JwtIssuer issuer, JwksKeys keys, JWSObject token) {
        JWSHeader header = token.getHeader();
        boolean svid = issuer.rules().svids() != null;
        String kid = header.getKeyID();
        String named = kid == null ? "without a key id" : "with key id '" + shown(kid) + "'";
        if (!keys.hasKeyFor(header, svid)) {
            JwtFault fault = issuer.hasKeys() ? JwtFault.KEY : JwtFault.NO_KEYS;
            return refused(issuer, fault, "no key for a token of " + header.getAlgorithm() + " " + named);
        }
        if (!keys.haveSigned(header, svid, token.getSigningInput(), token.getSignature())) {
            // without key ids one cannot tell a forged token from one of keys that are new
            JwtFault fault = kid == null ? JwtFault.KEY : JwtFault.SIGNATURE;
            return refused(issuer, fault, "not signed by the issuer's key, " + named);
        }
        return null;
    }

    private static List<Field> fields(JwtRules rules, TokenClaims claims) {
        List<Field> fields = new ArrayList<>(rules.claims().size());
        for (JwtRules.ClaimField wanted : rules.claims()) {
            List<String> texts = claims.texts(List.of(wanted.claim()));
            if (!texts.isEmpty()) {
                fields.add(new Field(wanted.field(), value(wanted.claim(), texts)));
            }
        }
        return fields;
    }

    /** The texts with commas between them; a text that would be read as something else than it is, is refused. */
    private static byte[] value(String claim, List<String> texts) {
        for (String text : texts) {
            boolean control = text.chars().anyMatch(c -> c < ' ' || c == 0x7f);
            if (control || !text.equals(text.strip()) || (texts.size() > 1 && text.indexOf(',') >= 0)) {
                throw new IllegalArgumentException(
                        "claim '" + claim
                                + "': expected no control characters, no space at its ends, and no comma in an entry of a list, for a header field");
            }
        }
        byte[] value = String.join(",", texts).getBytes(StandardCharsets.UTF_8);
        if (value.length > FIELD_BYTES_MAX) {
            throw new IllegalArgumentException("claim '" + claim + "': " + value.length + " bytes, expected at most "
                    + FIELD_BYTES_MAX + " for a header field");
        }
        return value;
    }

    private static Refused refused(@Nullable JwtIssuer issuer, JwtFault fault, String detail) {
        return new Refused(issuer, fault, detail);
    }

    /** What others wrote, short and without what would spoil a log line. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && i < 200; i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || c == 0x7f ? '?' : c);
        }
        return shown.toString();
    }
}
