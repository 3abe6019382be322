package io.bridgehead.compile;

import io.bridgehead.compile.gateway.BackendCallers;
import io.bridgehead.config.Document;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.config.HostTrust;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.NodeConfig.ListenerProtocol;
import io.bridgehead.config.read.DocumentMemory;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.Authorizer;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The node that documents are compiled for.
 *
 * @param site its site
 * @param trustDomain of its fabric
 * @param listeners its ports by name
 * @param endpointTrust where endpoints of its site may lie
 * @param authorities names of authorities for TLS to endpoints that it knows
 * @param defaultDeny whether a service without {@code allow} admits nobody
 * @param memory what was read for it before
 * @param routes what was made for it before
 * @param gateways which Gateways it opens, and what they refer to
 * @param hostTrust which hosts documents of which sources may claim
 */
public record CompileContext(
        SiteName site,
        TrustDomain trustDomain,
        Map<String, ListenerProtocol> listeners,
        EndpointTrust endpointTrust,
        Set<String> authorities,
        boolean defaultDeny,
        DocumentMemory memory,
        RouteMemory routes,
        GatewayTerms gateways,
        HostTrust hostTrust) {
    public CompileContext {
        listeners = Map.copyOf(listeners);
        authorities = Set.copyOf(authorities);
    }

    /** A context in which nothing was read before. */
    public CompileContext(
            SiteName site,
            TrustDomain trustDomain,
            Map<String, ListenerProtocol> listeners,
            EndpointTrust endpointTrust,
            Set<String> authorities,
            boolean defaultDeny) {
        this(
                site,
                trustDomain,
                listeners,
                endpointTrust,
                authorities,
                defaultDeny,
                new DocumentMemory(),
                new RouteMemory(),
                GatewayTerms.NONE,
                HostTrust.NONE);
    }

    /** Who may call a service that does not say it. */
    public Authorizer callersOfSilent() {
        return defaultDeny ? Authorizer.of(trustDomain, List.of()) : Authorizer.everySite(trustDomain);
    }

    /** Who may call Kubernetes Services where these documents hold. */
    public BackendCallers callersOfSilent(List<Document> documents) {
        AccessMaker access = AccessMaker.of(documents, routes);
        Authorizer silent = callersOfSilent();
        return (name, labels) -> silent.with(access.of(name, labels));
    }

    /** The same on a machine that has these addresses. */
    public CompileContext at(Set<InetAddress> ownAddresses) {
        return new CompileContext(
                site,
                trustDomain,
                listeners,
                endpointTrust.at(ownAddresses),
                authorities,
                defaultDeny,
                memory,
                routes,
                gateways,
                hostTrust);
    }

    /** The same with other bounds of hosts. */
    public CompileContext with(HostTrust other) {
        return new CompileContext(
                site, trustDomain, listeners, endpointTrust, authorities, defaultDeny, memory, routes, gateways, other);
    }

    /** The same with other Gateways to open. */
    public CompileContext with(GatewayTerms other) {
        return new CompileContext(
                site,
                trustDomain,
                listeners,
                endpointTrust,
                authorities,
                defaultDeny,
                memory,
                routes,
                other,
                hostTrust);
    }

    /** The context of a node; {@code ownAddresses} are those of its network interfaces. */
    public static CompileContext of(NodeConfig config, Set<InetAddress> ownAddresses) {
        Map<String, ListenerProtocol> listeners = new HashMap<>();
        config.listeners().forEach(listener -> listeners.put(listener.name(), listener.protocol()));
        return new CompileContext(
                        config.site().name(),
                        config.identity().trustDomain(),
                        listeners,
                        EndpointTrust.of(config, ownAddresses),
                        config.endpointTls().authorities().keySet(),
                        config.trust().defaultDeny())
                .with(GatewayTerms.opening(config.gateways().names()))
                .with(HostTrust.of(config.trust().hosts()));
    }
}
