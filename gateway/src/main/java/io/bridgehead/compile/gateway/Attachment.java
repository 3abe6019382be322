package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.Gateway;
import io.bridgehead.config.manifest.ListenerSet;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ParentReference;
import io.bridgehead.config.manifest.Route;
import io.bridgehead.match.HostPattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says which listeners take a route (Gateway API v1: parentRefs, allowedRoutes, intersection of host names). */
final class Attachment {
    private final Inventory inventory;
    private final Map<ManifestId, GatewayState> byParent = new HashMap<>();
    private final Map<ManifestId, Manifest> owners = new HashMap<>();

    Attachment(Inventory inventory, List<GatewayState> gateways) {
        this.inventory = inventory;
        for (GatewayState state : gateways) {
            byParent.put(state.gateway().id(), state);
            owners.put(state.gateway().id(), state.gateway());
            for (ListenerSet set : state.sets().keySet()) {
                byParent.put(set.id(), state);
                owners.put(set.id(), set);
            }
        }
    }

    /** What becomes of each reference of a route; references to what is no gateway are left to others. */
    List<ParentState> parents(Route route) {
        List<HostPattern> hosts =
                route.hostnames().stream().map(HostPattern::parse).toList();
        List<ParentState> parents = new ArrayList<>();
        for (ParentReference reference : route.parentRefs()) {
            ParentState parent = parent(route, reference, hosts);
            if (parent != null) {
                parents.add(parent);
            }
        }
        return parents;
    }

    private @Nullable ParentState parent(Route route, ParentReference reference, List<HostPattern> hosts) {
        boolean known = reference.kind().equals(Gateway.KIND)
                || reference.kind().equals(ListenerSet.KIND)
                || reference.kind().equals(ListenerSet.EXPERIMENTAL_KIND);
        if (!known) {
            return null;
        }
        String namespace = reference.namespace() == null ? route.id().namespace() : reference.namespace();
        ManifestId id = new ManifestId(reference.group(), reference.kind(), namespace, reference.name());
        GatewayState state = byParent.get(id);
        Manifest owner = owners.get(id);
        if (state == null || owner == null) {
            return ParentState.refused(reference, "NoMatchingParent", id + ": there is none, or it is not attached");
        }
        List<ListenerState> named = state.of(owner).stream()
                .filter(listener -> reference.sectionName() == null
                        || reference.sectionName().equals(listener.listener().name()))
                .filter(listener -> reference.port() == null
                        || reference.port() == listener.listener().port())
                .toList();
        if (named.isEmpty()) {
            return ParentState.refused(reference, "NoMatchingParent", id + ": no listener " + wanted(reference));
        }
        List<ListenerState> allowing =
                named.stream().filter(listener -> allows(listener, route)).toList();
        if (allowing.isEmpty()) {
            return ParentState.refused(
                    reference,
                    "NotAllowedByListeners",
                    "no listener of " + id + " allows " + route.id().kind() + " of namespace "
                            + route.id().namespace());
        }
        List<ListenerState> valid =
                allowing.stream().filter(ListenerState::isAccepted).toList();
        if (valid.isEmpty()) {
            return ParentState.refused(reference, "NoMatchingParent", "no listener of " + id + " is valid");
        }
        return attach(reference, valid, hosts);
    }

    private static ParentState attach(
            ParentReference reference, List<ListenerState> listeners, List<HostPattern> hosts) {
        List<ParentState.Attached> attached = new ArrayList<>();
        for (ListenerState listener : listeners) {
            List<HostPattern> common = Hostnames.common(listener.hostname(), hosts);
            if (!common.isEmpty()) {
                attached.add(new ParentState.Attached(listener, common));
            }
        }
        return attached.isEmpty()
                ? ParentState.refused(
                        reference, "NoMatchingListenerHostname", "no listener has a host name in common with " + hosts)
                : ParentState.attached(reference, attached);
    }

    private boolean allows(ListenerState listener, Route route) {
        String namespace = route.id().namespace();
        return listener.kinds().contains(route.id().kind())
                && listener.listener()
                        .allowedRoutes()
                        .namespaces()
                        .allows(
                                namespace,
                                inventory.labels(namespace),
                                listener.owner().id().namespace());
    }

    private static String wanted(ParentReference reference) {
        String name = reference.sectionName() == null ? "" : "'" + reference.sectionName() + "'";
        return reference.port() == null ? name : (name + " at port " + reference.port()).strip();
    }
}
