package io.bridgehead.upstream;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.HostPort;
import io.bridgehead.model.SiteName;
import io.bridgehead.tls.handshake.EndpointSecurity;
import io.bridgehead.tunnel.LoopTunnels;
import io.bridgehead.tunnel.TunnelView;
import io.bridgehead.upstream.endpoint.Dialer;
import io.bridgehead.upstream.endpoint.EndpointLink;
import io.bridgehead.upstream.endpoint.PoolEvents;
import io.bridgehead.upstream.endpoint.PoolLimits;
import io.bridgehead.wire.WireLimits;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What all services of one loop have in common. */
record LoopParts(
        SiteName site,
        String zone,
        Loop loop,
        Dialer dialer,
        EndpointSecurity security,
        PoolLimits poolLimits,
        WireLimits wireLimits,
        Supplier<TunnelView> peers,
        LoopTunnels tunnels,
        RandomGenerator random,
        Findings findings,
        FirstLook firstLook) {
    EndpointLink link(HostPort address, EndpointWay way, PoolEvents events) {
        return new EndpointLink(
                loop, dialer, address, way.protocol(), way.connectTimeoutMillis(), poolLimits, wireLimits, events);
    }
}
