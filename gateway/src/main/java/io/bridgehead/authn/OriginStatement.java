package io.bridgehead.authn;

import com.nimbusds.jwt.JWTClaimsSet;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Set;

/**
 * What a node says of the first caller of a request that it passes on: claims of a JWT (RFC 7519). {@code iss} and {@code sub} are SPIFFE IDs,
 * {@code aud} is {@code <service>@<destination site>}, {@code prf} says how the caller was proved, {@code rev} which revision of the routes the
 * node went by when it signed, half a minute before it acts at most; {@code iat} and {@code exp} are in seconds.
 *
 * @param issuer the node that says it
 * @param proof a word of at most {@value #PROOF_CHARACTERS_MAX} characters, such as {@code certificate}
 * @param service whose endpoints are asked for
 * @param destination the site that is to serve
 * @param issued in seconds since 1970
 * @param expires in seconds since 1970, at most {@value #LIFETIME_SECONDS_MAX} after {@code issued}
 */
public record OriginStatement(
        SpiffeId issuer,
        SpiffeId caller,
        String proof,
        String service,
        SiteName destination,
        String revision,
        long issued,
        long expires) {
    /** The longest time that a statement may be good for. */
    public static final int LIFETIME_SECONDS_MAX = 60;

    private static final int PROOF_CHARACTERS_MAX = 32;
    private static final String PROOF = "prf";
    private static final String REVISION = "rev";
    private static final Set<String> CLAIMS = Set.of("iss", "sub", "aud", PROOF, REVISION, "iat", "exp");

    JWTClaimsSet claims() {
        return new JWTClaimsSet.Builder()
                .issuer(issuer.toString())
                .subject(caller.toString())
                .audience(service + '@' + destination)
                .claim(PROOF, proof)
                .claim(REVISION, revision)
                .issueTime(Date.from(Instant.ofEpochSecond(issued)))
                .expirationTime(Date.from(Instant.ofEpochSecond(expires)))
                .build();
    }

    /** @throws IllegalArgumentException saying which claim is missing, unknown or not of its form */
    static OriginStatement of(JWTClaimsSet claims) {
        if (!claims.getClaims().keySet().equals(CLAIMS)) {
            throw new IllegalArgumentException(
                    "claims " + claims.getClaims().keySet() + ": expected exactly " + CLAIMS);
        }
        try {
            String audience =
                    claims.getAudience().size() == 1 ? claims.getAudience().getFirst() : "";
            int at = audience.lastIndexOf('@');
            String site = audience.substring(at + 1);
            if (at < 1 || !SiteName.isValid(site)) {
                throw new IllegalArgumentException("aud '" + audience + "': expected <service>@<site>");
            }
            String proof = claims.getStringClaim(PROOF);
            if (proof.isEmpty() || proof.length() > PROOF_CHARACTERS_MAX) {
                throw new IllegalArgumentException("prf '" + proof + "': expected a word");
            }
            String revision = claims.getStringClaim(REVISION);
            if (revision == null) {
                throw new IllegalArgumentException("rev: found null; expected a text");
            }
            return new OriginStatement(
                    SpiffeId.parse(claims.getIssuer()),
                    SpiffeId.parse(claims.getSubject()),
                    proof,
                    audience.substring(0, at),
                    new SiteName(site),
                    revision,
                    seconds(claims.getIssueTime()),
                    seconds(claims.getExpirationTime()));
        } catch (ParseException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @SuppressWarnings("JavaUtilDate") // What the library has.
    private static long seconds(Date time) {
        return Math.floorDiv(time.getTime(), 1000L);
    }
}
