package io.bridgehead.compile.gateway;

import io.bridgehead.compile.gateway.Destinations.Traffic;
import io.bridgehead.compile.gateway.ListenerState.Protocol;
import io.bridgehead.config.manifest.BackendTlsPolicy;
import io.bridgehead.config.manifest.GatewayClass;
import io.bridgehead.config.manifest.GrpcRoute;
import io.bridgehead.config.manifest.HttpRoute;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestId;
import io.bridgehead.config.manifest.Route;
import io.bridgehead.config.manifest.RouteBackend;
import io.bridgehead.config.manifest.StreamRule;
import io.bridgehead.config.manifest.TcpRoute;
import io.bridgehead.config.manifest.TlsRoute;
import io.bridgehead.config.manifest.UdpRoute;
import io.bridgehead.match.HostPattern;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.Backends;
import io.bridgehead.routing.GatewayPlan;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.routing.ServiceRoute;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compiles Gateway API manifests as the specification says: what is wrong with one part is told in its status, and the rest is served. Pure: the
 * same manifests and context give the same table.
 */
@OwnedBy(Owner.CONFINED)
public final class GatewayCompiler {
    private final Context context;
    private final Inventory inventory;
    private final Material material;
    private final BackendPolicies policies;
    private final Destinations destinations;
    private final GatewayListeners listeners;
    private final PortMaker ports = new PortMaker();
    private final Map<ManifestId, Attaching> parents = new LinkedHashMap<>();
    private final Map<ListenerState, HostClaims> http = new HashMap<>();
    private final Map<ListenerState, HostClaims> grpc = new HashMap<>();

    private GatewayCompiler(Collection<Manifest> manifests, Context context) {
        this.context = context;
        this.inventory = new Inventory(manifests);
        this.material = new Material(inventory, context.check());
        this.policies = new BackendPolicies(inventory, material);
        this.destinations = new Destinations(inventory, policies, context.fabric(), context.site(), context.common());
        this.listeners = new GatewayListeners(inventory, material);
    }

    /** A route and what becomes of its references to parents. */
    record Attaching(Route route, List<ParentState> parents) {}

    /**
     * What manifests are compiled for.
     *
     * @param site where the endpoints of Kubernetes Services are
     * @param common what holds for these, which say nothing of it themselves
     * @param fabric the services of the fabric's own documents
     * @param check judges certificates
     * @param opened which gateways this node opens; others have their status and no port here
     */
    public record Context(
            SiteName site,
            Common common,
            Map<ServiceName, ServiceRoute> fabric,
            GatewayPort.MaterialCheck check,
            Predicate<ManifestId> opened) {
        public Context {
            fabric = Map.copyOf(fabric);
        }
    }

    /**
     * What Kubernetes Services do not say themselves.
     *
     * @param callers who may call them
     * @param defaults how they are kept answering
     * @param alone whether there are no tunnels: endpoints of other sites are dialed from here, unless some are of this very site
     */
    public record Common(BackendCallers callers, BackendDefaults defaults, boolean alone) {
        /** For a node with tunnels to other sites. */
        public Common(BackendCallers callers, BackendDefaults defaults) {
            this(callers, defaults, false);
        }
    }

    /** Compiles a set of manifests, each of another id. */
    public static GatewayTable compile(Collection<Manifest> manifests, Context context) {
        return new GatewayCompiler(manifests, context).table();
    }

    private GatewayTable table() {
        List<GatewayState> gateways = listeners.make();
        Attachment attachment = new Attachment(inventory, gateways);
        List<Route> routes = inventory.all(Route.class);
        for (Route route : routes) {
            parents.put(route.id(), new Attaching(route, attachment.parents(route)));
        }
        for (Route route : routes) {
            switch (route) {
                case HttpRoute _, GrpcRoute _ -> requests(route, gateways);
                case TlsRoute tls -> streams(tls, tls.rules(), gateways);
                case TcpRoute tcp -> streams(tcp, tcp.rules(), gateways);
                case UdpRoute udp -> streams(udp, udp.rules(), gateways);
            }
            parentsOf(route).forEach(parent -> parent.settle(route));
        }
        Map<ListenerState, List<String>> open = open(gateways);
        GatewayPlan plan = new GatewayPlan(ports.ports(), policies.authorities(), listeners.clientCertificates());
        List<ObjectStatus> statuses = new ArrayList<>(new Statuses(inventory, listeners).of(gateways, open));
        routes.forEach(route -> statuses.add(Statuses.of(route, parentsOf(route))));
        policies.conditions().forEach((policy, conditions) -> statuses.add(status(policy, conditions)));
        inventory.all(GatewayClass.class).forEach(kind -> statuses.add(Statuses.of(kind)));
        return new GatewayTable(List.copyOf(destinations.made()), ports.routes(), plan, statuses);
    }

    private List<ParentState> parentsOf(Route route) {
        Attaching attaching = parents.get(route.id());
        return attaching == null ? List.of() : attaching.parents();
    }

    private Map<ListenerState, List<String>> open(List<GatewayState> gateways) {
        Map<ListenerState, List<String>> open = new HashMap<>();
        for (GatewayState gateway : gateways) {
            boolean opened = context.opened().test(gateway.gateway().id());
            for (ListenerState listener : gateway.all()) {
                if (opened && listener.isAccepted()) {
                    open.put(
                            listener,
                            gateway.addresses().stream()
                                    .map(address -> ports.open(listener, address))
                                    .toList());
                }
            }
        }
        return open;
    }

    private static @Nullable String clientCertificate(ListenerState listener, List<GatewayState> gateways) {
        return gateways.stream()
                .filter(state -> state.gateway().equals(listener.gateway()))
                .findFirst()
                .map(GatewayState::clientCertificate)
                .orElse(null);
    }

    private void requests(Route route, List<GatewayState> gateways) {
        Map<String, HttpRules> made = new HashMap<>();
        for (ParentState parent : parentsOf(route)) {
            refuseOtherKind(route, parent);
            HttpRules rules = made.computeIfAbsent("", _ -> HttpRules.of(route, destinations, null));
            for (ParentState.Attached attached : parent.attached()) {
                String certificate = clientCertificate(attached.listener(), gateways);
                rules = made.computeIfAbsent(
                        certificate == null ? "" : certificate, _ -> HttpRules.of(route, destinations, certificate));
                HostClaims claims = claims(route).computeIfAbsent(attached.listener(), _ -> new HostClaims());
                for (HostPattern host : attached.hosts()) {
                    HostPattern origin = Hostnames.origin(attached.listener().hostname(), host, route.hostnames());
                    ports.requests(attached.listener(), host, origin, rules.entries());
                    claims.claim(host, route.id().toString());
                }
            }
            String refusal = rules.refusal();
            if (refusal != null) {
                parent.refuse("UnsupportedValue", refusal);
            }
            rules.conditions().forEach(parent::add);
        }
    }

    private Map<ListenerState, HostClaims> claims(Route route) {
        return route instanceof HttpRoute ? http : grpc;
    }

    /** A host belongs to HTTPRoutes or to GRPCRoutes of a listener, as the older one says. */
    private void refuseOtherKind(Route route, ParentState parent) {
        Map<ListenerState, HostClaims> others = route instanceof HttpRoute ? grpc : http;
        for (ParentState.Attached attached : parent.attached()) {
            HostClaims taken = others.get(attached.listener());
            for (int i = 0; taken != null && i < attached.hosts().size(); i++) {
                String owner = taken.owner(attached.hosts().get(i));
                if (owner != null) {
                    parent.detach(
                            attached, "HostnameConflict", owner + " has hosts of " + attached.hosts() + " already");
                    break;
                }
            }
        }
    }

    private void streams(Route route, List<StreamRule> rules, List<GatewayState> gateways) {
        for (ParentState parent : parentsOf(route)) {
            Condition refs = parent.attached().isEmpty()
                    ? references(route, rules)
                    : Condition.yes(Condition.RESOLVED_REFS, "all references are there");
            for (ParentState.Attached attached : parent.attached()) {
                ListenerState listener = attached.listener();
                List<Condition> unresolved = new ArrayList<>();
                Backends backends =
                        backends(route, rules, traffic(listener), clientCertificate(listener, gateways), unresolved);
                refs = unresolved.isEmpty() || !refs.status() ? refs : unresolved.getFirst();
                if (!connect(route, attached, backends)) {
                    parent.shadow(attached, "an older route has " + listener.shown());
                }
            }
            parent.add(refs);
        }
    }

    /** How references of a route stand that is attached nowhere. */
    private Condition references(Route route, List<StreamRule> rules) {
        Traffic traffic =
                route instanceof UdpRoute ? Traffic.UDP : route instanceof TlsRoute ? Traffic.TLS : Traffic.TCP;
        List<Condition> unresolved = new ArrayList<>();
        backends(route, rules, traffic, null, unresolved);
        return unresolved.isEmpty()
                ? Condition.yes(Condition.RESOLVED_REFS, "all references are there")
                : unresolved.getFirst();
    }

    private boolean connect(Route route, ParentState.Attached attached, Backends backends) {
        ListenerState listener = attached.listener();
        if (!listener.is(Protocol.TLS)) {
            return ports.connections(listener, backends);
        }
        List<HostPattern> names = route instanceof TlsRoute ? attached.hosts() : List.of(listener.hostname());
        boolean any = false;
        for (HostPattern name : names) {
            any |= ports.serverName(listener, name, backends);
        }
        return any;
    }

    private static Traffic traffic(ListenerState listener) {
        if (listener.is(Protocol.UDP)) {
            return Traffic.UDP;
        }
        return listener.is(Protocol.TLS) && listener.passesThrough() ? Traffic.TLS : Traffic.TCP;
    }

    /** A route of streams has one rule that counts: nothing tells connections apart. */
    private Backends backends(
            Route route,
            List<StreamRule> rules,
            Traffic traffic,
            @Nullable String clientCertificate,
            List<Condition> unresolved) {
        List<Backend> all = new ArrayList<>();
        List<RouteBackend> references =
                rules.isEmpty() ? List.of() : rules.getFirst().backendRefs();
        for (RouteBackend reference : references) {
            Destinations.Resolved resolved =
                    destinations.resolve(route.metadata(), reference.backendRef(), traffic, clientCertificate);
            if (resolved.service() == null) {
                unresolved.add(Condition.no(Condition.RESOLVED_REFS, resolved.reason(), resolved.message()));
            }
            all.add(new Backend(
                    resolved.service(),
                    reference.weight(),
                    reference.backendRef().kind() + " " + reference.backendRef().name() + ":"
                            + reference.backendRef().port(),
                    Backend.Edits.NONE));
        }
        return new Backends(all);
    }

    private ObjectStatus status(BackendTlsPolicy policy, List<Condition> conditions) {
        return Statuses.of(policy, conditions, parents.values());
    }
}
