package io.bridgehead.identity;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.tls.RecordSigner;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants of an authority's tokens: another one, or one taken back. It is signed, for one node, for a minute, and done once.
 *
 * @param revoke the id of the token to take back; empty to make one
 * @param site whose node may join; null to take one back
 * @param node the only name that it may have; null for any
 */
public record TokenOrder(
        String revoke, @Nullable SiteName site, @Nullable NodeName node, Duration lifetime) {
    /** The shortest and longest that a token may be valid. */
    public static final Duration LIFETIME_MIN = Duration.ofSeconds(10);

    public static final Duration LIFETIME_MAX = Duration.ofDays(7);

    static final String PURPOSE = "bridgehead token order 1";
    private static final int NONCE_BYTES = 16;

    /** Another token. */
    public static TokenOrder create(SiteName site, @Nullable NodeName node, Duration lifetime) {
        return new TokenOrder("", site, node, lifetime);
    }

    /** One taken back. */
    public static TokenOrder revoke(String id) {
        return new TokenOrder(id, null, null, LIFETIME_MIN);
    }

    /**
     * As it is sent.
     *
     * @param forNode the node whose admin socket it goes to
     */
    public byte[] signed(String forNode, RecordSigner signer, Instant now, SecureRandom random)
            throws SignatureException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        Lines order = new Lines()
                .add("purpose", PURPOSE)
                .add("for", forNode)
                .add("at", now.toEpochMilli())
                .add("nonce", Base64.getUrlEncoder().withoutPadding().encodeToString(nonce))
                .add("lifetime", lifetime.toSeconds())
                .add("revoke", revoke);
        if (site != null) {
            order.add("site", site.value());
        }
        if (node != null) {
            order.add("node", node.value());
        }
        byte[] bytes = order.encoded();
        Lines sent = new Lines().add("order", bytes).add("signature", signer.sign(bytes));
        signer.chain().forEach(certificate -> sent.add("chain", certificate));
        return sent.encoded();
    }

    static TokenOrder of(Lines order) {
        String site = order.orEmpty("site");
        String node = order.orEmpty("node");
        String revoke = order.orEmpty("revoke");
        if (revoke.isEmpty() == site.isEmpty()) {
            throw new IllegalArgumentException("found " + (site.isEmpty() ? "neither" : "both")
                    + " a site and a token to take back; expected one of them");
        }
        Duration lifetime = Duration.ofSeconds(order.number("lifetime"));
        if (lifetime.compareTo(LIFETIME_MIN) < 0 || lifetime.compareTo(LIFETIME_MAX) > 0) {
            throw new IllegalArgumentException("lifetime " + lifetime.toSeconds() + " s: expected "
                    + LIFETIME_MIN.toSeconds() + " s to " + LIFETIME_MAX.toDays() + " days");
        }
        return new TokenOrder(
                revoke,
                site.isEmpty() ? null : new SiteName(site),
                node.isEmpty() ? null : new NodeName(node),
                lifetime);
    }
}
