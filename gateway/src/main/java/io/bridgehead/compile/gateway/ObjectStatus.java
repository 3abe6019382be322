package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ParentReference;
import java.util.List;

/**
 * How one manifest stands, as the {@code status} of the Gateway API v1 says it. What does not apply to its kind is empty.
 *
 * @param conditions of the object as a whole
 * @param addresses of a Gateway
 * @param listeners of a Gateway or ListenerSet
 * @param parents of a route; the ancestors of a policy
 */
public record ObjectStatus(
        Manifest manifest,
        List<Condition> conditions,
        List<String> addresses,
        List<ListenerStatus> listeners,
        List<ParentStatus> parents) {
    /** Who writes these conditions. */
    public static final String CONTROLLER = "bridgehead.io/gateway-controller";

    public ObjectStatus {
        conditions = List.copyOf(conditions);
        addresses = List.copyOf(addresses);
        listeners = List.copyOf(listeners);
        parents = List.copyOf(parents);
    }

    /**
     * One listener.
     *
     * @param ports the names of the open ports that serve it
     */
    public record ListenerStatus(
            String name,
            List<String> supportedKinds,
            int attachedRoutes,
            List<Condition> conditions,
            List<String> ports) {
        public ListenerStatus {
            supportedKinds = List.copyOf(supportedKinds);
            conditions = List.copyOf(conditions);
            ports = List.copyOf(ports);
        }
    }

    /** One place that a route or policy applies to. */
    public record ParentStatus(ParentReference parent, List<Condition> conditions) {
        public ParentStatus {
            conditions = List.copyOf(conditions);
        }
    }
}
