package io.bridgehead.listen;

import io.bridgehead.model.IpAddress;
import io.bridgehead.model.IpRanges;
import io.bridgehead.proxy.ForwardingTrust;
import org.jspecify.annotations.Nullable;

/**
 * How a listener knows the addresses of its clients, and what one address may have.
 *
 * @param connectionsPerAddress connections of one address at a time; 0 for no such bound
 * @param forwarding whose {@code X-Forwarded-*} is believed; null for nobody's
 * @param proxyHeaders whose connections begin with a PROXY header; null for nobody's
 * @param prefaceMillis how long a PROXY header or a ClientHello may take
 */
public record ClientRules(
        int connectionsPerAddress,
        @Nullable ForwardingTrust forwarding,
        @Nullable ProxyHeaders proxyHeaders,
        long prefaceMillis) {
    /** Clients are who they seem to be, as many as come. */
    public static final ClientRules NONE = new ClientRules(0, null, null, 5_000);

    /**
     * Peers whose connections begin with a PROXY header.
     *
     * @param required whether they always do
     */
    public record ProxyHeaders(IpRanges from, boolean required) {}

    /** The trust that a connection from there is given; null when what it says of others is not believed. */
    @Nullable
    ForwardingTrust trusting(IpAddress peer) {
        return forwarding != null && forwarding.trusts(peer) ? forwarding : null;
    }
}
