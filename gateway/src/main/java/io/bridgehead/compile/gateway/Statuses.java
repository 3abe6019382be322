package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.BackendReference;
import io.bridgehead.config.manifest.BackendTlsPolicy;
import io.bridgehead.config.manifest.Gateway;
import io.bridgehead.config.manifest.GatewayClass;
import io.bridgehead.config.manifest.GrpcRoute;
import io.bridgehead.config.manifest.HttpRoute;
import io.bridgehead.config.manifest.ListenerSet;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ParentReference;
import io.bridgehead.config.manifest.Route;
import io.bridgehead.config.manifest.RouteBackend;
import io.bridgehead.config.manifest.StreamRule;
import io.bridgehead.config.manifest.TcpRoute;
import io.bridgehead.config.manifest.TlsRoute;
import io.bridgehead.config.manifest.UdpRoute;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Writes down how manifests stand. */
final class Statuses {
    private final Inventory inventory;
    private final GatewayListeners listeners;

    Statuses(Inventory inventory, GatewayListeners listeners) {
        this.inventory = inventory;
        this.listeners = listeners;
    }

    /** Gateways and sets of listeners; {@code open} names the ports of each listener. */
    List<ObjectStatus> of(List<GatewayState> gateways, Map<ListenerState, List<String>> open) {
        List<ObjectStatus> all = new ArrayList<>();
        Set<ListenerSet> attached = new LinkedHashSet<>();
        for (GatewayState state : gateways) {
            all.add(new ObjectStatus(
                    state.gateway(), state.conditions(), state.addresses(), listeners(state.own(), open), List.of()));
        }
        for (GatewayState state : gateways) {
            state.sets().forEach((set, own) -> {
                attached.add(set);
                all.add(new ObjectStatus(set, conditions(state, own), List.of(), listeners(own, open), List.of()));
            });
        }
        for (ListenerSet set : inventory.all(ListenerSet.class)) {
            if (!attached.contains(set)) {
                all.add(unattached(set, gateways));
            }
        }
        return all;
    }

    private static List<Condition> conditions(GatewayState state, List<ListenerState> own) {
        if (state.refusal() != null) {
            return List.of(
                    Condition.no(Condition.ACCEPTED, "ParentNotAccepted", "the gateway is not accepted"),
                    Condition.no(Condition.PROGRAMMED, "ParentNotProgrammed", "the gateway is not accepted"));
        }
        Condition accepted = GatewayState.accepted(own);
        boolean served = own.stream().anyMatch(ListenerState::isUsable);
        String why = accepted.status() ? "Invalid" : accepted.reason();
        return List.of(
                accepted,
                served
                        ? Condition.yes(Condition.PROGRAMMED, "its listeners are open")
                        : Condition.no(Condition.PROGRAMMED, why, "none of its listeners can be served"));
    }

    private ObjectStatus unattached(ListenerSet set, List<GatewayState> gateways) {
        ManifestId parent = set.parent();
        boolean there = gateways.stream()
                .anyMatch(state -> state.gateway().id().equals(parent) && !listeners.allows(state.gateway(), set));
        String reason = there ? "NotAllowed" : "ParentNotAccepted";
        String message = parent
                + (there ? " allows no listeners of namespace " + set.id().namespace() : ": there is none");
        return new ObjectStatus(
                set,
                List.of(
                        Condition.no(Condition.ACCEPTED, reason, message),
                        Condition.no(Condition.PROGRAMMED, reason, message)),
                List.of(),
                List.of(),
                List.of());
    }

    private static List<ObjectStatus.ListenerStatus> listeners(
            List<ListenerState> listeners, Map<ListenerState, List<String>> open) {
        return listeners.stream()
                .map(listener -> new ObjectStatus.ListenerStatus(
                        listener.listener().name(),
                        listener.kinds(),
                        listener.attached(),
                        listener.conditions(),
                        open.getOrDefault(listener, List.of())))
                .toList();
    }

    static ObjectStatus of(Route route, List<ParentState> parents) {
        return new ObjectStatus(
                route,
                List.of(),
                List.of(),
                List.of(),
                parents.stream()
                        .map(parent -> new ObjectStatus.ParentStatus(parent.reference(), parent.conditions()))
                        .toList());
    }

    static ObjectStatus of(GatewayClass kind) {
        boolean ours = kind.controllerName().equals(ObjectStatus.CONTROLLER);
        return new ObjectStatus(
                kind,
                List.of(
                        ours
                                ? Condition.yes(Condition.ACCEPTED, "it is this product's")
                                : Condition.no(
                                        Condition.ACCEPTED,
                                        "Unsupported",
                                        "controllerName " + kind.controllerName() + ": expected "
                                                + ObjectStatus.CONTROLLER
                                                + "; its gateways are served all the same")),
                List.of(),
                List.of(),
                List.of());
    }

    /** A policy applies through every gateway with a route to one of its services. */
    static ObjectStatus of(
            BackendTlsPolicy policy, List<Condition> conditions, Collection<GatewayCompiler.Attaching> routes) {
        Map<ManifestId, ObjectStatus.ParentStatus> ancestors = new LinkedHashMap<>();
        routes.forEach(attaching -> {
            Route route = attaching.route();
            List<ParentState> states = attaching.parents();
            if (references(route).anyMatch(reference -> isTarget(policy, route, reference))) {
                states.stream().flatMap(state -> state.attached().stream()).forEach(one -> {
                    Gateway gateway = one.listener().gateway();
                    ParentReference reference = new ParentReference(
                            gateway.id().group(),
                            gateway.id().kind(),
                            gateway.id().namespace(),
                            gateway.id().name(),
                            null,
                            null);
                    ancestors.put(gateway.id(), new ObjectStatus.ParentStatus(reference, conditions));
                });
            }
        });
        return new ObjectStatus(policy, conditions, List.of(), List.of(), List.copyOf(ancestors.values()));
    }

    private static boolean isTarget(BackendTlsPolicy policy, Route route, BackendReference reference) {
        String namespace = reference.namespace() == null ? route.id().namespace() : reference.namespace();
        return namespace.equals(policy.id().namespace())
                && policy.targetRefs().stream()
                        .anyMatch(target -> target.kind().equals(reference.kind())
                                && target.name().equals(reference.name()));
    }

    private static Stream<BackendReference> references(Route route) {
        return switch (route) {
            case HttpRoute it -> it.rules().stream().flatMap(rule -> all(rule.backendRefs()));
            case GrpcRoute it -> it.rules().stream().flatMap(rule -> all(rule.backendRefs()));
            case TlsRoute it -> all(it.rules());
            case TcpRoute it -> all(it.rules());
            case UdpRoute it -> all(it.rules());
        };
    }

    private static Stream<BackendReference> all(List<?> rules) {
        return rules.stream().flatMap(one -> switch (one) {
            case StreamRule rule -> all(rule.backendRefs());
            case RouteBackend backend -> Stream.of(backend.backendRef());
            default -> Stream.empty();
        });
    }
}
