package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.wire.WireLimits;
import java.net.InetSocketAddress;

/**
 * What the tunnels of one node are to be.
 *
 * @param bind where to listen; {@link #PORT} unless configured otherwise, 0 for a port from the system
 * @param wire the bounds of each HTTP/2 connection, {@link WireLimits#tunnel()} by default
 */
public record TunnelSettings(
        NodeName node, SiteName site, InetSocketAddress bind, WireLimits wire, TunnelLimits limits) {
    /** The port of tunnels unless configured otherwise. */
    public static final int PORT = 15008;

    /** The default bounds. */
    public static TunnelSettings of(NodeName node, SiteName site, InetSocketAddress bind) {
        return new TunnelSettings(node, site, bind, WireLimits.tunnel(), TunnelLimits.defaults());
    }
}
