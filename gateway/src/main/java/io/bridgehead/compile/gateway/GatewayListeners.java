package io.bridgehead.compile.gateway;

import io.bridgehead.compile.gateway.ListenerState.Protocol;
import io.bridgehead.compile.gateway.Material.Fault;
import io.bridgehead.compile.gateway.Material.Found;
import io.bridgehead.config.AddressRange;
import io.bridgehead.config.manifest.Gateway;
import io.bridgehead.config.manifest.GrpcRoute;
import io.bridgehead.config.manifest.HttpRoute;
import io.bridgehead.config.manifest.Listener;
import io.bridgehead.config.manifest.ListenerSet;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.ObjectReference;
import io.bridgehead.config.manifest.TcpRoute;
import io.bridgehead.config.manifest.TlsRoute;
import io.bridgehead.config.manifest.UdpRoute;
import io.bridgehead.routing.GatewayPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the listeners of all gateways, and says what is wrong with each. */
final class GatewayListeners {
    private static final String EVERY_ADDRESS = "0.0.0.0";

    private final Inventory inventory;
    private final Material material;
    private final Conflicts conflicts = new Conflicts();
    private final Map<String, GatewayPort.Certificate> clientCertificates = new LinkedHashMap<>();

    GatewayListeners(Inventory inventory, Material material) {
        this.inventory = inventory;
        this.material = material;
    }

    /** Certificates that backends are shown, by name. */
    Map<String, GatewayPort.Certificate> clientCertificates() {
        return clientCertificates;
    }

    /** All gateways, the oldest first. */
    List<GatewayState> make() {
        List<GatewayState> states = new ArrayList<>();
        for (Gateway gateway : inventory.all(Gateway.class)) {
            states.add(make(gateway));
        }
        return states;
    }

    private GatewayState make(Gateway gateway) {
        Set<String> addresses = new LinkedHashSet<>();
        Condition unusable = addresses(gateway, addresses);
        Condition refusal = unusable == null ? parameters(gateway) : unusable;
        List<ListenerState> own = listeners(gateway, gateway, gateway.listeners());
        Map<ListenerSet, List<ListenerState>> sets = new LinkedHashMap<>();
        for (ListenerSet set : inventory.all(ListenerSet.class)) {
            if (isParent(set, gateway) && allows(gateway, set)) {
                sets.put(set, listeners(gateway, set, set.listeners()));
            }
        }
        List<String> all = List.copyOf(addresses);
        if (refusal != null) {
            own.forEach(listener -> listener.refuse("Invalid", refusal.message()));
            sets.values().forEach(list -> list.forEach(listener -> listener.refuse("Invalid", refusal.message())));
        }
        conflicts.judge(all, own);
        sets.values().forEach(list -> conflicts.judge(all, list));
        return clientCertificate(new GatewayState(gateway, all, own, sets, refusal, null, null));
    }

    private static @Nullable Condition addresses(Gateway gateway, Set<String> addresses) {
        for (Gateway.Address address : gateway.addresses()) {
            String value = address.value();
            if (!address.type().equals("IPAddress")) {
                return Condition.no(
                        Condition.ACCEPTED,
                        "UnsupportedAddress",
                        "address type " + address.type() + ": expected IPAddress");
            }
            if (value == null || value.isEmpty()) {
                addresses.add(EVERY_ADDRESS);
                continue;
            }
            try {
                addresses.add(AddressRange.address(value).getHostAddress());
            } catch (IllegalArgumentException e) {
                return Condition.no(
                        Condition.ACCEPTED, "UnsupportedAddress", "address '" + value + "': expected an IP address");
            }
        }
        if (addresses.isEmpty()) {
            addresses.add(EVERY_ADDRESS);
        }
        return null;
    }

    /** No kind of parameters is known, and what cannot be followed is refused. */
    private static @Nullable Condition parameters(Gateway gateway) {
        ObjectReference reference = gateway.parametersRef();
        return reference == null
                ? null
                : Condition.no(
                        Condition.ACCEPTED,
                        "InvalidParameters",
                        "infrastructure.parametersRef: kind " + reference.kind() + " of group '" + reference.group()
                                + "' is not known; expected none");
    }

    private static boolean isParent(ListenerSet set, Gateway gateway) {
        return set.parent().equals(gateway.id());
    }

    /** Whether the gateway lets listeners of that namespace in. */
    boolean allows(Gateway gateway, ListenerSet set) {
        String namespace = set.id().namespace();
        return gateway.allowedListeners()
                .allows(namespace, inventory.labels(namespace), gateway.id().namespace());
    }

    private List<ListenerState> listeners(Gateway gateway, Manifest owner, List<Listener> listeners) {
        List<ListenerState> states = new ArrayList<>();
        for (int i = 0; i < listeners.size(); i++) {
            ListenerState state = new ListenerState(gateway, owner, listeners.get(i), i);
            judge(state);
            states.add(state);
        }
        return states;
    }

    private void judge(ListenerState state) {
        Protocol protocol = state.protocol();
        if (protocol == null) {
            state.refuse("UnsupportedProtocol", "protocol '" + state.listener().protocol() + "' is not served");
            return;
        }
        if (state.listener().port() == 0) {
            state.refuse("PortUnavailable", "port 0: expected 1 to 65535");
        }
        kinds(state, protocol);
        if (protocol == Protocol.HTTPS && state.passesThrough()) {
            state.refuse("UnsupportedProtocol", "tls.mode Passthrough: expected Terminate for HTTPS");
        }
        if (protocol == Protocol.HTTPS || (protocol == Protocol.TLS && !state.passesThrough())) {
            certificates(state);
        }
        if (protocol == Protocol.HTTPS) {
            clients(state);
        }
    }

    private static void kinds(ListenerState state, Protocol protocol) {
        List<String> fitting = switch (protocol) {
            case HTTP, HTTPS -> List.of(HttpRoute.KIND, GrpcRoute.KIND);
            case TLS -> state.passesThrough() ? List.of(TlsRoute.KIND) : List.of(TlsRoute.KIND, TcpRoute.KIND);
            case TCP -> List.of(TcpRoute.KIND);
            case UDP -> List.of(UdpRoute.KIND);
        };
        List<Listener.RouteGroupKind> wanted = state.listener().allowedRoutes().kinds();
        List<String> supported = new ArrayList<>();
        for (Listener.RouteGroupKind kind : wanted) {
            if (kind.group().equals(ManifestId.GATEWAY_GROUP) && fitting.contains(kind.kind())) {
                supported.add(kind.kind());
            } else {
                state.unresolved(
                        "InvalidRouteKinds",
                        "kind " + kind.kind() + ": expected one of " + String.join(", ", fitting),
                        false);
            }
        }
        state.kinds(wanted.isEmpty() ? fitting : supported);
    }

    private void certificates(ListenerState state) {
        Listener.ListenerTls tls = state.listener().tls();
        List<ObjectReference> references = tls == null ? List.of() : tls.certificateRefs();
        List<GatewayPort.Certificate> usable = new ArrayList<>();
        List<Found.Bad<GatewayPort.Certificate>> bad = new ArrayList<>();
        for (ObjectReference reference : references) {
            switch (material.certificate(state.owner().metadata(), reference)) {
                case Found.Good<GatewayPort.Certificate>(GatewayPort.Certificate value) -> usable.add(value);
                case Found.Bad<GatewayPort.Certificate> found -> bad.add(found);
            }
        }
        if (references.isEmpty()) {
            state.unresolved("InvalidCertificateRef", "tls.certificateRefs is empty", true);
        }
        bad.forEach(found -> state.unresolved(
                found.fault() == Fault.NOT_PERMITTED ? "RefNotPermitted" : "InvalidCertificateRef",
                found.message(),
                usable.isEmpty()));
        state.certificates(usable);
    }

    private void clients(ListenerState state) {
        Gateway.ClientValidation validation =
                state.gateway().tls().frontend().of(state.listener().port());
        if (validation == null) {
            return;
        }
        StringBuilder authorities = new StringBuilder();
        List<String> shown = new ArrayList<>();
        for (ObjectReference reference : validation.caCertificateRefs()) {
            switch (material.authorities(state.gateway().metadata(), reference)) {
                case Found.Good<String>(String pem) -> {
                    authorities.append(pem).append('\n');
                    shown.add(reference.kind() + " " + reference.name());
                }
                case Found.Bad<String>(Fault fault, String message) ->
                    state.unresolved(
                            switch (fault) {
                                case INVALID -> "InvalidCACertificateRef";
                                case KIND -> "InvalidCACertificateKind";
                                case NOT_PERMITTED -> "RefNotPermitted";
                            },
                            message,
                            false);
            }
        }
        if (authorities.isEmpty()) {
            state.refuse("NoValidCACertificate", "no authority for client certificates is valid");
            return;
        }
        state.clients(new GatewayPort.ClientValidation(
                String.join(", ", shown),
                authorities.toString(),
                validation.mode() == Gateway.ClientValidationMode.ALLOW_INSECURE_FALLBACK));
    }

    private GatewayState clientCertificate(GatewayState state) {
        ObjectReference reference = state.gateway().tls().clientCertificateRef();
        if (reference == null) {
            return state;
        }
        return switch (material.clientCertificate(state.gateway().metadata(), reference)) {
            case Found.Good<GatewayPort.Certificate>(GatewayPort.Certificate certificate) -> {
                String name = "secret:"
                        + (reference.namespace() == null ? state.gateway().id().namespace() : reference.namespace())
                        + "/" + reference.name();
                clientCertificates.put(name, certificate);
                yield new GatewayState(
                        state.gateway(), state.addresses(), state.own(), state.sets(), state.refusal(), name, null);
            }
            case Found.Bad<GatewayPort.Certificate>(Fault fault, String message) ->
                new GatewayState(
                        state.gateway(),
                        state.addresses(),
                        state.own(),
                        state.sets(),
                        state.refusal(),
                        null,
                        Condition.no(
                                Condition.RESOLVED_REFS,
                                fault == Fault.NOT_PERMITTED ? "RefNotPermitted" : "InvalidClientCertificateRef",
                                message));
        };
    }
}
