package io.bridgehead.proxy;

import io.bridgehead.model.IpAddress;
import io.bridgehead.model.IpRanges;

/**
 * Whose {@code X-Forwarded-*} fields are believed at a listener, and which address of {@code X-Forwarded-For} is the client's.
 *
 * @param proxies peers that are believed; empty for every peer
 * @param hops the client is in this place from the right (Envoy's {@code xff_num_trusted_hops}); 0 to walk from the right past
 *     addresses of {@code proxies}
 */
public record ForwardingTrust(IpRanges proxies, int hops) {
    /** @throws IllegalArgumentException unless there are proxies or hops */
    public ForwardingTrust {
        if (hops < 0 || (hops == 0 && proxies.isEmpty())) {
            throw new IllegalArgumentException(hops + " trusted hops and no trusted proxies: expected one of them");
        }
    }

    /** Whether a peer's word is taken. */
    public boolean trusts(IpAddress peer) {
        return proxies.isEmpty() || proxies.contains(peer);
    }
}
