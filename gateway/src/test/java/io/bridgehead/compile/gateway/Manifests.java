package io.bridgehead.compile.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.manifest.read.ManifestReader;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.HeaderFields;
import io.bridgehead.model.RequestHead;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.routing.Backend;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.routing.ListenerRoutes;
import io.bridgehead.routing.PortRoutes;
import io.bridgehead.routing.RouteRule;
import io.bridgehead.routing.ServiceRoute;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Manifests as texts, compiled, and questions about what came of them. */
record Manifests(GatewayTable table) {
    private static final TrustDomain DOMAIN = new TrustDomain("corp.example");
    private static final SiteName SITE = new SiteName("here");

    /** A service with one endpoint, of namespace {@code default} unless the name says otherwise. */
    static String service(String name, int port) {
        String namespace = name.contains("/") ? name.substring(0, name.indexOf('/')) : "default";
        String own = name.substring(name.indexOf('/') + 1);
        return """
                ---
                apiVersion: v1
                kind: Service
                metadata: { name: %1$s, namespace: %2$s }
                spec: { ports: [ { port: %3$d } ] }
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: { name: %1$s-1, namespace: %2$s, labels: { kubernetes.io/service-name: %1$s } }
                addressType: IPv4
                endpoints: [ { addresses: [ 10.0.0.1 ] } ]
                ports: [ { port: %3$d } ]
                """.formatted(own, namespace, port);
    }

    /** A Gateway {@code default/gw}. */
    static String gateway(String... listeners) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: gw, generation: 3 }
                spec:
                  gatewayClassName: bridgehead
                  listeners:
                %s
                """.formatted(String.join(
                "\n", List.of(listeners).stream().map(one -> "  - " + one).toList()));
    }

    /** An HTTPRoute of namespace {@code default}, attached to {@code gw}. */
    static String route(String name, String spec) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: %s }
                spec:
                  parentRefs: [ { name: gw } ]
                %s
                """.formatted(name, spec.indent(2));
    }

    static Manifests compiled(String... texts) {
        return compiled(GatewayPort.MaterialCheck.NONE, texts);
    }

    static Manifests compiled(GatewayPort.MaterialCheck check, String... texts) {
        ManifestReading reading = ManifestReader.read("all.yaml", String.join("\n", texts));
        assertThat(reading.refused()).isEmpty();
        return of(reading.manifests(), check);
    }

    static Manifests of(List<Manifest> manifests, GatewayPort.MaterialCheck check) {
        LinkedHashMap<SiteName, List<Endpoint>> sites = new LinkedHashMap<>();
        sites.put(SITE, List.of(Endpoint.parse("10.0.0.9:80")));
        ServiceRoute orders = ServiceRoute.http("orders", List.of(), sites, Authorizer.everySite(DOMAIN));
        Map<ServiceName, ServiceRoute> fabric = Map.of(orders.name(), orders);
        return new Manifests(GatewayCompiler.compile(
                manifests,
                new GatewayCompiler.Context(
                        SITE,
                        new GatewayCompiler.Common((_, _) -> Authorizer.everySite(DOMAIN), BackendDefaults.BUILT_IN),
                        fabric,
                        check,
                        _ -> true)));
    }

    private ObjectStatus status(String kind, String name) {
        return table.statuses().stream()
                .filter(status -> status.manifest().id().kind().equals(kind)
                        && status.manifest().id().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String shown(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .map(condition -> (condition.status() ? "True " : "False ") + condition.reason())
                .orElse("none");
    }

    /** A condition of a route at its first parent, such as {@code False NoMatchingParent}. */
    String ofRoute(String name, String type) {
        return ofRoute("HTTPRoute", name, type);
    }

    String ofRoute(String kind, String name, String type) {
        return shown(status(kind, name).parents().getFirst().conditions(), type);
    }

    String ofGateway(String type) {
        return shown(status("Gateway", "gw").conditions(), type);
    }

    String of(String kind, String name, String type) {
        return shown(status(kind, name).conditions(), type);
    }

    ObjectStatus.ListenerStatus listener(String name) {
        return listener("Gateway", "gw", name);
    }

    ObjectStatus.ListenerStatus listener(String kind, String owner, String name) {
        return status(kind, owner).listeners().stream()
                .filter(listener -> listener.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    String ofListener(String name, String type) {
        return shown(listener(name).conditions(), type);
    }

    /** The rule that takes a GET at a port, or null. */
    @Nullable
    RouteRule rule(int port, String host, String path) {
        PortRoutes routes = routes(port);
        ListenerRoutes listener = routes.listeners().find(host);
        var rules = listener == null ? null : listener.hosts().find(host);
        return rules == null ? null : rules.find(new RequestHead("GET", "http", host, path, new HeaderFields()));
    }

    PortRoutes routes(int port) {
        return Objects.requireNonNull(table.routes().get("gateway:" + port));
    }

    /** The one place that a GET at a port goes to: the service's name, {@code 404}, or {@code 500}. */
    String place(int port, String host, String path) {
        RouteRule rule = rule(port, host, path);
        if (rule == null) {
            return "404";
        }
        Backend backend = rule.refusal() != null ? null : rule.backends().pick(0);
        ServiceRoute service = backend == null ? null : backend.service();
        return service == null ? "500" : service.name().value();
    }
}
