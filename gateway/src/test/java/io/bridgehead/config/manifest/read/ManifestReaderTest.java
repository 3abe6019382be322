package io.bridgehead.config.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.manifest.BackendReference;
import io.bridgehead.config.manifest.BackendTlsPolicy;
import io.bridgehead.config.manifest.ConfigMap;
import io.bridgehead.config.manifest.EndpointSlice;
import io.bridgehead.config.manifest.Gateway;
import io.bridgehead.config.manifest.GatewayClass;
import io.bridgehead.config.manifest.GrpcRoute;
import io.bridgehead.config.manifest.HttpFilter;
import io.bridgehead.config.manifest.HttpFilter.PathModifier;
import io.bridgehead.config.manifest.HttpRoute;
import io.bridgehead.config.manifest.HttpRoute.PathMatch;
import io.bridgehead.config.manifest.HttpRoute.PathMatchType;
import io.bridgehead.config.manifest.HttpRoute.Rule;
import io.bridgehead.config.manifest.Listener;
import io.bridgehead.config.manifest.ListenerSet;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.manifest.Namespace;
import io.bridgehead.config.manifest.NamespaceChoice;
import io.bridgehead.config.manifest.ObjectReference;
import io.bridgehead.config.manifest.ParentReference;
import io.bridgehead.config.manifest.ReferenceGrant;
import io.bridgehead.config.manifest.SecretManifest;
import io.bridgehead.config.manifest.ServiceManifest;
import io.bridgehead.config.manifest.SessionPersistence;
import io.bridgehead.config.manifest.TcpRoute;
import io.bridgehead.config.manifest.TlsRoute;
import io.bridgehead.config.manifest.UdpRoute;
import io.bridgehead.config.schema.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestReaderTest {
    private static final Path CORPUS = Path.of("src/test/resources/io/bridgehead/config/manifests");
    private static final String GATEWAY_GROUP = "gateway.networking.k8s.io";

    private final ManifestReading corpus = ManifestFiles.read(List.of(CORPUS), new ManifestMemory());

    @Test
    void everyKindIsReadFromFilesAtEveryDepthAndOthersArePassedOver() {
        assertThat(corpus.refused()).isEmpty();
        assertThat(corpus.unreadable()).isEmpty();
        assertThat(corpus.manifests())
                .extracting(manifest -> manifest.id().toString())
                .containsExactly(
                        "Namespace shop",
                        "GatewayClass bridgehead",
                        "Gateway shop/edge",
                        "Service shop/orders",
                        "EndpointSlice shop/orders-1",
                        "Secret shop/edge",
                        "ConfigMap shop/ca",
                        "ConfigMap default/in-json",
                        "HTTPRoute default/in-json",
                        "ReferenceGrant next/grant",
                        "BackendTLSPolicy shop/secured",
                        "XListenerSet extra/more",
                        "HTTPRoute shop/everything",
                        "HTTPRoute default/nothing",
                        "GRPCRoute default/grpc",
                        "TLSRoute default/tls",
                        "TCPRoute default/tcp",
                        "UDPRoute default/udp");
        assertThat(corpus.documents())
                .extracting(document -> document.id().toString())
                .containsExactly("Service/own");
        assertThat(corpus.noticed())
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .startsWith(CORPUS + "/routes.yaml:56:7: spec.rules[0].filters[8]: found unknown key 'directResponse'");
    }

    @Test
    void metadataHasItsDefaults() {
        Gateway gateway = one(Gateway.class, "edge");
        assertThat(gateway.metadata().creationTimestamp()).isEqualTo(Instant.parse("2026-01-31T09:30:00Z"));
        assertThat(gateway.metadata().generation()).isEqualTo(3);
        assertThat(gateway.metadata().annotations())
                .containsExactly(Map.entry("example.com/note", "any text,\nof several lines\n"));
        Namespace shop = one(Namespace.class, "shop");
        assertThat(shop.metadata().creationTimestamp()).isNull();
        assertThat(shop.metadata().namespace()).isEmpty();
        assertThat(shop.metadata().labels()).isEqualTo(Map.of("team", "7", "kubernetes.io/metadata.name", "shop"));
        GatewayClass of = one(GatewayClass.class, "bridgehead");
        assertThat(of.controllerName()).isEqualTo("bridgehead.io/gateway");
        assertThat(of.metadata().generation()).isZero();
    }

    @Test
    void aGatewaySaysItsListenersAndAddresses() {
        Gateway gateway = one(Gateway.class, "edge");
        assertThat(gateway.addresses())
                .containsExactly(
                        new Gateway.Address("IPAddress", "127.0.0.1"),
                        new Gateway.Address("Hostname", "edge.example.com"),
                        new Gateway.Address("example.com/Pool", null));
        Listener.AllowedRoutes same = new Listener.AllowedRoutes(NamespaceChoice.SAME, List.of());
        assertThat(gateway.listeners())
                .containsExactly(
                        new Listener("http", null, 8080, "HTTP", null, same),
                        new Listener(
                                "https",
                                "*.example.com",
                                8443,
                                "HTTPS",
                                new Listener.ListenerTls(
                                        Listener.TlsMode.TERMINATE,
                                        List.of(
                                                new ObjectReference("", "Secret", null, "edge"),
                                                new ObjectReference("", "Secret", "certs", "other")),
                                        Map.of("example.com/suites", "strong")),
                                new Listener.AllowedRoutes(
                                        new NamespaceChoice(NamespaceChoice.From.ALL, null),
                                        List.of(
                                                new Listener.RouteGroupKind(GATEWAY_GROUP, "HTTPRoute"),
                                                new Listener.RouteGroupKind("example.com", "OddRoute")))),
                        new Listener(
                                "passthrough",
                                null,
                                9443,
                                "TLS",
                                new Listener.ListenerTls(Listener.TlsMode.PASSTHROUGH, List.of(), Map.of()),
                                same),
                        new Listener("odd", null, 9000, "example.com/odd", null, same));
    }

    @Test
    void aGatewaySaysHowClientsAreCheckedAndWhoMayAddListeners() {
        Gateway gateway = one(Gateway.class, "edge");
        assertThat(gateway.tls().clientCertificateRef()).isEqualTo(new ObjectReference("", "Secret", null, "client"));
        Gateway.Frontend frontend = gateway.tls().frontend();
        assertThat(frontend.of(443))
                .isEqualTo(new Gateway.ClientValidation(
                        List.of(new ObjectReference("", "ConfigMap", null, "ca")),
                        Gateway.ClientValidationMode.ALLOW_VALID_ONLY));
        assertThat(frontend.of(8443)).isNull();
        assertThat(frontend.of(9443))
                .isEqualTo(new Gateway.ClientValidation(
                        List.of(new ObjectReference("", "ConfigMap", "trust", "ca")),
                        Gateway.ClientValidationMode.ALLOW_INSECURE_FALLBACK));
        NamespaceChoice allowed = gateway.allowedListeners();
        assertThat(allowed.allows("a", Map.of("team", "7", "stage", "live"), "shop"))
                .isTrue();
        assertThat(allowed.allows("a", Map.of("team", "7", "stage", "other"), "shop"))
                .isFalse();
        assertThat(allowed.allows("a", Map.of("team", "7", "stage", "live", "old", ""), "shop"))
                .isFalse();
        assertThat(allowed.allows("a", Map.of("stage", "live"), "shop")).isFalse();
        ListenerSet more = one(ListenerSet.class, "more");
        assertThat(more.parentRef())
                .isEqualTo(new ParentReference(GATEWAY_GROUP, "Gateway", "shop", "edge", null, null));
        assertThat(more.listeners()).extracting(Listener::port).containsExactly(0, 8081);
    }

    @Test
    void anHttpRouteSaysWhatItMatches() {
        HttpRoute route = one(HttpRoute.class, "everything");
        assertThat(route.parentRefs())
                .containsExactly(
                        new ParentReference(GATEWAY_GROUP, "Gateway", null, "edge", "http", null),
                        new ParentReference(GATEWAY_GROUP, "Gateway", null, "edge", "https", null),
                        new ParentReference(GATEWAY_GROUP, "ListenerSet", "extra", "more", null, 8081));
        assertThat(route.hostnames()).containsExactly("shop.example.com", "*.shop.example.com");
        Rule rule = route.rules().getFirst();
        assertThat(rule.name()).isEqualTo("all-of-it");
        assertThat(rule.matches())
                .containsExactly(
                        new HttpRoute.Match(
                                new PathMatch(PathMatchType.EXACT, "/orders"),
                                List.of(
                                        new HttpRoute.ValueMatch("Version", "v2", false),
                                        new HttpRoute.ValueMatch("version", "v3", false)),
                                List.of(new HttpRoute.ValueMatch("q", "[a-z]+", true)),
                                "GET"),
                        new HttpRoute.Match(
                                new PathMatch(PathMatchType.REGULAR_EXPRESSION, "/item/[0-9]+"),
                                List.of(),
                                List.of(),
                                null),
                        new HttpRoute.Match(
                                PathMatch.ALL,
                                List.of(new HttpRoute.ValueMatch("canary", "true", false)),
                                List.of(),
                                null));
        assertThat(route.rules().get(2).matches())
                .containsExactly(new HttpRoute.Match(PathMatch.ALL, List.of(), List.of(), null));
    }

    @Test
    void anHttpRouteSaysWhatItDoes() {
        Rule rule = one(HttpRoute.class, "everything").rules().getFirst();
        BackendReference copy = service("copy", 80);
        assertThat(rule.filters())
                .containsExactly(
                        new HttpFilter.RequestHeaderModifier(new HttpFilter.HeaderEdits(
                                List.of(new HttpFilter.HeaderValue("X-A", "1")),
                                List.of(new HttpFilter.HeaderValue("X-B", "2, 3")),
                                List.of("X-C"))),
                        new HttpFilter.ResponseHeaderModifier(
                                new HttpFilter.HeaderEdits(List.of(), List.of(), List.of("Server"))),
                        new HttpFilter.RequestMirror(copy, HttpFilter.Fraction.ALL),
                        new HttpFilter.RequestMirror(copy, new HttpFilter.Fraction(20, 100)),
                        new HttpFilter.RequestMirror(copy, new HttpFilter.Fraction(1, 1000)),
                        new HttpFilter.Cors(
                                List.of("https://*.example.com", "http://a.example:8080"),
                                true,
                                List.of("GET", "PUT"),
                                List.of(),
                                List.of(),
                                5),
                        new HttpFilter.ExtensionRef(new ObjectReference("example.com", "Odd", null, "odd")),
                        new HttpFilter.ExternalAuth(
                                "HTTP", service("auth", 80), "/check", List.of("Cookie"), List.of(), 1024),
                        new HttpFilter.Unknown("DirectResponse"));
        Rule old = one(HttpRoute.class, "everything").rules().get(1);
        assertThat(old.filters())
                .containsExactly(new HttpFilter.RequestRedirect(
                        "https", null, new PathModifier.ReplacePrefixMatch(""), null, 302));
    }

    @Test
    void anHttpRouteSaysWhereRequestsGoAndForHowLong() {
        List<Rule> rules = one(HttpRoute.class, "everything").rules();
        Rule rule = rules.getFirst();
        assertThat(rule.backendRefs())
                .extracting(backend -> backend.backendRef().name() + " " + backend.weight())
                .containsExactly("orders 90", "orders-next 0", "odd 1");
        assertThat(rule.backendRefs().get(1).filters())
                .containsExactly(
                        new HttpFilter.UrlRewrite("next.example.com", new PathModifier.ReplaceFullPath("/next")));
        assertThat(rule.backendRefs().get(1).backendRef().namespace()).isEqualTo("next");
        assertThat(rule.backendRefs().get(2).backendRef().isService()).isFalse();
        assertThat(rule.timeouts().request()).isEqualTo(Duration.ofMinutes(2));
        assertThat(rule.timeouts().backendRequest()).isEqualTo(Duration.ofMillis(60_500));
        assertThat(rule.retry()).isEqualTo(new HttpRoute.Retry(List.of(500, 503), 3, Duration.ofMillis(100)));
        assertThat(rule.sessionPersistence())
                .isEqualTo(new SessionPersistence(
                        "shop",
                        Duration.ofHours(1),
                        null,
                        SessionPersistence.Type.COOKIE,
                        SessionPersistence.CookieLifetime.PERMANENT));
        assertThat(rules.get(2).timeouts()).isEqualTo(new HttpRoute.Timeouts(Duration.ZERO, Duration.ofSeconds(5)));
        assertThat(rules.get(1).timeouts()).isEqualTo(HttpRoute.Timeouts.NONE);
        assertThat(rules.get(1).retry()).isNull();
    }

    @Test
    void aRouteWithoutRulesMatchesEverything() {
        HttpRoute nothing = one(HttpRoute.class, "nothing");
        assertThat(nothing.rules())
                .containsExactly(new Rule(
                        null,
                        List.of(new HttpRoute.Match(PathMatch.ALL, List.of(), List.of(), null)),
                        List.of(),
                        List.of(),
                        HttpRoute.Timeouts.NONE,
                        null,
                        null));
    }

    @Test
    void theOtherRoutesAreRead() {
        GrpcRoute.Rule rule = one(GrpcRoute.class, "grpc").rules().getFirst();
        assertThat(rule.matches())
                .containsExactly(
                        new GrpcRoute.Match(new GrpcRoute.MethodMatch(false, "shop.v1.Orders", "Get"), List.of()),
                        new GrpcRoute.Match(
                                new GrpcRoute.MethodMatch(true, null, "List.*"),
                                List.of(new HttpRoute.ValueMatch("version", "2", false))));
        assertThat(rule.filters()).containsExactly(new HttpFilter.Unknown("URLRewrite"));
        TlsRoute tls = one(TlsRoute.class, "tls");
        assertThat(tls.hostnames()).containsExactly("db.example.com");
        assertThat(tls.rules()).hasSize(2);
        assertThat(one(TcpRoute.class, "tcp").rules().getFirst().backendRefs())
                .extracting(backend -> backend.backendRef().port() + " " + backend.weight())
                .containsExactly("5432 1", "5433 2");
        assertThat(one(UdpRoute.class, "udp").rules().getFirst().name()).isEqualTo("only");
    }

    @Test
    void policiesAreRead() {
        ReferenceGrant grant = one(ReferenceGrant.class, "grant");
        assertThat(grant.from()).containsExactly(new ReferenceGrant.From(GATEWAY_GROUP, "HTTPRoute", "shop"));
        assertThat(grant.to())
                .containsExactly(
                        new ReferenceGrant.To("", "Service", null), new ReferenceGrant.To("", "Secret", "one"));
        BackendTlsPolicy policy = one(BackendTlsPolicy.class, "secured");
        assertThat(policy.targetRefs())
                .extracting(BackendTlsPolicy.TargetReference::sectionName)
                .containsExactly("http", "admin");
        assertThat(policy.validation())
                .isEqualTo(new BackendTlsPolicy.Validation(
                        List.of(new ObjectReference("", "ConfigMap", null, "ca")),
                        null,
                        "orders.example.internal",
                        List.of(
                                new BackendTlsPolicy.SubjectAltName(
                                        BackendTlsPolicy.SubjectAltNameType.HOSTNAME, "*.example.internal"),
                                new BackendTlsPolicy.SubjectAltName(
                                        BackendTlsPolicy.SubjectAltNameType.URI, "spiffe://corp.example/orders"))));
        assertThat(policy.options()).containsExactly(Map.entry("example.com/min", "1.3"));
    }

    @Test
    void servicesAndTheirEndpointsAreRead() {
        ServiceManifest orders = one(ServiceManifest.class, "orders");
        assertThat(orders.clusterIP()).isEqualTo("None");
        assertThat(orders.ports())
                .containsExactly(
                        new ServiceManifest.Port("http", "TCP", 80, "8080", "kubernetes.io/h2c"),
                        new ServiceManifest.Port("admin", "TCP", 81, "admin", null),
                        new ServiceManifest.Port("dns", "UDP", 53, "53", null));
        assertThat(orders.port(53, "TCP")).isNull();
        EndpointSlice slice = one(EndpointSlice.class, "orders-1");
        assertThat(slice.serviceName()).isEqualTo("orders");
        assertThat(slice.endpoints())
                .containsExactly(
                        new EndpointSlice.Endpoint(List.of("10.0.0.1"), true, true, false, "weu-1"),
                        new EndpointSlice.Endpoint(List.of("10.0.0.2"), false, false, false, null),
                        new EndpointSlice.Endpoint(List.of("10.0.0.3"), true, true, false, null));
        assertThat(slice.ports())
                .containsExactly(
                        new EndpointSlice.Port("http", "TCP", 8080, null),
                        new EndpointSlice.Port("admin", "TCP", 8081, null));
    }

    @Test
    void dataIsDecodedAndNeverPrinted() {
        SecretManifest secret = one(SecretManifest.class, "edge");
        assertThat(secret.get("tls.crt"))
                .isNotNull()
                .extracting(blob -> blob.text())
                .isEqualTo("Hello");
        assertThat(secret.get("tls.key"))
                .isNotNull()
                .extracting(blob -> blob.text())
                .isEqualTo("over");
        assertThat(secret.toString())
                .doesNotContain("Hello")
                .doesNotContain("over")
                .doesNotContain("SGVs");
        ConfigMap authorities = one(ConfigMap.class, "ca");
        assertThat(authorities.text("ca.crt")).isEqualTo("-----BEGIN CERTIFICATE-----\n");
        assertThat(authorities.text("other")).isEqualTo("\u0000\u0001\u0002");
        assertThat(one(ConfigMap.class, "in-json").text("a")).isEqualTo("\u00e9\n/");
    }

    @Test
    void keysHavePlacesInDocumentsAndInLists() {
        assertThat(one(HttpRoute.class, "everything").source().place("spec.rules[0].backendRefs[1].name"))
                .hasToString(CORPUS + "/routes.yaml:61:13");
        assertThat(one(HttpRoute.class, "in-json").source().place("spec.rules[0].backendRefs[0].name"))
                .hasToString(CORPUS + "/list.json:8:82");
        assertThat(one(HttpRoute.class, "in-json").source()).hasToString(CORPUS + "/list.json:7:3");
    }

    private static BackendReference service(String name, int port) {
        return new BackendReference("", "Service", null, name, port);
    }

    private <T extends Manifest> T one(Class<T> kind, String name) {
        return corpus.manifests().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(manifest -> manifest.metadata().name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
