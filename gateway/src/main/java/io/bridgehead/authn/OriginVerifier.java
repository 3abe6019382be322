package io.bridgehead.authn;

import com.nimbusds.jose.Header;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import io.bridgehead.authn.OriginVerdict.Refused;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.PeerKeys;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges what a gateway says of a caller. All that costs little comes before the signature: form, algorithm, key, issuer, audience, time,
 * caller. Nothing in the header chooses anything: the algorithm must be the one of the key, and the key one that the peer has proved.
 *
 * @param site of this node: the audience
 * @param trust which site may speak for whom
 */
record OriginVerifier(SiteName site, SpeaksFor trust) {
    /** Longer than any that a node makes of names within their bounds. */
    static final int BYTES_MAX = 8192;

    /** How far clocks may be apart before statements are refused. */
    static final int LEEWAY_SECONDS = 30;

    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.PS256);
    private static final Set<String> HEADER = Set.of("alg", "typ", "kid");
    private static final int SHOWN_MAX = 120;

    /** Says whether there is time for a signature. */
    interface Looks {
        /**
         * @param statement as it would be, if the signature were good
         * @param key by which it would be signed
         */
        boolean mayLook(OriginStatement statement, PeerKeys.Shown key);
    }

    /**
     * Judges a statement of a peer.
     *
     * @param keys that the peer has proved
     * @param now in seconds since 1970
     * @param looks asked when all but the signature is well, since that costs a good part of a millisecond
     */
    OriginVerdict judge(byte[] text, SpiffeId peer, PeerKeys keys, long now, Looks looks) {
        if (text.length > BYTES_MAX) {
            return new Refused(OriginFault.TOO_LARGE, text.length + " bytes: expected at most " + BYTES_MAX);
        }
        if (!isCompact(text)) {
            return malformed("expected three parts in base64url with dots between them");
        }
        try {
            return read(new String(text, StandardCharsets.US_ASCII), peer, keys, now, looks);
        } catch (ParseException | RuntimeException e) { // the library throws both for what it cannot read
            return malformed(String.valueOf(e.getMessage()));
        }
    }

    private OriginVerdict read(String text, SpiffeId peer, PeerKeys keys, long now, Looks looks) throws ParseException {
        Header shown = Header.parse(new Base64URL(text.substring(0, text.indexOf('.'))));
        if (!(shown instanceof JWSHeader header) || !ALGORITHMS.contains(header.getAlgorithm())) {
            return new Refused(
                    OriginFault.ALGORITHM,
                    "alg " + cut(shown.getAlgorithm()) + ": expected one of ES256, ES384, PS256");
        }
        if (!header.getIncludedParams().equals(HEADER) || !OriginSigner.TYPE.equals(header.getType())) {
            return malformed("header " + header + ": expected alg, kid and typ " + OriginSigner.TYPE);
        }
        PeerKeys.Shown shownKey = keys.find(header.getKeyID());
        if (shownKey == null) {
            return new Refused(
                    OriginFault.KEY_UNKNOWN,
                    "kid " + cut(header.getKeyID())
                            + ": expected that of a certificate that was shown on this connection and is trusted");
        }
        PublicKey key = shownKey.key();
        JWSAlgorithm expected = OriginSigner.algorithm(key);
        if (!header.getAlgorithm().equals(expected)) {
            return new Refused(
                    OriginFault.ALGORITHM, "alg " + header.getAlgorithm() + ": expected the key's, " + expected);
        }
        SignedJWT signed = SignedJWT.parse(text);
        OriginStatement statement = OriginStatement.of(signed.getJWTClaimsSet());
        Refused refused = judge(statement, peer, now);
        if (refused != null) {
            return refused;
        }
        if (!looks.mayLook(statement, shownKey)) {
            return new Refused(
                    OriginFault.TOO_MANY, "more signatures than are checked in a second, or too many that were forged");
        }
        return isSignedBy(signed, key)
                ? new OriginVerdict.Good(statement)
                : new Refused(OriginFault.SIGNATURE, "the signature is not that of the statement and the key");
    }

    private @Nullable Refused judge(OriginStatement statement, SpiffeId peer, long now) {
        if (!statement.issuer().equals(peer)) {
            return new Refused(
                    OriginFault.ISSUER,
                    "iss " + statement.issuer() + ": expected " + peer + ", the tunnel's other end");
        }
        if (!statement.destination().equals(site)) {
            return new Refused(
                    OriginFault.AUDIENCE, "aud names site '" + statement.destination() + "': expected '" + site + "'");
        }
        long lifetime = statement.expires() - statement.issued();
        if (lifetime < 1 || lifetime > OriginStatement.LIFETIME_SECONDS_MAX) {
            return new Refused(
                    OriginFault.LIFETIME,
                    "good for " + lifetime + " s: expected 1 to " + OriginStatement.LIFETIME_SECONDS_MAX);
        }
        if (now > statement.expires() + LEEWAY_SECONDS) {
            return new Refused(
                    OriginFault.EXPIRED, "over since " + (now - statement.expires()) + " s by this node's clock");
        }
        if (statement.issued() > now + LEEWAY_SECONDS) {
            return new Refused(
                    OriginFault.NOT_YET, "issued " + (statement.issued() - now) + " s ahead of this node's clock");
        }
        SiteName speaker = peer.site();
        String objection = speaker == null ? "expected a gateway" : trust.objection(speaker, statement.caller());
        return objection == null
                ? null
                : new Refused(OriginFault.CALLER, "vouches for " + statement.caller() + ": " + objection);
    }

    private static boolean isSignedBy(SignedJWT signed, PublicKey key) {
        try {
            JWSVerifier verifier =
                    key instanceof ECPublicKey ec ? new ECDSAVerifier(ec) : new RSASSAVerifier((RSAPublicKey) key);
            return signed.verify(verifier);
        } catch (JOSEException e) {
            return false; // a signature that cannot even be read
        }
    }

    /** The library skips what is not base64url, so that one statement could have any number of forms. */
    private static boolean isCompact(byte[] text) {
        int dots = 0;
        for (byte b : text) {
            boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
            if (b == '.') {
                dots++;
            } else if (!letter && b != '-' && b != '_') {
                return false;
            }
        }
        return dots == 2;
    }

    private static Refused malformed(String detail) {
        return new Refused(OriginFault.MALFORMED, cut(detail));
    }

    private static String cut(@Nullable Object shown) {
        String text = String.valueOf(shown);
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
    }
}
