package io.bridgehead.identity;

import io.bridgehead.model.HostPort;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.SpiffeId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lets one node of one site join the fabric once: where to dial, who answers there and under which bundle, and a secret that only its holder
 * knows. It is a secret itself until it has been used or has expired.
 *
 * @param id names it in lists and logs
 * @param proof what only its holder knows, and the hash of the bundle that the other end must prove a chain to
 * @param issuer the node that answers; nobody else may
 * @param dial its tunnel port
 * @param site whose node may join
 * @param node the only name that it may have; null for any that is free
 */
public record JoinToken(
        String id,
        Proof proof,
        SpiffeId issuer,
        List<HostPort> dial,
        SiteName site,
        @Nullable NodeName node,
        Instant expires) {
    private static final String PREFIX = "bridgehead-join-1.";
    private static final int CHARACTERS_MAX = 8192;

    public JoinToken {
        dial = List.copyOf(dial);
    }

    /** What either side proves to the other. */
    public record Proof(String secret, String bundleHash) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /**
     * Reads one as it was handed on, with white space around it.
     *
     * @throws IllegalArgumentException saying what is wrong; never with the secret in it
     */
    public static JoinToken parse(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith(PREFIX) || stripped.length() > CHARACTERS_MAX) {
            throw new IllegalArgumentException("found " + (stripped.isEmpty() ? "nothing" : "something else")
                    + "; expected a token that 'bridgehead token create' made, beginning with '" + PREFIX + "'");
        }
        try {
            Lines lines = Lines.parse(Base64.getUrlDecoder().decode(stripped.substring(PREFIX.length())));
            String node = lines.orEmpty("node");
            List<HostPort> dial =
                    lines.all("dial").stream().map(HostPort::parse).toList();
            if (dial.isEmpty()) {
                throw new IllegalArgumentException("found no address to dial");
            }
            return new JoinToken(
                    lines.one("id"),
                    new Proof(lines.one("secret"), lines.one("bundle")),
                    SpiffeId.parse(lines.one("issuer")),
                    dial,
                    new SiteName(lines.one("site")),
                    node.isEmpty() ? null : new NodeName(node),
                    Instant.ofEpochSecond(lines.number("expires")));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "found a token that is cut off or changed; expected all of what 'bridgehead token create' printed",
                    e);
        }
    }

    /** One line, to be handed on. */
    public String text() {
        Lines lines = new Lines()
                .add("id", id)
                .add("secret", proof.secret())
                .add("bundle", proof.bundleHash())
                .add("issuer", issuer.toString())
                .add("site", site.value())
                .add("expires", expires.getEpochSecond());
        dial.forEach(address -> lines.add("dial", address.toString()));
        if (node != null) {
            lines.add("node", node.value());
        }
        byte[] bytes = lines.text().getBytes(StandardCharsets.UTF_8);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "token " + id + " for site " + site + (node == null ? "" : ", node " + node) + " until " + expires;
    }
}
