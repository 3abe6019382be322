package io.bridgehead.routing;

import io.bridgehead.failover.FailoverPolicy;
import io.bridgehead.match.HostPattern;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.policy.Authorizer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One compiled service: how requests come to it, who may send them, where they go. Immutable; equal routes behave alike, so
 * a swap leaves the runtime state of an equal route untouched.
 *
 * @param name what it is called
 * @param protocol what it speaks
 * @param hostnames hosts that lead to it, or server names of TLS; empty for TCP
 * @param listeners names of the ports that lead to it; for TLS those where it takes what no server name leads elsewhere; empty for HTTP
 * @param endpoints per site, in the document's order; a site may have none, at most {@value #SITES_MAX} sites
 * @param tls how TLS to its endpoints is done; null for clear text
 * @param allow who may call
 * @param resilience how it is kept answering; its failover order is spelt out
 * @param upgrades which changes of protocol callers may ask for
 * @param proxyHeader what connections to its endpoints begin with; none unless it is a stream of bytes
 * @param ofEachSite whether every site means endpoints of its own by the name, so that no other sends anything to those here
 * @param tellsOrigin whether its endpoints get the signed statement of who called first
 */
public record ServiceRoute(
        ServiceName name,
        ServiceProtocol protocol,
        List<HostPattern> hostnames,
        List<String> listeners,
        SequencedMap<SiteName, List<Endpoint>> endpoints,
        @Nullable EndpointTls tls,
        Authorizer allow,
        Resilience resilience,
        Upgrades upgrades,
        ProxyHeader proxyHeader,
        boolean ofEachSite,
        boolean tellsOrigin) {
    /** Sites that one service can have endpoints in: sets of tried sites fit one word. */
    public static final int SITES_MAX = 64;

    /** @throws IllegalArgumentException if there are too many sites */
    public ServiceRoute {
        hostnames = List.copyOf(hostnames);
        listeners = List.copyOf(listeners);
        if (endpoints.size() > SITES_MAX) {
            throw new IllegalArgumentException(
                    "service " + name + ": " + endpoints.size() + " sites: expected at most " + SITES_MAX);
        }
        SequencedMap<SiteName, List<Endpoint>> copy = new LinkedHashMap<>();
        endpoints.forEach((site, list) -> copy.put(site, List.copyOf(list)));
        endpoints = Collections.unmodifiableSequencedMap(copy);
        if (resilience.failover().order().isEmpty()) {
            resilience = resilience.withFailover(resilience.failover().completedFor(copy.keySet()));
        }
    }

    /** One whose endpoints are not told the statement of who called first. */
    public ServiceRoute(
            ServiceName name,
            ServiceProtocol protocol,
            List<HostPattern> hostnames,
            List<String> listeners,
            SequencedMap<SiteName, List<Endpoint>> endpoints,
            @Nullable EndpointTls tls,
            Authorizer allow,
            Resilience resilience,
            Upgrades upgrades,
            ProxyHeader proxyHeader,
            boolean ofEachSite) {
        this(
                name,
                protocol,
                hostnames,
                listeners,
                endpoints,
                tls,
                allow,
                resilience,
                upgrades,
                proxyHeader,
                ofEachSite,
                false);
    }

    /** Whether both have the same endpoints in a site, in one order. */
    public boolean hasSameEndpoints(ServiceRoute other, SiteName site) {
        return endpointsIn(site).equals(other.endpointsIn(site));
    }

    /** An HTTP service with the defaults for all that is not given. */
    public static ServiceRoute http(
            String name, List<String> hostnames, SequencedMap<SiteName, List<Endpoint>> endpoints, Authorizer allow) {
        List<HostPattern> hosts = hostnames.stream().map(HostPattern::parse).toList();
        return new ServiceRoute(
                new ServiceName(name),
                ServiceProtocol.HTTP,
                hosts,
                List.of(),
                endpoints,
                null,
                allow,
                Resilience.HTTP_DEFAULT,
                Upgrades.NONE,
                ProxyHeader.NONE,
                false);
    }

    /** A service of TLS that passes through unread, with the defaults for all that is not given. */
    public static ServiceRoute tls(
            String name,
            List<String> hostnames,
            List<String> listeners,
            SequencedMap<SiteName, List<Endpoint>> endpoints,
            Authorizer allow) {
        List<HostPattern> hosts = hostnames.stream().map(HostPattern::parse).toList();
        return new ServiceRoute(
                new ServiceName(name),
                ServiceProtocol.TLS,
                hosts,
                listeners,
                endpoints,
                null,
                allow,
                Resilience.TCP_DEFAULT,
                Upgrades.NONE,
                ProxyHeader.NONE,
                false);
    }

    /** A TCP service with the defaults for all that is not given. */
    public static ServiceRoute tcp(
            String name, List<String> listeners, SequencedMap<SiteName, List<Endpoint>> endpoints, Authorizer allow) {
        return new ServiceRoute(
                new ServiceName(name),
                ServiceProtocol.TCP,
                List.of(),
                listeners,
                endpoints,
                null,
                allow,
                Resilience.TCP_DEFAULT,
                Upgrades.NONE,
                ProxyHeader.NONE,
                false);
    }

    /** The same service kept answering in another way. */
    public ServiceRoute withResilience(Resilience other) {
        return new ServiceRoute(
                name,
                protocol,
                hostnames,
                listeners,
                endpoints,
                tls,
                allow,
                other,
                upgrades,
                proxyHeader,
                ofEachSite,
                tellsOrigin);
    }

    /** The same service for other callers. */
    public ServiceRoute withAllow(Authorizer other) {
        return new ServiceRoute(
                name,
                protocol,
                hostnames,
                listeners,
                endpoints,
                tls,
                other,
                resilience,
                upgrades,
                proxyHeader,
                ofEachSite,
                tellsOrigin);
    }

    /** The same service with the endpoints of all its sites in one site, which alone serves. */
    public ServiceRoute gatheredIn(SiteName site) {
        Set<Endpoint> all = new LinkedHashSet<>();
        endpoints.values().forEach(all::addAll);
        SequencedMap<SiteName, List<Endpoint>> gathered = new LinkedHashMap<>();
        gathered.put(site, List.copyOf(all));
        return new ServiceRoute(
                name,
                protocol,
                hostnames,
                listeners,
                gathered,
                tls,
                allow,
                resilience.withFailover(FailoverPolicy.DEFAULT),
                upgrades,
                proxyHeader,
                ofEachSite,
                tellsOrigin);
    }

    /** The same service with other changes of protocol allowed. */
    public ServiceRoute withUpgrades(Upgrades other) {
        return new ServiceRoute(
                name,
                protocol,
                hostnames,
                listeners,
                endpoints,
                tls,
                allow,
                resilience,
                other,
                proxyHeader,
                ofEachSite,
                tellsOrigin);
    }

    /** The same service with another beginning of connections to its endpoints. */
    public ServiceRoute withProxyHeader(ProxyHeader other) {
        return new ServiceRoute(
                name,
                protocol,
                hostnames,
                listeners,
                endpoints,
                tls,
                allow,
                resilience,
                upgrades,
                other,
                ofEachSite,
                tellsOrigin);
    }

    /** The same service, whose endpoints get the statement of who called first, or do not. */
    public ServiceRoute tellingOrigin(boolean other) {
        return new ServiceRoute(
                name,
                protocol,
                hostnames,
                listeners,
                endpoints,
                tls,
                allow,
                resilience,
                upgrades,
                proxyHeader,
                ofEachSite,
                other);
    }

    /** Whether endpoints are chosen by a hash of the request. */
    public boolean hashes() {
        return resilience.balance().hashOn() != null;
    }

    /** The endpoints in a site, in the document's order; empty when the service has none there. */
    public List<Endpoint> endpointsIn(SiteName site) {
        return endpoints.getOrDefault(site, List.of());
    }
}
