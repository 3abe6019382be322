package io.bridgehead.identity;

import io.bridgehead.identity.EnrolmentMessages.Granted;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.pki.SigningRequest;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** Who renews a node's identity; asked where it may wait. */
public interface IdentitySource {
    /**
     * Asks for the next certificate.
     *
     * @param current what is in force
     */
    Granted next(KeyMaterial current, SigningRequest request) throws EnrolmentException, IOException;

    /** For people. */
    String name();

    /** The authority that runs on this node. */
    static IdentitySource of(Registrar registrar) {
        return new IdentitySource() {
            @Override
            public Granted next(KeyMaterial current, SigningRequest request) throws EnrolmentException {
                return registrar.renewOwn(request);
            }

            @Override
            public String name() {
                return "the authority of this node";
            }
        };
    }

    /**
     * The authority of other nodes.
     *
     * @param peers says who may not answer although he is an issuer, such as a node that an operator has quarantined: who answers decides on this node's
     *     bundle
     */
    static IdentitySource at(List<HostPort> addresses, List<SpiffeId> issuers, ExpectedPeer peers, Clock clock) {
        EnrolmentClient client = new EnrolmentClient(clock);
        Set<SpiffeId> trusted = Set.copyOf(issuers);
        ExpectedPeer issuer = ((ExpectedPeer) peer -> trusted.contains(peer)
                        ? null
                        : "found " + peer + "; expected one of identity.renewal.issuers " + trusted)
                .and(peers);
        return new IdentitySource() {
            @Override
            public Granted next(KeyMaterial current, SigningRequest request) throws EnrolmentException, IOException {
                return client.renew(addresses, issuer, current, request);
            }

            @Override
            public String name() {
                return "the authority at "
                        + String.join(
                                ", ", addresses.stream().map(HostPort::toString).toList());
            }
        };
    }
}
