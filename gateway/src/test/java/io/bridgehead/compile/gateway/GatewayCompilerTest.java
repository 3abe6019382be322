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

import io.bridgehead.model.SiteName;
import org.junit.jupiter.api.Test;

class GatewayCompilerTest {
    private static final String HTTP = "{ name: http, port: 80, protocol: HTTP }";
    private static final String TO_SHOP = "rules: [ { backendRefs: [ { name: shop, port: 8080 } ] } ]";

    @Test
    void aRouteLeadsFromAPortToTheEndpointsOfAService() {
        Manifests all = compiled(gateway(HTTP), route("r", TO_SHOP), service("shop", 8080));
        assertThat(all.place(80, "any.example", "/x")).isEqualTo("shop.default.8080");
        assertThat(all.ofRoute("r", ACCEPTED)).isEqualTo("True Accepted");
        assertThat(all.ofRoute("r", RESOLVED_REFS)).isEqualTo("True ResolvedRefs");
        assertThat(all.ofGateway(ACCEPTED)).isEqualTo("True Accepted");
        assertThat(all.ofGateway(PROGRAMMED)).isEqualTo("True Programmed");
        assertThat(all.listener("http").attachedRoutes()).isEqualTo(1);
        assertThat(all.listener("http").supportedKinds()).containsExactly("HTTPRoute", "GRPCRoute");
        assertThat(all.table().plan().ports())
                .singleElement()
                .hasToString(
                        "GatewayPort[name=gateway:80, address=0.0.0.0, port=80, kind=HTTP, tls=[], clients=null, gateways=[default/gw]]");
        assertThat(all.table().services().getFirst().endpoints()).hasToString("{here=[10.0.0.1:8080]}");
    }

    @Test
    void endpointsAreInTheSiteOfTheirSlicesLabel() {
        String more = """
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: shop-2
                  namespace: default
                  labels: { kubernetes.io/service-name: shop, topology.bridgehead.io/site: azure-weu }
                addressType: IPv4
                endpoints: [ { addresses: [ 10.4.0.7 ] } ]
                ports: [ { port: 8080 } ]
                """;
        assertThat(compiled(gateway(HTTP), route("r", TO_SHOP), service("shop", 8080), more)
                        .table()
                        .services())
                .singleElement()
                .satisfies(service -> {
                    assertThat(service.endpointsIn(new SiteName("here"))).hasToString("[10.0.0.1:8080]");
                    assertThat(service.endpointsIn(new SiteName("azure-weu"))).hasToString("[10.4.0.7:8080]");
                });
    }

    @Test
    void aParentThatIsNotThereIsToldOf() {
        assertThat(parent("{ name: other }")).isEqualTo("False NoMatchingParent");
        assertThat(parent("{ name: gw, sectionName: https }")).isEqualTo("False NoMatchingParent");
        assertThat(parent("{ name: gw, port: 81 }")).isEqualTo("False NoMatchingParent");
        assertThat(parent("{ name: gw, sectionName: http, port: 80 }")).isEqualTo("True Accepted");
    }

    private static String parent(String reference) {
        String text = route("r", TO_SHOP).replace("{ name: gw }", reference);
        return compiled(gateway(HTTP), text, service("shop", 8080)).ofRoute("r", ACCEPTED);
    }

    @Test
    void aListenerAllowsItsOwnNamespaceUnlessItSaysMore() {
        assertThat(fromOther("")).isEqualTo("False NotAllowedByListeners");
        assertThat(fromOther(", allowedRoutes: { namespaces: { from: All } }")).isEqualTo("True Accepted");
        assertThat(fromOther(
                        ", allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { team: a } } } }"))
                .isEqualTo("True Accepted");
        assertThat(fromOther(
                        ", allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { team: b } } } }"))
                .isEqualTo("False NotAllowedByListeners");
    }

    private static String fromOther(String allowed) {
        String text = route("r", TO_SHOP)
                .replace("name: r }", "name: r, namespace: other }")
                .replace("{ name: gw }", "{ name: gw, namespace: default }");
        String namespace = """
                ---
                apiVersion: v1
                kind: Namespace
                metadata: { name: other, labels: { team: a } }
                """;
        return compiled(gateway("{ name: http, port: 80, protocol: HTTP" + allowed + " }"), text, namespace)
                .ofRoute("r", ACCEPTED);
    }

    @Test
    void kindsThatAListenerDoesNotTakeAreToldOf() {
        Manifests all = compiled(
                gateway(
                        "{ name: none, port: 80, protocol: HTTP, allowedRoutes: { kinds: [ { kind: Strange } ] } }",
                        "{ name: some, port: 81, protocol: HTTP, allowedRoutes: { kinds: [ { kind: Strange }, { kind: HTTPRoute } ] } }",
                        "{ name: grpc, port: 82, protocol: HTTP, allowedRoutes: { kinds: [ { kind: GRPCRoute } ] } }"),
                route("r", TO_SHOP).replace("{ name: gw }", "{ name: gw, sectionName: grpc }"));
        assertThat(all.ofListener("none", RESOLVED_REFS)).isEqualTo("False InvalidRouteKinds");
        assertThat(all.listener("none").supportedKinds()).isEmpty();
        assertThat(all.ofListener("some", RESOLVED_REFS)).isEqualTo("False InvalidRouteKinds");
        assertThat(all.listener("some").supportedKinds()).containsExactly("HTTPRoute");
        assertThat(all.ofRoute("r", ACCEPTED)).isEqualTo("False NotAllowedByListeners");
    }

    @Test
    void hostsAreThoseThatListenerAndRouteHaveInCommon() {
        Manifests all = compiled(
                gateway("{ name: http, port: 80, protocol: HTTP, hostname: \"*.shop.example\" }"),
                route("r", "hostnames: [ a.shop.example, b.example, \"*.example\" ]\n" + TO_SHOP),
                route("none", "hostnames: [ b.example, shop.example ]\n" + TO_SHOP),
                service("shop", 8080));
        assertThat(all.place(80, "a.shop.example", "/")).isEqualTo("shop.default.8080");
        assertThat(all.place(80, "x.y.shop.example", "/")).isEqualTo("shop.default.8080");
        assertThat(all.place(80, "b.example", "/")).isEqualTo("404");
        assertThat(all.place(80, "shop.example", "/")).isEqualTo("404");
        assertThat(all.ofRoute("none", ACCEPTED)).isEqualTo("False NoMatchingListenerHostname");
    }

    @Test
    void aHostBelongsToTheListenerThatFitsItBestAndToNoOther() {
        Manifests all = compiled(
                gateway(
                        "{ name: all, port: 80, protocol: HTTP }",
                        "{ name: wild, port: 80, protocol: HTTP, hostname: \"*.example\" }",
                        "{ name: exact, port: 80, protocol: HTTP, hostname: a.example }"),
                route("all", TO_SHOP).replace("{ name: gw }", "{ name: gw, sectionName: all }"),
                route("wild", "hostnames: [ \"*.example\" ]\n" + TO_SHOP.replace("shop", "wild"))
                        .replace("{ name: gw }", "{ name: gw, sectionName: wild }"),
                service("shop", 8080),
                service("wild", 8080));
        assertThat(all.place(80, "other.test", "/")).isEqualTo("shop.default.8080");
        assertThat(all.place(80, "b.example", "/")).isEqualTo("wild.default.8080");
        assertThat(all.place(80, "a.example", "/")).isEqualTo("404");
    }

    @Test
    void listenersThatCannotBeToldApartAreNotServed() {
        Manifests all = compiled(
                gateway(
                        "{ name: one, port: 80, protocol: HTTP }",
                        "{ name: two, port: 80, protocol: TCP }",
                        "{ name: three, port: 81, protocol: HTTP }",
                        "{ name: four, port: 53, protocol: TCP }",
                        "{ name: five, port: 53, protocol: UDP }"),
                route("r", TO_SHOP),
                service("shop", 8080));
        assertThat(all.ofListener("one", CONFLICTED)).isEqualTo("True ProtocolConflict");
        assertThat(all.ofListener("two", CONFLICTED)).isEqualTo("True ProtocolConflict");
        assertThat(all.ofListener("two", PROGRAMMED)).isEqualTo("False ProtocolConflict");
        assertThat(all.ofListener("three", CONFLICTED)).isEqualTo("False NoConflicts");
        assertThat(all.ofListener("five", ACCEPTED)).isEqualTo("True Accepted");
        assertThat(all.ofGateway(ACCEPTED)).isEqualTo("True ListenersNotValid");
        assertThat(all.listener("one").attachedRoutes()).isZero();
        assertThat(all.listener("three").attachedRoutes()).isEqualTo(1);
        assertThat(all.table().routes()).containsOnlyKeys("gateway:81", "gateway:53", "gateway:udp:53");
    }

    @Test
    void whatIsLeftOfAGatewayIsServed() {
        Manifests all =
                compiled(gateway(HTTP, "{ name: odd, port: 81, protocol: example.com/strange }"), route("r", TO_SHOP));
        assertThat(all.ofListener("odd", ACCEPTED)).isEqualTo("False UnsupportedProtocol");
        assertThat(all.ofListener("http", PROGRAMMED)).isEqualTo("True Programmed");
        assertThat(all.ofGateway(ACCEPTED)).isEqualTo("True ListenersNotValid");
        Manifests none = compiled(gateway("{ name: odd, port: 81, protocol: example.com/strange }"));
        assertThat(none.ofGateway(ACCEPTED)).isEqualTo("False ListenersNotValid");
        assertThat(none.ofGateway(PROGRAMMED)).isEqualTo("False Invalid");
    }

    @Test
    void anAddressThatCannotBeHadIsToldOf() {
        String named = gateway(HTTP)
                .replace("  listeners:", "  addresses: [ { type: Hostname, value: gw.example } ]\n  listeners:");
        assertThat(compiled(named).ofGateway(ACCEPTED)).isEqualTo("False UnsupportedAddress");
        String own = gateway(HTTP)
                .replace("  listeners:", "  addresses: [ { value: 127.0.0.1 }, { value: \"::1\" } ]\n  listeners:");
        assertThat(compiled(own).table().routes()).hasSize(2).containsKey("gateway:127.0.0.1:80");
    }

    @Test
    void referencesThatLeadNowhereAreAnswered500() {
        assertThat(to("{ name: none, port: 8080 }")).isEqualTo("500 False BackendNotFound");
        assertThat(to("{ name: shop, port: 9999 }")).isEqualTo("500 False BackendNotFound");
        assertThat(to("{ group: example.com, kind: Bucket, name: shop }")).isEqualTo("500 False InvalidKind");
        assertThat(to("{ name: far, namespace: far, port: 8080 }")).isEqualTo("500 False RefNotPermitted");
        assertThat(to("{ name: shop, port: 8080 }")).isEqualTo("shop.default.8080 True ResolvedRefs");
        assertThat(to("{ group: bridgehead.io, kind: Service, name: orders }")).isEqualTo("orders True ResolvedRefs");
        assertThat(to("{ group: bridgehead.io, kind: Service, name: none }")).isEqualTo("500 False BackendNotFound");
    }

    private static String to(String reference, String... more) {
        Manifests all = compiled(
                gateway(HTTP),
                route("r", "rules: [ { backendRefs: [ " + reference + " ] } ]"),
                service("shop", 8080),
                service("far/far", 8080),
                String.join("\n", more));
        assertThat(all.ofRoute("r", ACCEPTED)).isEqualTo("True Accepted");
        return all.place(80, "a.example", "/") + " " + all.ofRoute("r", RESOLVED_REFS);
    }

    @Test
    void aGrantLetsReferencesIntoItsNamespace() {
        String grant = """
                ---
                apiVersion: gateway.networking.k8s.io/v1beta1
                kind: ReferenceGrant
                metadata: { name: g, namespace: %s }
                spec:
                  from: [ { group: gateway.networking.k8s.io, kind: %s, namespace: %s } ]
                  to: [ { group: "", kind: %s%s } ]
                """;
        String far = "{ name: far, namespace: far, port: 8080 }";
        assertThat(to(far, grant.formatted("far", "HTTPRoute", "default", "Service", "")))
                .startsWith("far.far.8080 True");
        assertThat(to(far, grant.formatted("far", "HTTPRoute", "default", "Service", ", name: far")))
                .startsWith("far.");
        assertThat(to(far, grant.formatted("far", "HTTPRoute", "default", "Service", ", name: x")))
                .startsWith("500 ");
        assertThat(to(far, grant.formatted("far", "HTTPRoute", "else", "Service", "")))
                .startsWith("500 ");
        assertThat(to(far, grant.formatted("far", "GRPCRoute", "default", "Service", "")))
                .startsWith("500 ");
        assertThat(to(far, grant.formatted("far", "HTTPRoute", "default", "Secret", "")))
                .startsWith("500 ");
        assertThat(to(far, grant.formatted("else", "HTTPRoute", "default", "Service", "")))
                .startsWith("500 ");
    }

    @Test
    void theOlderRouteWinsThenTheFirstName() {
        String old = route("z", TO_SHOP).replace("name: z }", "name: z, creationTimestamp: \"2020-01-01T00:00:00Z\" }");
        Manifests all = compiled(
                gateway(HTTP),
                route("a", TO_SHOP.replace("shop", "a")),
                old,
                service("a", 8080),
                service("shop", 8080));
        assertThat(all.place(80, "x.example", "/")).isEqualTo("shop.default.8080");
        Manifests byName = compiled(
                gateway(HTTP),
                route("b", TO_SHOP),
                route("a", TO_SHOP.replace("shop", "a")),
                service("a", 8080),
                service("shop", 8080));
        assertThat(byName.place(80, "x.example", "/")).isEqualTo("a.default.8080");
    }

    @Test
    void whatIsWrongWithOneRuleLeavesTheOthers() {
        Manifests all = compiled(gateway(HTTP), route("r", """
                        rules:
                        - matches: [ { path: { type: RegularExpression, value: "/a(" } } ]
                          backendRefs: [ { name: shop, port: 8080 } ]
                        - matches: [ { path: { value: /odd } } ]
                          filters: [ { type: Strange } ]
                          backendRefs: [ { name: shop, port: 8080 } ]
                        - matches: [ { path: { value: /extended } } ]
                          filters: [ { type: ExtensionRef, extensionRef: { group: example.com, kind: Thing, name: x } } ]
                          backendRefs: [ { name: shop, port: 8080 } ]
                        - matches: [ { path: { value: /good } } ]
                          backendRefs: [ { name: shop, port: 8080 } ]
                        """), service("shop", 8080));
        assertThat(all.ofRoute("r", ACCEPTED)).isEqualTo("True Accepted");
        assertThat(all.ofRoute("r", "PartiallyInvalid")).isEqualTo("True UnsupportedValue");
        assertThat(all.ofRoute("r", RESOLVED_REFS)).isEqualTo("False InvalidKind");
        assertThat(all.place(80, "a.example", "/good")).isEqualTo("shop.default.8080");
        assertThat(all.place(80, "a.example", "/odd")).isEqualTo("500");
        assertThat(all.place(80, "a.example", "/extended")).isEqualTo("500");
        Manifests none = compiled(
                gateway(HTTP),
                route("r", "rules: [ { matches: [ { path: { type: RegularExpression, value: \"(\" } } ] } ]"));
        assertThat(none.ofRoute("r", ACCEPTED)).isEqualTo("False UnsupportedValue");
    }

    @Test
    void aHostBelongsToHttpOrToGrpc() {
        String grpc = """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: { name: %s }
                spec:
                  parentRefs: [ { name: gw } ]
                  hostnames: [ %s ]
                  rules: [ { matches: [ { method: { service: a.B, method: C } } ], backendRefs: [ { name: shop, port: 8080 } ] } ]
                """;
        Manifests all = compiled(
                gateway(HTTP),
                route("h", "hostnames: [ a.example, \"*.wild.example\" ]\n" + TO_SHOP),
                grpc.formatted("other", "b.example"),
                grpc.formatted("same", "a.example"),
                grpc.formatted("within", "x.wild.example"),
                service("shop", 8080));
        assertThat(all.ofRoute("GRPCRoute", "other", ACCEPTED)).isEqualTo("True Accepted");
        assertThat(all.place(80, "b.example", "/a.B/C")).isEqualTo("shop.default.8080.grpc");
        assertThat(all.ofRoute("h", ACCEPTED)).isEqualTo("True Accepted");
        assertThat(all.ofRoute("GRPCRoute", "same", ACCEPTED)).isEqualTo("False HostnameConflict");
        assertThat(all.ofRoute("GRPCRoute", "within", ACCEPTED)).isEqualTo("False HostnameConflict");
    }
}
