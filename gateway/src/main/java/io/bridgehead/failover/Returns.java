package io.bridgehead.failover;

import io.bridgehead.model.Endpoint;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What operators let come back little by little after a drain.
 *
 * @param sites with all their services
 * @param services sites of one service
 * @param nodes what other nodes send them
 * @param endpoints of this node's own site, by service
 */
public record Returns(
        Map<SiteName, Ramp> sites,
        Map<ServiceName, Map<SiteName, Ramp>> services,
        Map<NodeName, Ramp> nodes,
        Map<ServiceName, Map<Endpoint, Ramp>> endpoints) {
    /** Nothing is on its way back. */
    public static final Returns NONE = new Returns(Map.of(), Map.of(), Map.of());

    public Returns {
        sites = Map.copyOf(sites);
        services = Map.copyOf(services);
        nodes = Map.copyOf(nodes);
        endpoints = Map.copyOf(endpoints);
    }

    /** No endpoint is on its way back by itself. */
    public Returns(
            Map<SiteName, Ramp> sites, Map<ServiceName, Map<SiteName, Ramp>> services, Map<NodeName, Ramp> nodes) {
        this(sites, services, nodes, Map.of());
    }

    /** How an endpoint of a service comes back by itself; null when it does not. */
    public @Nullable Ramp ofEndpoint(ServiceName service, Predicate<Endpoint> is) {
        return endpoints.getOrDefault(service, Map.of()).entrySet().stream()
                .filter(entry -> is.test(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /**
     * A way back, from nothing to everything.
     *
     * @param passedMillis how much of it had passed when this was made
     * @param overMillis how long it takes; above zero
     */
    public record Ramp(long passedMillis, long overMillis) {
        /** The share that is allowed, 0 to 1, so many milliseconds after this was made. */
        public double allowed(long sinceMillis) {
            return Math.clamp((passedMillis + sinceMillis) / (double) overMillis, 0.0, 1.0);
        }
    }

    /** Whether no site and no node is on its way back. */
    public boolean isNone() {
        return sites.isEmpty() && services.isEmpty() && nodes.isEmpty();
    }

    /** The share that a site is allowed of a service, 0 to 1. */
    public double allowed(ServiceName service, SiteName site, long sinceMillis) {
        return Math.min(
                allowed(sites.get(site), sinceMillis),
                allowed(services.getOrDefault(service, Map.of()).get(site), sinceMillis));
    }

    /** The share of its usual requests that a node is allowed, 0 to 1. */
    public double allowed(NodeName node, long sinceMillis) {
        return allowed(nodes.get(node), sinceMillis);
    }

    private static double allowed(@Nullable Ramp ramp, long sinceMillis) {
        return ramp == null ? 1 : ramp.allowed(sinceMillis);
    }
}
