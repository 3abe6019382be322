package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.wire.WindowBudget;
import io.bridgehead.wire.WireLimits;
import io.netty.util.internal.PlatformDependent;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * What the tunnels of one node are to be.
 *
 * @param bind where to listen; {@link #PORT} unless configured otherwise, 0 for a port from the system
 * @param wire the bounds of an HTTP/2 connection that begins now, {@link WireLimits#tunnel()} by default; asked on any loop
 * @param reverse whether connections are offered on which the nodes that this one dials open streams: nobody can dial it
 * @param windows the memory that stream windows may pin, all tunnels of the node together
 */
public record TunnelSettings(
        NodeName node,
        SiteName site,
        InetSocketAddress bind,
        Supplier<WireLimits> wire,
        WindowBudget windows,
        TunnelLimits limits,
        boolean reverse) {
    /** The port of tunnels unless configured otherwise. */
    public static final int PORT = 15008;

    private static final int DEFAULT_PARTS = 4;

    /**
     * The default bounds.
     *
     * @param windowBytesMax what stream windows may pin in memory; 0 for a quarter of the memory for buffers
     */
    public static TunnelSettings of(NodeName node, SiteName site, InetSocketAddress bind, long windowBytesMax) {
        WindowBudget windows = new WindowBudget(
                windowBytesMax == 0 ? PlatformDependent.maxDirectMemory() / DEFAULT_PARTS : windowBytesMax);
        return new TunnelSettings(node, site, bind, WireLimits::tunnel, windows, TunnelLimits.defaults(), false);
    }

    /** These settings with other bounds of each connection. */
    public TunnelSettings withWire(Supplier<WireLimits> other) {
        return new TunnelSettings(node, site, bind, other, windows, limits, reverse);
    }

    /** These settings with connections offered in reverse, or not. */
    public TunnelSettings offering(boolean offered) {
        return new TunnelSettings(node, site, bind, wire, windows, limits, offered);
    }
}
