package io.bridgehead.upstream;

import io.bridgehead.loop.Loop;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.Place;
import io.bridgehead.model.SiteName;
import io.bridgehead.tls.handshake.EndpointSecurity;
import io.bridgehead.tunnel.LoopTunnels;
import io.bridgehead.tunnel.TunnelView;
import io.bridgehead.upstream.endpoint.EndpointBounds;
import io.bridgehead.upstream.endpoint.EndpointTrust;
import io.bridgehead.upstream.endpoint.NameLookup;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What a {@link ServiceRegistry} is made of.
 *
 * @param site this node's site
 * @param place where that is
 * @param zone where in its site this node is; empty when nobody says
 * @param node this node
 * @param incarnation grows when the node starts again; goes into health reports
 * @param loops the data path's loops
 * @param context where failover is decided
 * @param lookup finds the addresses of endpoints' names
 * @param trust which addresses are taken
 * @param security does TLS to endpoints
 * @param tunnels the picture of peers now
 * @param openers the tunnels of a loop
 * @param bounds of connections to endpoints, as they are now
 * @param random makes a source of chance for one thread
 * @param observer is told what happened
 */
public record UpstreamParts(
        SiteName site,
        Place place,
        String zone,
        NodeName node,
        long incarnation,
        List<Loop> loops,
        FailoverContext context,
        NameLookup lookup,
        EndpointTrust trust,
        EndpointSecurity security,
        Supplier<TunnelView> tunnels,
        Function<Loop, LoopTunnels> openers,
        Supplier<EndpointBounds> bounds,
        Supplier<RandomGenerator> random,
        UpstreamObserver observer) {}
