package io.bridgehead.routing;

import io.bridgehead.match.HostPattern;
import io.bridgehead.match.HostTable;
import io.bridgehead.model.ServiceName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every route of one revision: immutable, replaced whole. Look-ups cost the same for ten routes and for a hundred thousand.
 */
public final class RoutingTable {
    /** No routes; the revision of a node that has never been given any. */
    public static final RoutingTable EMPTY = of("0", List.of());

    private final String revision;
    private final Claims claims;
    private final List<ServiceRoute> services;
    private final Map<String, PortRoutes> ports;
    private final Map<ServiceName, List<String>> policies;

    /**
     * By what each service is found, as its place among the services. Tables whose services are called the same and found by the same
     * have one in common.
     */
    private record Claims(
            Map<ServiceName, Integer> names,
            HostTable<Integer> hosts,
            HostTable<Integer> serverNames,
            Map<String, Integer> listeners) {}

    private RoutingTable(
            String revision,
            Claims claims,
            List<ServiceRoute> services,
            Map<String, PortRoutes> ports,
            Map<ServiceName, List<String>> policies) {
        this.revision = revision;
        this.claims = claims;
        this.services = services;
        this.ports = Map.copyOf(ports);
        this.policies = Map.copyOf(policies);
    }

    /** The same table, with which policy says what of each service; for people. */
    public RoutingTable withPolicies(Map<ServiceName, List<String>> others) {
        return new RoutingTable(revision, claims, services, ports, others);
    }

    /** The same table, of a revision that says the same. */
    public RoutingTable named(String other) {
        return new RoutingTable(other, claims, services, ports, policies);
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
        List<ServiceRoute> services = List.copyOf(routes);
        Map<ServiceName, Integer> names = HashMap.newHashMap(services.size());
        Map<HostPattern, Integer> hosts = HashMap.newHashMap(services.size());
        Map<HostPattern, Integer> serverNames = new HashMap<>();
        Map<String, Integer> listeners = new HashMap<>();
        for (int i = 0; i < services.size(); i++) {
            ServiceRoute route = services.get(i);
            Integer place = i;
            boolean tls = route.protocol() == ServiceProtocol.TLS;
            claim("name", names, route.name(), place, services);
            route.hostnames()
                    .forEach(host ->
                            claim(tls ? "server name" : "host", tls ? serverNames : hosts, host, place, services));
            route.listeners().forEach(listener -> claim("listener", listeners, listener, place, services));
        }
        Claims claims = new Claims(names, HostTable.of(hosts), HostTable.of(serverNames), listeners);
        return new RoutingTable(revision, claims, services, ports, Map.of());
    }

    private static <K> void claim(String what, Map<K, Integer> claims, K key, Integer place, List<ServiceRoute> all) {
        Integer first = claims.putIfAbsent(key, place);
        if (first != null) {
            throw new IllegalArgumentException("service " + all.get(place).name() + ": " + what + " '" + key
                    + "' belongs to service " + all.get(first).name() + ": expected one service for each " + what);
        }
    }

    /**
     * The same table with other routes for some of its services; costs little, however many services there are.
     *
     * @throws IllegalArgumentException if one is not of this table, or is found by other hosts or listeners than the one that it replaces
     */
    public RoutingTable replacing(Collection<ServiceRoute> others) {
        ServiceRoute[] routes = services.toArray(ServiceRoute[]::new);
        for (ServiceRoute route : others) {
            Integer place = claims.names.get(route.name());
            if (place == null || !isFoundAlike(routes[place], route)) {
                throw new IllegalArgumentException("service " + route.name()
                        + ": expected one of the table, with the hosts and listeners that it has there");
            }
            routes[place] = route;
        }
        return new RoutingTable(revision, claims, List.of(routes), ports, policies);
    }

    private static boolean isFoundAlike(ServiceRoute a, ServiceRoute b) {
        return a.hostnames().equals(b.hostnames())
                && a.listeners().equals(b.listeners())
                && (a.protocol() == ServiceProtocol.TLS) == (b.protocol() == ServiceProtocol.TLS);
    }

    /** Whether the table came of another one by {@link #replacing}, or both of a third: then they have the same names in the same order. */
    @SuppressWarnings("ReferenceEquality")
    public boolean isOfOneMake(RoutingTable other) {
        return claims == other.claims;
    }

    /**
     * The services that are defined otherwise than in another table of one make.
     *
     * @throws IllegalArgumentException if it is not of one make
     */
    public List<ServiceRoute> replacedIn(RoutingTable before) {
        if (!isOfOneMake(before)) {
            throw new IllegalArgumentException(
                    "table " + before.revision + ": expected one of the make of " + revision);
        }
        List<ServiceRoute> replaced = new ArrayList<>();
        for (int i = 0; i < services.size(); i++) {
            if (!services.get(i).equals(before.services.get(i))) {
                replaced.add(services.get(i));
            }
        }
        return replaced;
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
        return at(claims.hosts.find(host));
    }

    /**
     * The service that a TLS connection leads to which passes through unread: the one with the server name, or the one that takes what
     * is left at the port; or null.
     *
     * @param serverName as {@link io.bridgehead.match.Hosts#normalise} gives it; empty when there is none
     */
    public @Nullable ServiceRoute byServerName(String listener, String serverName) {
        Integer named = serverName.isEmpty() ? null : claims.serverNames.find(serverName);
        return named == null ? byListener(listener) : at(named);
    }

    /** The service that connections at a port of this name lead to, or null. */
    public @Nullable ServiceRoute byListener(String listener) {
        return at(claims.listeners.get(listener));
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
        return at(claims.names.get(name));
    }

    /** All services in the order of their documents. */
    public List<ServiceRoute> services() {
        return services;
    }

    private @Nullable ServiceRoute at(@Nullable Integer place) {
        return place == null ? null : services.get(place);
    }
}
