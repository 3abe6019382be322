package io.bridgehead.upstream;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.SiteName;
import io.bridgehead.tls.handshake.EndpointSecurity;
import io.bridgehead.tunnel.LoopTunnels;
import io.bridgehead.tunnel.TunnelView;
import io.bridgehead.upstream.endpoint.Dialer;
import io.bridgehead.upstream.endpoint.EndpointBounds;
import io.bridgehead.upstream.endpoint.EndpointLink;
import io.bridgehead.upstream.endpoint.PoolEvents;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What all services of one loop have in common. */
record LoopParts(
        SiteName site,
        String zone,
        Loop loop,
        Dialer dialer,
        EndpointSecurity security,
        Supplier<EndpointBounds> bounds,
        Supplier<TunnelView> peers,
        LoopTunnels tunnels,
        RandomGenerator random,
        Findings findings,
        FirstLook firstLook) {
    /** @param at the address of a name; null for what is known of the endpoint's addresses */
    EndpointLink link(HostPort address, @Nullable InetSocketAddress at, EndpointWay way, PoolEvents events) {
        Dialer by = at == null ? dialer : dialer.to(at);
        return new EndpointLink(loop, by, address, way.protocol(), way.connectTimeoutMillis(), bounds, events);
    }
}
