package io.bridgehead.routing;

import io.bridgehead.match.HostPattern;
import io.bridgehead.match.HostTable;
import io.bridgehead.model.ServiceName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Every route of one revision: immutable, replaced whole. Look-ups cost the same for ten routes and for a hundred thousand.
 */
public final class RoutingTable {
    /** No routes; the revision of a node that has never been given any. */
    public static final RoutingTable EMPTY =
            new RoutingTable("0", new LinkedHashMap<>(), Map.of(), Map.of(), Map.of(), Map.of());

    private final String revision;
    private final SequencedMap<ServiceName, ServiceRoute> services;
    private final HostTable<ServiceRoute> hosts;
    private final HostTable<ServiceRoute> serverNames;
    private final Map<String, ServiceRoute> listeners;
    private final Map<String, PortRoutes> ports;
    private final Map<ServiceName, List<String>> policies;

    private RoutingTable(
            String revision,
            SequencedMap<ServiceName, ServiceRoute> services,
            Map<HostPattern, ServiceRoute> hosts,
            Map<HostPattern, ServiceRoute> serverNames,
            Map<String, ServiceRoute> listeners,
            Map<String, PortRoutes> ports) {
        this.policies = Map.of();
        this.revision = revision;
        this.services = Collections.unmodifiableSequencedMap(services);
        this.hosts = HostTable.of(hosts);
        this.serverNames = HostTable.of(serverNames);
        this.listeners = Map.copyOf(listeners);
        this.ports = Map.copyOf(ports);
    }

    private RoutingTable(RoutingTable of, String revision, Map<ServiceName, List<String>> policies) {
        this.policies = Map.copyOf(policies);
        this.revision = revision;
        this.services = of.services;
        this.hosts = of.hosts;
        this.serverNames = of.serverNames;
        this.listeners = of.listeners;
        this.ports = of.ports;
    }

    /** The same table, with which policy says what of each service; for people. */
    public RoutingTable withPolicies(Map<ServiceName, List<String>> others) {
        return new RoutingTable(this, revision, others);
    }

    /** The same table, of a revision that says the same. */
    public RoutingTable named(String other) {
        return new RoutingTable(this, other, policies);
    }

    /** Which policy says what of each service that does not say it itself; for people. */
    public Map<ServiceName, List<String>> policies() {
        return policies;
    }

    /**
     * The table of these services in this order.
     *
     * @throws IllegalArgumentException if two services claim one name, host or listener: the compiler reports such claims
     *     with their positions before it comes to this
     */
    public static RoutingTable of(String revision, Collection<ServiceRoute> routes) {
        return of(revision, routes, Map.of());
    }

    /**
     * The table of these services in this order, and of the ports that Gateways describe.
     *
     * @param ports by the name of the open port
     * @throws IllegalArgumentException as for services alone
     */
    public static RoutingTable of(String revision, Collection<ServiceRoute> routes, Map<String, PortRoutes> ports) {
        SequencedMap<ServiceName, ServiceRoute> services = LinkedHashMap.newLinkedHashMap(routes.size());
        Map<HostPattern, ServiceRoute> hosts = HashMap.newHashMap(routes.size());
        Map<HostPattern, ServiceRoute> serverNames = new HashMap<>();
        Map<String, ServiceRoute> listeners = new HashMap<>();
        for (ServiceRoute route : routes) {
            claim("name", services, route.name(), route);
            boolean tls = route.protocol() == ServiceProtocol.TLS;
            route.hostnames()
                    .forEach(host -> claim(tls ? "server name" : "host", tls ? serverNames : hosts, host, route));
            route.listeners().forEach(listener -> claim("listener", listeners, listener, route));
        }
        return new RoutingTable(revision, services, hosts, serverNames, listeners, ports);
    }

    private static <K> void claim(String what, Map<K, ServiceRoute> claims, K key, ServiceRoute route) {
        ServiceRoute first = claims.putIfAbsent(key, route);
        if (first != null) {
            throw new IllegalArgumentException("service " + route.name() + ": " + what + " '" + key
                    + "' belongs to service " + first.name() + ": expected one service for each " + what);
        }
    }

    /** The revision of the documents that this table was compiled from. */
    public String revision() {
        return revision;
    }

    /**
     * The service that a host leads to, or null.
     *
     * @param host as {@link io.bridgehead.match.Hosts#normalise} gives it
     */
    public @Nullable ServiceRoute byHost(String host) {
        return hosts.find(host);
    }

    /**
     * The service that a TLS connection leads to which passes through unread: the one with the server name, or the one that takes what
     * is left at the port; or null.
     *
     * @param serverName as {@link io.bridgehead.match.Hosts#normalise} gives it; empty when there is none
     */
    public @Nullable ServiceRoute byServerName(String listener, String serverName) {
        ServiceRoute named = serverName.isEmpty() ? null : serverNames.find(serverName);
        return named == null ? listeners.get(listener) : named;
    }

    /** The service that connections at a port of this name lead to, or null. */
    public @Nullable ServiceRoute byListener(String listener) {
        return listeners.get(listener);
    }

    /** What a port that Gateways describe leads to; null for any other port. */
    public @Nullable PortRoutes port(String listener) {
        return ports.get(listener);
    }

    /** The ports that Gateways describe, by name. */
    public Map<String, PortRoutes> ports() {
        return ports;
    }

    /** The service of this name, or null. */
    public @Nullable ServiceRoute byName(ServiceName name) {
        return services.get(name);
    }

    /** All services in the order of their documents. */
    public Collection<ServiceRoute> services() {
        return services.values();
    }
}
