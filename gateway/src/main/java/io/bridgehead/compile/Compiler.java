package io.bridgehead.compile;

import io.bridgehead.compile.gateway.BackendCallers;
import io.bridgehead.compile.gateway.GatewayCompiler;
import io.bridgehead.compile.gateway.GatewayTable;
import io.bridgehead.config.AddressRange;
import io.bridgehead.config.AuthorizationDocument;
import io.bridgehead.config.Document;
import io.bridgehead.config.DocumentSource;
import io.bridgehead.config.EndpointSpec;
import io.bridgehead.config.ManifestDocument;
import io.bridgehead.config.NodeConfig.ListenerProtocol;
import io.bridgehead.config.ServiceDocument;
import io.bridgehead.config.ServiceSpec;
import io.bridgehead.config.TrafficPolicyDocument;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Problems;
import io.bridgehead.config.schema.Suggestion;
import io.bridgehead.match.HostPattern;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.ServiceName;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compiles documents into the routing table of one node. Pure: the same documents and context give the same table.
 *
 * <p>What two services both claim (a name, a host, a listener) is a problem for the whole set, because every node would have
 * to choose; what only this node cannot serve is a note, because the documents belong to all nodes.
 */
public final class Compiler {
    /** More services than these are not told apart one by one. */
    private static final int FEW = 100;

    private final CompileContext context;

    public Compiler(CompileContext context) {
        this.context = context;
    }

    /** Compiles all documents that are to be in force together; {@code revision} is what the table will say it is. */
    public CompileResult compile(List<Document> documents, String revision) {
        CompileResult.Compiled known = context.routes().recall(context, documents);
        if (known != null) {
            return new CompileResult.Compiled(
                    known.table().named(revision), known.gateways(), known.notes(), known.leftOut());
        }
        CompileResult few = compileFew(documents, revision);
        CompileResult result = few == null ? compileAnew(documents, revision) : few;
        // Certificates of Gateways are judged by the clock, so what manifests come to is not remembered.
        if (result instanceof CompileResult.Compiled compiled
                && compiled.gateways().equals(GatewayTable.EMPTY)) {
            context.routes().remember(context, documents, compiled);
        }
        return result;
    }

    /**
     * Compiles what differs in a few services from what was compiled last, at a cost that does not grow with what stays; null when that cannot be
     * told apart so easily, as when somebody claims another host or there is something to note.
     */
    @SuppressWarnings("ReferenceEquality")
    private CompileResult.@Nullable Compiled compileFew(List<Document> documents, String revision) {
        RouteMemory.Whole before = context.routes().last(context);
        if (before == null
                || !before.result().notes().isEmpty()
                || before.documents().size() != documents.size()) {
            return null;
        }
        List<ServiceDocument> different = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            Document then = before.documents().get(i);
            Document now = documents.get(i);
            if (now instanceof ManifestDocument) {
                return null;
            }
            if (then != now) {
                if (different.size() == FEW || !isFoundAlike(then, now)) {
                    return null;
                }
                different.add((ServiceDocument) now);
            }
        }
        return few(before.result().table(), documents, different, revision);
    }

    private CompileResult.@Nullable Compiled few(
            RoutingTable before, List<Document> documents, List<ServiceDocument> different, String revision) {
        Problems found = new Problems();
        TrafficPolicies policies = TrafficPolicies.of(documents);
        RouteMaker maker = new RouteMaker(context, policies, AccessMaker.of(documents, context.routes()), found);
        List<ServiceRoute> routes = new ArrayList<>();
        Map<ServiceName, List<String>> origins = new HashMap<>(before.policies());
        for (ServiceDocument service : different) {
            ServiceRoute route = maker.make(service);
            noteUnknownListeners(service, found);
            noteUnknownAuthorities(service, found);
            if (!isTrusted(service, found) || route == null || !found.isEmpty()) {
                return null;
            }
            routes.add(route);
            origins.remove(service.name());
        }
        origins.putAll(policies.origins());
        RoutingTable table = before.replacing(routes).named(revision).withPolicies(origins);
        return new CompileResult.Compiled(table, GatewayTable.EMPTY, List.of(), List.of());
    }

    /**
     * Whether both define one service that is found by the same, and asks the same one about requests. By its labels policies choose it: that decides what is
     * made of it alone, and not what is noted of policies, which are noted by names.
     */
    private static boolean isFoundAlike(Document then, Document now) {
        return then instanceof ServiceDocument a
                && now instanceof ServiceDocument b
                && a.name().equals(b.name())
                && a.spec().protocol() == b.spec().protocol()
                && a.spec().hostnames().equals(b.spec().hostnames())
                && a.spec().ports().equals(b.spec().ports())
                && Objects.equals(a.spec().externalAuthorization(), b.spec().externalAuthorization());
    }

    private CompileResult compileAnew(List<Document> documents, String revision) {
        Problems problems = new Problems();
        Problems notes = new Problems();
        Problems leftOut = new Problems();
        List<ServiceDocument> services = services(documents);
        refuseSharedNames(services, problems);
        refuseShared(services, "spec.hostnames[%d]", service -> hosts(service, false), problems);
        refuseShared(services, "spec.hostnames[%d]", service -> hosts(service, true), problems);
        refuseShared(services, "spec.ports[%d].listener", Compiler::listeners, problems);
        List<ServiceRoute> routes = new ArrayList<>();
        TrafficPolicies policies = TrafficPolicies.of(documents);
        AccessMaker access = AccessMaker.of(documents, context.routes());
        RouteMaker maker = new RouteMaker(context, policies, access, problems);
        for (ServiceDocument service : services) {
            ServiceRoute route = maker.make(service);
            noteUnknownListeners(service, notes);
            noteUnknownAuthorities(service, notes);
            if (isTrusted(service, leftOut) && route != null) {
                routes.add(route);
            }
        }
        leftOut.list().forEach(notes::add);
        if (!problems.isEmpty()) {
            return new CompileResult.Refused(problems.list());
        }
        GatewayTable gateways = gateways(documents, routes, new GatewayCompiler.Common(callers(access), policies));
        List<ServiceRoute> all = new ArrayList<>(routes);
        all.addAll(gateways.services());
        access.noteUnknownServices(services, gateways.services(), notes);
        RoutingTable table = RoutingTable.of(revision, all, gateways.routes()).withPolicies(policies.origins());
        CheckMaker.noteMissing(services, notes);
        return new CompileResult.Compiled(table, gateways, notes.list(), leftOut.list());
    }

    private BackendCallers callers(AccessMaker access) {
        Authorizer silent = context.callersOfSilent();
        return (name, labels) -> silent.with(access.of(name, labels));
    }

    /** Whatever is wrong with manifests is told in their status, and what is right is served. */
    private GatewayTable gateways(
            List<Document> documents, List<ServiceRoute> services, GatewayCompiler.Common common) {
        List<Manifest> manifests = new ArrayList<>();
        for (Document document : documents) {
            if (document instanceof ManifestDocument(Manifest manifest, DocumentSource _)) {
                manifests.add(manifest);
            }
        }
        if (manifests.isEmpty()) {
            return GatewayTable.EMPTY;
        }
        manifests.addAll(context.gateways().secrets());
        Map<ServiceName, ServiceRoute> fabric = new HashMap<>();
        services.forEach(service -> fabric.put(service.name(), service));
        return GatewayCompiler.compile(
                manifests,
                new GatewayCompiler.Context(
                        context.site(),
                        common,
                        fabric,
                        context.gateways().check(),
                        id -> context.gateways().opened().contains(id.namespace() + "/" + id.name())));
    }

    private static List<ServiceDocument> services(List<Document> documents) {
        List<ServiceDocument> services = new ArrayList<>(documents.size());
        for (Document document : documents) {
            switch (document) {
                case ServiceDocument service -> services.add(service);
                case TrafficPolicyDocument _, AuthorizationDocument _, ManifestDocument _ -> {}
            }
        }
        return services;
    }

    /** Hosts of requests, or server names of TLS that passes through: no listener looks at both. */
    private List<String> hosts(ServiceDocument service, boolean passedThrough) {
        if (passedThrough != (service.spec().protocol() == ServiceSpec.Protocol.TLS)) {
            return List.of();
        }
        ServiceRoute known = context.routes().recall(service);
        List<String> hosts = new ArrayList<>(service.spec().hostnames().size());
        if (known != null) {
            known.hostnames().forEach(host -> hosts.add(host.text()));
        } else {
            service.spec()
                    .hostnames()
                    .forEach(name -> hosts.add(HostPattern.parse(name).text()));
        }
        return hosts;
    }

    private static List<String> listeners(ServiceDocument service) {
        List<ServiceSpec.Port> ports = service.spec().ports();
        return ports.isEmpty()
                ? List.of()
                : ports.stream().map(ServiceSpec.Port::listener).toList();
    }

    private static void refuseSharedNames(List<ServiceDocument> services, Problems problems) {
        Map<String, ServiceDocument> first = HashMap.newHashMap(services.size());
        for (ServiceDocument service : services) {
            String name = service.name().value();
            ServiceDocument other = first.putIfAbsent(name, service);
            if (other != null) {
                refuseSecond(service, "metadata.name", name, "a name of its own", other, "metadata.name", problems);
            }
        }
    }

    private static void refuseShared(
            List<ServiceDocument> services,
            String path,
            Function<ServiceDocument, List<String>> claims,
            Problems problems) {
        Map<String, Claim> first = HashMap.newHashMap(services.size());
        for (ServiceDocument service : services) {
            List<String> claimed = claims.apply(service);
            for (int i = 0; i < claimed.size(); i++) {
                Claim other = first.putIfAbsent(claimed.get(i), new Claim(service, i));
                if (other != null) {
                    refuseSecond(
                            service,
                            path.formatted(i),
                            claimed.get(i),
                            "one service for each",
                            other.service,
                            path.formatted(other.index),
                            problems);
                }
            }
        }
    }

    private static void refuseSecond(
            ServiceDocument second,
            String path,
            String value,
            String expected,
            ServiceDocument first,
            String firstPath,
            Problems problems) {
        String owner = first.equals(second) ? "this service has it already" : first.id() + " has it";
        problems.add(Problem.at(
                second.source().place(path),
                path,
                "'" + value + "' twice",
                expected,
                owner + " at " + first.source().place(firstPath)));
    }

    private void noteUnknownListeners(ServiceDocument service, Problems notes) {
        List<String> names = listeners(service);
        ListenerProtocol expected =
                service.spec().protocol() == ServiceSpec.Protocol.TLS ? ListenerProtocol.TLS : ListenerProtocol.TCP;
        for (int i = 0; i < names.size(); i++) {
            String path = "spec.ports[" + i + "].listener";
            ListenerProtocol protocol = context.listeners().get(names.get(i));
            if (protocol == null) {
                String near =
                        Suggestion.question(names.get(i), context.listeners().keySet());
                notes.add(Problem.at(
                        service.source().place(path),
                        path,
                        "'" + names.get(i) + "'",
                        "a listener of this node" + listenersShown(),
                        near == null ? "nobody reaches " + service.name() + " through this node" : near));
            } else if (protocol != expected) {
                notes.add(Problem.at(
                        service.source().place(path),
                        path,
                        "'" + names.get(i) + "' with protocol " + protocol,
                        "a listener with protocol " + expected,
                        "nobody reaches " + service.name() + " through this node"));
            }
        }
    }

    private void noteUnknownAuthorities(ServiceDocument service, Problems notes) {
        EndpointTls tls = service.spec().tls();
        if (tls == null
                || !service.spec().sites().containsKey(context.site())
                || tls.authorities().equals(EndpointTls.SYSTEM)
                || tls.authorities().equals(EndpointTls.BUNDLE)
                || context.authorities().contains(tls.authorities())) {
            return;
        }
        String path = "spec.tls.authorities";
        String near = Suggestion.question(tls.authorities(), context.authorities());
        notes.add(Problem.at(
                service.source().place(path),
                path,
                "'" + tls.authorities() + "'",
                "system, bundle, or a name under endpointTls.authorities of this node",
                near == null ? "no endpoint of " + service.name() + " is fit at this node" : near));
    }

    private String listenersShown() {
        List<String> names = context.listeners().keySet().stream().sorted().toList();
        return names.isEmpty() ? "" : ": " + String.join(", ", names);
    }

    /** What of these documents the node's {@code trust} would leave out, whatever else is the matter with them. */
    public List<Problem> leftOut(List<Document> documents) {
        Problems leftOut = new Problems();
        services(documents).forEach(service -> isTrusted(service, leftOut));
        return leftOut.list();
    }

    /** Whether every endpoint of this node's own site lies where the node's trust lets it. */
    private boolean isTrusted(ServiceDocument service, Problems leftOut) {
        List<EndpointSpec> endpoints = service.spec().sites().getOrDefault(context.site(), List.of());
        boolean trusted = true;
        for (int i = 0; i < endpoints.size(); i++) {
            Endpoint endpoint = endpoints.get(i).address();
            String refusal = trustRefusal(endpoint);
            if (refusal != null) {
                trusted = false;
                String path = "spec.sites." + context.site() + ".endpoints[" + i + "]";
                leftOut.add(Problem.at(
                        service.source().place(path),
                        path,
                        "'" + endpoint + "', " + refusal,
                        "an address that trust.endpoints of this node allows",
                        service.id() + " is left out on this node"));
            }
        }
        return trusted;
    }

    /** Names are judged when they are resolved; here only addresses can be. */
    private @Nullable String trustRefusal(Endpoint endpoint) {
        String host = endpoint.address().host();
        if (host.equals("localhost")) {
            return context.endpointTrust()
                    .refusal(
                            InetAddress.getLoopbackAddress(), endpoint.address().port());
        }
        InetAddress address;
        try {
            address = AddressRange.address(host);
        } catch (IllegalArgumentException e) {
            return null;
        }
        return context.endpointTrust().refusal(address, endpoint.address().port());
    }

    /** The names of sites that documents speak of, for commands that ask for one. */
    public static Set<String> sitesOf(List<Document> documents) {
        Set<String> sites = new HashSet<>();
        services(documents)
                .forEach(service -> service.spec().sites().keySet().forEach(site -> sites.add(site.value())));
        return sites;
    }

    private record Claim(ServiceDocument service, int index) {}
}
