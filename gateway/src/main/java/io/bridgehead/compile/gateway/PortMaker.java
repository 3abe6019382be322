package io.bridgehead.compile.gateway;

import io.bridgehead.compile.gateway.ListenerState.Protocol;
import io.bridgehead.match.HostPattern;
import io.bridgehead.match.HostTable;
import io.bridgehead.match.MatchTable;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.Backends;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.routing.ListenerRoutes;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RouteRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts what was found out of listeners and routes together: one port for each address and number, whoever's listeners share it. */
@OwnedBy(Owner.CONFINED)
final class PortMaker {
    private static final Backends NOWHERE = new Backends(List.of());

    private final Map<ListenerState, Map<HostPattern, List<Claim>>> requests = new HashMap<>();
    private final Map<ListenerState, Map<HostPattern, Backends>> serverNames = new HashMap<>();
    private final Map<ListenerState, Backends> connections = new HashMap<>();
    private final Map<String, List<ListenerState>> ports = new LinkedHashMap<>();
    private final Map<String, String> addresses = new HashMap<>();

    /** The rules of routes that have a host at a listener by one host name of their own. */
    private record Claim(HostPattern origin, List<MatchTable.Entry<RouteRule>> entries) {}

    /**
     * Requests for a host at a listener; of routes with precedence first.
     *
     * @param origin the route's own host name that has the host in common with the listener: of rules that fit alike, the one of the narrower comes
     *     first
     */
    void requests(
            ListenerState listener, HostPattern host, HostPattern origin, List<MatchTable.Entry<RouteRule>> entries) {
        List<Claim> claims = requests.computeIfAbsent(listener, _ -> new LinkedHashMap<>())
                .computeIfAbsent(host, _ -> new ArrayList<>(1));
        int place = 0;
        while (place < claims.size() && Hostnames.covers(origin, claims.get(place).origin)) {
            if (claims.get(place).origin.equals(origin)) {
                claims.get(place).entries.addAll(entries);
                return;
            }
            place++;
        }
        claims.add(place, new Claim(origin, new ArrayList<>(entries)));
    }

    /** Connections for a server name at a listener; whether the name was free. */
    boolean serverName(ListenerState listener, HostPattern name, Backends backends) {
        return serverNames.computeIfAbsent(listener, _ -> new LinkedHashMap<>()).putIfAbsent(name, backends) == null;
    }

    /** All connections or datagrams of a listener; whether it had none. */
    boolean connections(ListenerState listener, Backends backends) {
        return connections.putIfAbsent(listener, backends) == null;
    }

    /** A listener at an address; the name of the port that serves it. */
    String open(ListenerState listener, String address) {
        String name = GatewayPort.nameOf(address, listener.listener().port(), kind(listener));
        ports.computeIfAbsent(name, _ -> new ArrayList<>()).add(listener);
        addresses.put(name, address);
        return name;
    }

    private static GatewayPort.Kind kind(ListenerState listener) {
        return switch (Objects.requireNonNull(listener.protocol())) {
            case HTTP -> GatewayPort.Kind.HTTP;
            case HTTPS, TLS -> GatewayPort.Kind.TLS;
            case TCP -> GatewayPort.Kind.TCP;
            case UDP -> GatewayPort.Kind.UDP;
        };
    }

    /** All ports to open. */
    List<GatewayPort> ports() {
        List<GatewayPort> all = new ArrayList<>();
        ports.forEach((name, listeners) -> {
            ListenerState first = listeners.getFirst();
            GatewayPort.Kind kind = kind(first);
            GatewayPort.@Nullable ClientValidation clients = listeners.stream()
                    .map(ListenerState::clients)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            all.add(new GatewayPort(
                    name,
                    Objects.requireNonNull(addresses.get(name)),
                    first.listener().port(),
                    kind,
                    kind == GatewayPort.Kind.TLS
                            ? listeners.stream().map(PortMaker::tls).toList()
                            : List.of(),
                    clients,
                    listeners.stream()
                            .map(listener -> listener.gateway().id().namespace() + "/"
                                    + listener.gateway().id().name())
                            .collect(Collectors.toUnmodifiableSet())));
        });
        return all;
    }

    private static GatewayPort.TlsListener tls(ListenerState listener) {
        GatewayPort.TlsMode mode = listener.is(Protocol.HTTPS)
                ? GatewayPort.TlsMode.HTTPS
                : listener.passesThrough() ? GatewayPort.TlsMode.PASSTHROUGH : GatewayPort.TlsMode.TERMINATE;
        return new GatewayPort.TlsListener(
                listener.shown(),
                listener.hostname(),
                mode,
                mode == GatewayPort.TlsMode.PASSTHROUGH ? List.of() : listener.certificates());
    }

    /** Where all ports lead. */
    Map<String, PortRoutes> routes() {
        Map<ListenerState, ListenerRoutes> built = new HashMap<>();
        Map<String, PortRoutes> all = new LinkedHashMap<>();
        ports.forEach((name, listeners) -> {
            Map<HostPattern, ListenerRoutes> byHost = new LinkedHashMap<>();
            Map<HostPattern, Backends> byName = new LinkedHashMap<>();
            for (ListenerState listener : listeners) {
                switch (Objects.requireNonNull(listener.protocol())) {
                    case HTTP, HTTPS ->
                        byHost.put(listener.hostname(), built.computeIfAbsent(listener, this::listenerRoutes));
                    case TLS -> {
                        byName.putAll(serverNames.getOrDefault(listener, Map.of()));
                        // what belongs to this listener leads to no other one's routes
                        byName.putIfAbsent(listener.hostname(), NOWHERE);
                    }
                    case TCP, UDP -> {}
                }
            }
            ListenerState first = listeners.getFirst();
            all.put(
                    name,
                    new PortRoutes(
                            first.listener().port(),
                            HostTable.of(byHost),
                            HostTable.of(byName),
                            connections.get(first)));
        });
        return all;
    }

    private ListenerRoutes listenerRoutes(ListenerState listener) {
        Map<HostPattern, MatchTable<RouteRule>> hosts = new HashMap<>();
        requests.getOrDefault(listener, Map.of())
                .forEach((host, claims) -> hosts.put(
                        host,
                        MatchTable.of(claims.stream()
                                .flatMap(claim -> claim.entries.stream())
                                .toList())));
        return new ListenerRoutes(listener.shown(), HostTable.of(hosts));
    }
}
