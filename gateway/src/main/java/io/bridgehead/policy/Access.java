package io.bridgehead.policy;

import io.bridgehead.model.Arrival;
import io.bridgehead.model.Caller;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.TrustDomain;
import org.jspecify.annotations.Nullable;

/**
 * What policies judge: a request, or a connection, and who sends it.
 *
 * @param caller who
 * @param head the request; null for a connection, whose bytes are not looked at
 * @param arrival where the client connected, as far as this node knows
 * @param home the fabric's trust domain
 */
public record Access(Caller caller, @Nullable RequestHead head, Arrival arrival, TrustDomain home) {
    /** Whether the caller is of another trust domain. */
    boolean isForeign() {
        return !caller.identity().trustDomain().equals(home);
    }
}
