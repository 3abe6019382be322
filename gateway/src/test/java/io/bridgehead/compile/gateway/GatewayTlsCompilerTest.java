package io.bridgehead.compile.gateway;

import static io.bridgehead.compile.gateway.Condition.ACCEPTED;
import static io.bridgehead.compile.gateway.Condition.CONFLICTED;
import static io.bridgehead.compile.gateway.Condition.PROGRAMMED;
import static io.bridgehead.compile.gateway.Condition.RESOLVED_REFS;
import static io.bridgehead.compile.gateway.Manifests.compiled;
import static io.bridgehead.compile.gateway.Manifests.gateway;
import static io.bridgehead.compile.gateway.Manifests.route;
import static io.bridgehead.compile.gateway.Manifests.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.model.EndpointTls;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.routing.ServiceRoute;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GatewayTlsCompilerTest {
    private static final String TO_SHOP = "rules: [ { backendRefs: [ { name: shop, port: 8080 } ] } ]";
    private static final GatewayPort.MaterialCheck REFUSES_BAD = new GatewayPort.MaterialCheck() {
        @Override
        public @Nullable String problem(GatewayPort.Certificate certificate) {
            return certificate.certificatePem().equals("bad") ? "expected PEM" : null;
        }

        @Override
        public @Nullable String clientProblem(GatewayPort.Certificate certificate) {
            return problem(certificate);
        }

        @Override
        public @Nullable String authorityProblem(String shown, String authoritiesPem) {
            return authoritiesPem.equals("bad") ? "expected PEM" : null;
        }
    };

    private static String secret(String name, String certificate) {
        String namespace = name.contains("/") ? name.substring(0, name.indexOf('/')) : "default";
        return """
                ---
                apiVersion: v1
                kind: Secret
                metadata: { name: %s, namespace: %s }
                type: kubernetes.io/tls
                stringData: { tls.crt: %s, tls.key: key }
                """.formatted(name.substring(name.indexOf('/') + 1), namespace, certificate);
    }

    private static String https(String name, String hostname, String references) {
        return "{ name: %s, port: 443, protocol: HTTPS, hostname: \"%s\", tls: { certificateRefs: [ %s ] } }"
                .formatted(name, hostname, references);
    }

    @Test
    void eachListenerOfAPortHasItsCertificates() {
        Manifests all = compiled(
                gateway(
                        https("a", "a.example", "{ name: one }"),
                        https("w", "*.example", "{ name: one }, { name: two }")),
                route("r", "hostnames: [ a.example ]\n" + TO_SHOP),
                secret("one", "first"),
                secret("two", "second"),
                service("shop", 8080));
        GatewayPort port = all.table().plan().ports().getFirst();
        assertThat(port.kind()).isEqualTo(GatewayPort.Kind.TLS);
        assertThat(port.tls()).hasSize(2);
        assertThat(port.tls().get(1).certificates()).hasSize(2);
        assertThat(all.place(443, "a.example", "/")).isEqualTo("shop.default.8080");
        assertThat(all.place(443, "b.example", "/")).isEqualTo("404");
        assertThat(all.ofListener("a", "OverlappingTLSConfig")).isEqualTo("True OverlappingHostnames");
    }

    @Test
    void aCertificateThatCannotBeUsedIsToldOf() {
        assertThat(certificate("{ name: none }")).isEqualTo("False InvalidCertificateRef");
        assertThat(certificate("{ name: bad }")).isEqualTo("False InvalidCertificateRef");
        assertThat(certificate("{ kind: Thing, group: example.com, name: good }"))
                .isEqualTo("False InvalidCertificateRef");
        assertThat(certificate("{ name: far, namespace: far }")).isEqualTo("False RefNotPermitted");
        assertThat(certificate("{ name: good }")).isEqualTo("True ResolvedRefs");
    }

    private static String certificate(String reference) {
        Manifests all = compiled(
                REFUSES_BAD,
                gateway(https("a", "a.example", reference)),
                route("r", TO_SHOP),
                secret("good", "fine"),
                secret("bad", "bad"),
                secret("far/far", "fine"));
        String found = all.ofListener("a", RESOLVED_REFS);
        assertThat(all.ofListener("a", PROGRAMMED))
                .isEqualTo(found.startsWith("True") ? "True Programmed" : "False Invalid");
        assertThat(all.ofListener("a", ACCEPTED)).isEqualTo("True Accepted");
        assertThat(all.listener("a").attachedRoutes()).isEqualTo(1);
        return found;
    }

    @Test
    void ofRoutesForOneNameBothAreTakenAndTheOlderServes() {
        String route = """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: TLSRoute
                metadata: { name: %s, creationTimestamp: "%d-01-01T00:00:00Z" }
                spec:
                  parentRefs: [ { name: gw } ]
                  hostnames: [ raw.example ]
                  rules: [ { backendRefs: [ { name: shop, port: 8080 } ] } ]
                """;
        Manifests all = compiled(
                gateway("{ name: tls, port: 443, protocol: TLS, tls: { mode: Passthrough } }"),
                route.formatted("younger", 2022),
                route.formatted("older", 2021),
                service("shop", 8080));
        assertThat(all.ofRoute("TLSRoute", "older", PROGRAMMED)).isEqualTo("True Programmed");
        assertThat(all.ofRoute("TLSRoute", "younger", ACCEPTED)).isEqualTo("True Accepted");
        assertThat(all.ofRoute("TLSRoute", "younger", PROGRAMMED)).isEqualTo("False Conflicted");
        assertThat(all.listener("Gateway", "gw", "tls").attachedRoutes()).isEqualTo(2);
    }

    @Test
    void httpsAndPassthroughShareAPortWithOtherNames() {
        String passed = "{ name: tls, port: 443, protocol: TLS, hostname: %s, tls: { mode: Passthrough } }";
        String tlsRoute = """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: TLSRoute
                metadata: { name: t }
                spec:
                  parentRefs: [ { name: gw, sectionName: tls } ]
                  hostnames: [ raw.example ]
                  rules: [ { backendRefs: [ { name: shop, port: 8080 } ] } ]
                """;
        Manifests all = compiled(
                gateway(https("a", "a.example", "{ name: one }"), passed.formatted("raw.example")),
                tlsRoute,
                secret("one", "first"),
                service("shop", 8080));
        assertThat(all.ofRoute("TLSRoute", "t", ACCEPTED)).isEqualTo("True Accepted");
        assertThat(all.routes(443).serverNames().find("raw.example")).isNotNull();
        assertThat(all.routes(443).serverNames().find("a.example")).isNull();
        Manifests same = compiled(
                gateway(https("a", "a.example", "{ name: one }"), passed.formatted("a.example")),
                secret("one", "first"));
        assertThat(same.ofListener("a", CONFLICTED)).isEqualTo("True ProtocolConflict");
        assertThat(same.ofListener("tls", CONFLICTED)).isEqualTo("True ProtocolConflict");
    }

    @Test
    void aPolicySaysHowAServiceIsSpokenTo() {
        String policy = """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: BackendTLSPolicy
                metadata: { name: %s%s }
                spec:
                  targetRefs: [ { group: "", kind: Service, name: shop } ]
                  validation:
                    hostname: shop.internal
                    caCertificateRefs: [ { group: "", kind: ConfigMap, name: %s } ]
                """;
        String authorities = """
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: { name: ca }
                data: { ca.crt: pem }
                """;
        String http = gateway("{ name: http, port: 80, protocol: HTTP }");
        Manifests good = compiled(
                http, route("r", TO_SHOP), service("shop", 8080), policy.formatted("p", "", "ca"), authorities);
        ServiceRoute shop = good.table().services().getFirst();
        EndpointTls tls = Objects.requireNonNull(shop.tls());
        assertThat(tls.serverName()).isEqualTo("shop.internal");
        assertThat(good.table().plan().authorities()).containsOnlyKeys(tls.authorities());
        assertThat(shop.protocol()).hasToString("HTTPS");
        assertThat(good.of("BackendTLSPolicy", "p", ACCEPTED)).isEqualTo("True Accepted");
        Manifests bad = compiled(
                http, route("r", TO_SHOP), service("shop", 8080), policy.formatted("p", "", "none"), authorities);
        assertThat(bad.place(80, "a.example", "/")).isEqualTo("500");
        assertThat(bad.of("BackendTLSPolicy", "p", ACCEPTED)).isEqualTo("False NoValidCACertificate");
        assertThat(bad.of("BackendTLSPolicy", "p", RESOLVED_REFS)).isEqualTo("False InvalidCACertificateRef");
        Manifests two = compiled(
                http,
                route("r", TO_SHOP),
                service("shop", 8080),
                policy.formatted("young", ", creationTimestamp: \"2024-01-01T00:00:00Z\"", "ca"),
                policy.formatted("old", ", creationTimestamp: \"2020-01-01T00:00:00Z\"", "ca"),
                authorities);
        assertThat(two.of("BackendTLSPolicy", "old", ACCEPTED)).isEqualTo("True Accepted");
        assertThat(two.of("BackendTLSPolicy", "young", ACCEPTED)).isEqualTo("False Conflicted");
    }

    @Test
    void listenersOfASetJoinAGatewayThatAllowsThem() {
        String set = """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: ListenerSet
                metadata: { name: more }
                spec:
                  parentRef: { name: gw }
                  listeners:
                  - { name: extra, port: 81, protocol: HTTP }
                  - { name: taken, port: 80, protocol: HTTP }
                """;
        String route = route("r", TO_SHOP)
                .replace("{ name: gw }", "{ group: gateway.networking.k8s.io, kind: ListenerSet, name: more }");
        String http = "{ name: http, port: 80, protocol: HTTP }";
        Manifests not = compiled(gateway(http), set, route);
        assertThat(not.of("ListenerSet", "more", ACCEPTED)).isEqualTo("False NotAllowed");
        assertThat(not.ofRoute("r", ACCEPTED)).isEqualTo("False NoMatchingParent");
        String allowing = gateway(http)
                .replace("  listeners:", "  allowedListeners: { namespaces: { from: Same } }\n  listeners:");
        Manifests all = compiled(allowing, set, route, service("shop", 8080));
        assertThat(all.of("ListenerSet", "more", ACCEPTED)).isEqualTo("True ListenersNotValid");
        assertThat(all.place(81, "a.example", "/")).isEqualTo("shop.default.8080");
        assertThat(all.listener("ListenerSet", "more", "extra").attachedRoutes())
                .isEqualTo(1);
        assertThat(all.ofListener("http", CONFLICTED)).isEqualTo("False NoConflicts");
        assertThat(all.listener("ListenerSet", "more", "taken").conditions().toString())
                .contains("HostnameConflict");
    }
}
