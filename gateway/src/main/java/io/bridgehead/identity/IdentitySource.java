package io.bridgehead.identity;

import io.bridgehead.identity.EnrolmentMessages.Granted;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.SpiffeId;
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

    /** The authority of other nodes. */
    static IdentitySource at(List<HostPort> addresses, List<SpiffeId> issuers, Clock clock) {
        EnrolmentClient client = new EnrolmentClient(clock);
        Set<SpiffeId> trusted = Set.copyOf(issuers);
        return new IdentitySource() {
            @Override
            public Granted next(KeyMaterial current, SigningRequest request) throws EnrolmentException, IOException {
                return client.renew(addresses, trusted, current, request);
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
