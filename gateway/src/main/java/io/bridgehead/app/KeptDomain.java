package io.bridgehead.app;

import io.bridgehead.config.JwtSettings;
import io.bridgehead.config.JwtSettings.Issuer;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.model.IdentityTemplate;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.model.TrustDomain;
import java.util.Optional;

/**
 * What a configuration says in terms of the node's own trust domain, while it names another than that in force, which takes a restart: who callers
 * and operators are stays what it is till then.
 *
 * @param now the configuration in force
 * @param next what the file says
 */
record KeptDomain(NodeConfig now, NodeConfig next) {
    /** Something that cannot be before the restart. */
    static final class NotYetException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        private NotYetException(String message) {
            super(message);
        }
    }

    private TrustDomain home() {
        return now.identity().trustDomain();
    }

    /** Whether it names the one that is in force. */
    boolean isSame() {
        return home().equals(next.identity().trustDomain());
    }

    /** Which operators may do what at a port for them that is open and stays so. */
    NodeConfig.AdminRights operators(NodeConfig.RemoteAdmin open, NodeConfig.RemoteAdmin written) {
        return isSame() ? written.operators() : open.operators();
    }

    /**
     * Who the clients of a listener are whom it knows no better. Where it names somebody of the trust domain that is not in force, that is who they
     * are now; a listener that is new has whom it names.
     */
    SpiffeId identity(NodeConfig.Listener written) {
        SpiffeId named = written.identity();
        if (isUnnamed(written)) {
            return anybody(now);
        }
        if (isSame() || !named.trustDomain().equals(next.identity().trustDomain())) {
            return named;
        }
        return now.listeners().stream()
                .filter(known -> known.name().equals(written.name()))
                .map(NodeConfig.Listener::identity)
                .findFirst()
                .orElse(named);
    }

    /** Whether its clients are just those of the site that the node is in. */
    boolean isUnnamed(NodeConfig.Listener written) {
        return written.identity().equals(anybody(next));
    }

    private static SpiffeId anybody(NodeConfig config) {
        return SpiffeId.unauthenticated(
                config.identity().trustDomain(), config.site().name());
    }

    /**
     * Whose tokens are taken, and whom they name.
     *
     * @throws NotYetException for an issuer that is new and whose tokens name callers of the trust domain that is not in force
     */
    JwtSettings tokens() {
        return isSame()
                ? next.jwt()
                : new JwtSettings(
                        next.jwt().issuers().stream().map(this::kept).toList(),
                        next.jwt().gateways());
    }

    private Issuer kept(Issuer issuer) {
        IdentityTemplate written = issuer.identity();
        if (issuer.trustDomain() != null || written == null) {
            return issuer;
        }
        if (written.isWhole()) {
            return issuer.naming(IdentityTemplate.parse(written.template(), home()));
        }
        return issuer.naming(inForce(issuer)
                .orElseThrow(() -> new NotYetException("issuer '" + issuer.name() + "': identity '"
                        + written.template() + "' is of the trust domain " + written.trustDomain()
                        + ", which takes a restart; expected one of " + home() + " till then"))
                .identity());
    }

    private Optional<Issuer> inForce(Issuer issuer) {
        return now.jwt().issuers().stream()
                .filter(known ->
                        known.name().equals(issuer.name()) && known.issuer().equals(issuer.issuer()))
                .findFirst();
    }
}
