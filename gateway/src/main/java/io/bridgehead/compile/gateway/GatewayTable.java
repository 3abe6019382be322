package io.bridgehead.compile.gateway;

import io.bridgehead.routing.GatewayPlan;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.ServiceRoute;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a set of manifests.
 *
 * @param services that Kubernetes Services became
 * @param routes by the names of the ports of the plan
 * @param plan what is to be opened
 * @param statuses of gateways, sets of listeners, routes and policies, in this order
 */
public record GatewayTable(
        List<ServiceRoute> services, Map<String, PortRoutes> routes, GatewayPlan plan, List<ObjectStatus> statuses) {
    /** Of no manifests. */
    public static final GatewayTable EMPTY = new GatewayTable(List.of(), Map.of(), GatewayPlan.NONE, List.of());

    public GatewayTable {
        services = List.copyOf(services);
        routes = Collections.unmodifiableMap(new LinkedHashMap<>(routes));
        statuses = List.copyOf(statuses);
    }
}
