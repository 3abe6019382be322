package io.bridgehead.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.balance.BalanceKind;
import io.bridgehead.balance.BalancePolicy;
import io.bridgehead.config.Document;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.config.NodeConfig.ListenerProtocol;
import io.bridgehead.config.read.DocumentReader;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.failover.Failback;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.health.OutlierPolicy;
import io.bridgehead.limit.CircuitLimits;
import io.bridgehead.model.Endpoint;
import io.bridgehead.model.EndpointTls;
import io.bridgehead.model.HeaderName;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.routing.Resilience;
import io.bridgehead.routing.RoutingTable;
import io.bridgehead.routing.ServiceRoute;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerTest {
    private static final TrustDomain CORP = new TrustDomain("corp.example");

    @Test
    void whereSilenceAdmitsNobodyAKubernetesServiceAdmitsNobodyEither() {
        String manifests = """
                apiVersion: v1
                kind: Service
                metadata: { name: shop }
                spec: { ports: [ { port: 80 } ] }
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: gw }
                spec: { gatewayClassName: bridgehead, listeners: [ { name: http, port: 80, protocol: HTTP } ] }
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: r }
                spec: { parentRefs: [ { name: gw } ], rules: [ { backendRefs: [ { name: shop, port: 80 } ] } ] }
                """;
        List<Document> documents = ((Reading.Done<List<Document>>) DocumentReader.read("m.yaml", manifests)).value();
        for (boolean deny : List.of(false, true)) {
            CompileContext context = new CompileContext(
                    new SiteName("here"),
                    new TrustDomain("corp.example"),
                    Map.of(),
                    new EndpointTrust(List.of(), true, Set.of(), Set.of()),
                    Set.of(),
                    deny);
            CompileResult.Compiled compiled = (CompileResult.Compiled) new Compiler(context).compile(documents, "1");
            assertThat(compiled.table().services())
                    .singleElement()
                    .satisfies(service -> assertThat(service.allow().rules()).isEqualTo(deny ? List.of() : null));
        }
    }

    @Test
    void whatServicesSayAlikeIsOneObjectForAllOfThem() {
        String service = """
                ---
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %1$s }
                spec: { hostnames: [ %1$s.corp.example ], sites: { here: { endpoints: [ "10.0.0.1:80" ] } }%2$s }
                """;
        String deny = ", allow: [ { from: [ \"site:there\" ] } ]";
        RoutingTable table = compiled(service.formatted("a", "")
                + service.formatted("b", "")
                + service.formatted("c", deny)
                + service.formatted("d", deny)
                + service.formatted("e", ", retry: { attemptsMax: 2 }"));
        assertThat(named(table, "b").resilience())
                .isSameAs(named(table, "a").resilience())
                .isNotEqualTo(named(table, "e").resilience());
        assertThat(named(table, "b").allow())
                .isSameAs(named(table, "a").allow())
                .isNotEqualTo(named(table, "c").allow());
        assertThat(named(table, "d").allow()).isSameAs(named(table, "c").allow());
    }

    @Test
    void servicesThatNameTheirSitesInAnotherOrderFailOverInThat() {
        String service = """
                ---
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %1$s }
                spec:
                  hostnames: [ %1$s.corp.example ]
                  sites: { %2$s: { endpoints: [ "10.0.0.1:80" ] }, %3$s: { endpoints: [ "10.0.0.2:80" ] } }
                """;
        RoutingTable table = compiled(service.formatted("a", "there", "far")
                + service.formatted("b", "far", "there")
                + service.formatted("c", "there", "far"));
        assertThat(named(table, "b").resilience().failover().order()).hasToString("[local, far, there]");
        assertThat(named(table, "c").resilience())
                .isSameAs(named(table, "a").resilience())
                .satisfies(one -> assertThat(one.failover().order()).hasToString("[local, there, far]"));
    }

    /** Each document comes after one that says next to the same, so that what one says for itself must be seen. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "health: { interval: 7s }",
                "failover: { holdDown: 7s }",
                "balance: { policy: round-robin }",
                "outlier: { interval: 7s }",
                "limits: { requests: 7 }",
                "rateLimits: [ { name: few, requests: 7 } ]",
                "timeouts: { connect: 7s }",
                "retry: { attemptsMax: 2 }",
                "protocol: grpc",
                "sites: { here: { endpoints: [ { address: \"10.0.0.1:80\", weight: 7 } ] } }"
            })
    void whatOneServiceSaysForItselfIsItsOwn(String own) {
        String service = """
                ---
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %1$s }
                spec: { hostnames: [ %1$s.corp.example ]%2$s }
                """;
        String sites = ", sites: { here: { endpoints: [ \"10.0.0.1:80\" ] } }";
        String said = (own.startsWith("sites") ? "" : sites) + ", " + own;
        RoutingTable table = compiled(service.formatted("a", sites)
                + service.formatted("b", said)
                + service.formatted("c", sites)
                + service.formatted("d", said));
        assertThat(named(table, "b").resilience())
                .isNotEqualTo(named(table, "a").resilience())
                .isSameAs(named(table, "d").resilience());
        assertThat(named(table, "c").resilience()).isSameAs(named(table, "a").resilience());
    }

    private static ServiceRoute named(RoutingTable table, String name) {
        return table.services().stream()
                .filter(service -> service.name().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyPartOfADocumentReachesItsRoute() {
        RoutingTable table = compiled("""
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: orders }
                spec:
                  hostnames: [ orders.example, "*.orders.example" ]
                  sites: { b: { endpoints: [ "10.0.0.1:80", "10.0.0.2:80" ] }, a: { endpoints: [ "10.0.0.3:80" ] } }
                  health: { http: { path: /ready, host: ready.example, statuses: [ "204" ] }, interval: 500ms, unhealthyInterval: 9s, jitter: 20% }
                  limits: { connections: 1, pending: 2, requests: 3, retries: 4 }
                  allow: [ { from: [ "site:a" ], methods: [ GET ] } ]
                  failover: { order: [ local, b ], startBelow: 50%, holdDown: 5s, failback: { mode: manual } }
                  balance: round-robin
                  timeouts: { request: 3s }
                  retry: { attemptsMax: 2, hedgeOnPerTryTimeout: true }
                """);
        ServiceRoute orders = Objects.requireNonNull(table.byHost("x.orders.example"));
        assertThat(orders).isSameAs(table.byName(new ServiceName("orders")));
        assertThat(table.revision()).isEqualTo("7");
        assertThat(orders.endpointsIn(new SiteName("b"))).hasSize(2);
        assertThat(orders.resilience().health().probe()).isInstanceOf(HealthCheck.Probe.Http.class);
        assertThat(orders.resilience().health().timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(orders.resilience().failover().order()).hasToString("[local, b]");
        assertThat(orders.resilience().failover().failback()).isInstanceOf(Failback.Manual.class);
        assertThat(orders.resilience().timeouts().request()).isEqualTo(Duration.ofSeconds(3));
        assertThat(orders.resilience().retry().attemptsMax()).isEqualTo(2);
        assertThat(orders.resilience().retry().hedgesOnTimeout()).isTrue();
        assertThat(orders.resilience().health().unhealthyInterval()).isEqualTo(Duration.ofSeconds(9));
        assertThat(orders.resilience().health().jitterPercent()).isEqualTo(20);
        assertThat(orders.resilience().health().probe())
                .isInstanceOfSatisfying(
                        HealthCheck.Probe.Http.class,
                        http -> assertThat(http.host()).isEqualTo("ready.example"));
        assertThat(orders.resilience().limits()).isEqualTo(new CircuitLimits(1, 2, 3, 4));
        assertThat(orders.allow().rules()).hasSize(1);
    }

    @Test
    void balancingIsAsWritten() {
        RoutingTable table = compiled("""
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: web }
                spec:
                  hostnames: [ web.example ]
                  sites: { a: { endpoints: [ "10.0.0.1:80", { address: "10.0.0.2:80", weight: 5, zone: z1 } ] } }
                  balance: { policy: ring-hash, hashOn: { header: X-User }, panicBelow: 50%, preferZone: false }
                ---
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: db }
                spec:
                  protocol: tcp
                  ports: [ { listener: pg } ]
                  sites: { a: { endpoints: [ "10.0.0.1:5432" ] } }
                  balance: maglev
                """);
        ServiceRoute web = Objects.requireNonNull(table.byHost("web.example"));
        Endpoint heavy = Endpoint.parse("10.0.0.2:80");
        assertThat(web.endpointsIn(new SiteName("a"))).hasToString("[10.0.0.1:80, 10.0.0.2:80]");
        assertThat(web.resilience().balance())
                .isEqualTo(new BalancePolicy(
                        BalanceKind.RING_HASH,
                        new BalancePolicy.HashOn.Header(HeaderName.of("x-user")),
                        Duration.ZERO,
                        50,
                        false,
                        Map.of(new SiteName("a"), Map.of(heavy, new BalancePolicy.Traits(5, "z1")))));
        ServiceRoute db = Objects.requireNonNull(table.byListener("pg"));
        assertThat(db.resilience().balance().hashOn()).isEqualTo(new BalancePolicy.HashOn.Source());
    }

    @Test
    void outlierDetectionIsAsWritten() {
        ServiceRoute web = Objects.requireNonNull(compiled(service(
                        "web",
                        "hostnames: [ web.example ], outlier: { consecutive5xx: 7, consecutiveGatewayErrors: 0, baseEjection: 10m, "
                                + "maxEjected: 20%, successRate: { stdevFactor: 2 }, failurePercentage: { threshold: 60% } }",
                        "10.0.0.1:80"))
                .byHost("web.example"));
        assertThat(web.resilience().outlier())
                .isEqualTo(new OutlierPolicy(
                        new OutlierPolicy.Consecutive(7, 0, 3),
                        new OutlierPolicy.Ejection(Duration.ofMinutes(10), Duration.ofMinutes(10), 20),
                        Duration.ofSeconds(10),
                        new OutlierPolicy.SuccessRate(5, 100, 2),
                        new OutlierPolicy.FailurePercentage(60, 5, 50)));
    }

    @Test
    void whatDidNotChangeKeepsItsRoute() {
        CompileContext context = context(false, true);
        RoutingTable before = table(context, "10.0.0.1:80");
        RoutingTable same = table(context, "10.0.0.1:80");
        RoutingTable after = table(context, "10.0.0.2:80");

        ServiceName kept = new ServiceName("kept");
        ServiceName changed = new ServiceName("changed");
        assertThat(same.byName(changed)).isSameAs(before.byName(changed));
        assertThat(after.byName(kept)).isSameAs(before.byName(kept));
        assertThat(Objects.requireNonNull(after.byName(changed)).endpointsIn(new SiteName("a")))
                .hasToString("[10.0.0.2:80]");
        assertThat(Objects.requireNonNull(
                                table(context(true, true), "10.0.0.1:80").byName(kept))
                        .allow())
                .as("of another context")
                .isNotEqualTo(Objects.requireNonNull(before.byName(kept)).allow());
    }

    /** A table of two services, whose texts were read before by the context if they were the same. */
    @Test
    void documentsThatWereCompiledBeforeAreNotCompiledAgainForAnotherRevision() {
        CompileContext context = context(false, true);
        List<Document> documents = documents(service("shop", "hostnames: [ shop.example ]", "10.0.0.1:80"));
        RoutingTable proposed = compiled(context, documents, "proposed").table();
        RoutingTable committed = compiled(context, documents, "8").table();
        assertThat(committed.revision()).isEqualTo("8");
        assertThat(committed.services()).isSameAs(proposed.services());
        assertThat(proposed.revision()).isEqualTo("proposed");

        CompileContext other = context.at(Set.of(InetAddress.getLoopbackAddress()));
        assertThat(compiled(other, documents, "8").table().services()).isNotSameAs(proposed.services());
        List<Document> changed = documents(service("shop", "hostnames: [ shop.example ]", "10.0.0.2:80"));
        assertThat(compiled(other, changed, "9").table().services()).hasSize(1).isNotSameAs(proposed.services());
    }

    private static CompileResult.Compiled compiled(CompileContext context, List<Document> documents, String revision) {
        return (CompileResult.Compiled) new Compiler(context).compile(documents, revision);
    }

    private static RoutingTable table(CompileContext context, String endpoint) {
        String service = """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec: { hostnames: [ %s.example ], sites: { a: { endpoints: [ "%s" ] } } }
                """;
        Reading<List<Document>> read = new DocumentReader(context.memory())
                .add("kept", service.formatted("kept", "kept", "10.0.0.9:80"))
                .add("changed", service.formatted("changed", "changed", endpoint))
                .result();
        List<Document> documents = ((Reading.Done<List<Document>>) read).value();
        return ((CompileResult.Compiled) new Compiler(context).compile(documents, "7")).table();
    }

    @Test
    void defaultsAreThoseOfTheRoutingTypes() {
        RoutingTable table = compiled(service("web", "hostnames: [ web.example ]", "10.0.0.1:80")
                + service("db", "protocol: tcp, ports: [ { listener: pg } ]", "10.0.0.1:5432"));
        ServiceRoute web = Objects.requireNonNull(table.byHost("web.example"));
        ServiceRoute db = Objects.requireNonNull(table.byListener("pg"));
        assertThat(web.resilience())
                .isEqualTo(Resilience.HTTP_DEFAULT.withFailover(web.resilience().failover()));
        assertThat(db.resilience())
                .isEqualTo(Resilience.TCP_DEFAULT.withFailover(db.resilience().failover()));
        assertThat(web.allow()).isEqualTo(Authorizer.everySite(CORP));
        assertThat(web.resilience().failover().holdDown()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void defaultDenyTurnsSilenceIntoNobody() {
        CompileResult result = new Compiler(context(true, false))
                .compile(documents(service("web", "hostnames: [ web.example ]", "10.0.0.1:80")), "7");
        assertThat(table(result).byHost("web.example"))
                .isNotNull()
                .extracting(ServiceRoute::allow)
                .isEqualTo(Authorizer.of(CORP, List.of()));
    }

    @Test
    void sharedHostsAndListenersNameBothPlaces() {
        CompileResult result = compile(service("one", "hostnames: [ a.example, x.example ]", "10.0.0.1:80")
                + service("two", "hostnames: [ X.example ]", "10.0.0.1:80")
                + service("db1", "protocol: tcp, ports: [ { listener: pg } ]", "10.0.0.1:80")
                + service("db2", "protocol: tcp, ports: [ { listener: pg } ]", "10.0.0.1:80"));
        assertThat(result).isInstanceOf(CompileResult.Refused.class);
        assertThat(((CompileResult.Refused) result).problems())
                .extracting(Object::toString)
                .containsExactly(
                        "f.yaml:10:22: spec.hostnames[0]: found 'x.example' twice, expected one service for each;"
                                + " Service/one has it at f.yaml:5:33",
                        "f.yaml:20:45: spec.ports[0].listener: found 'pg' twice, expected one service for each;"
                                + " Service/db1 has it at f.yaml:15:45");
    }

    @Test
    void listenersThatTheNodeLacksAreNotes() {
        CompileResult result = compile(service("db1", "protocol: tcp, ports: [ { listener: pgg } ]", "10.0.0.1:80")
                + service("db2", "protocol: tcp, ports: [ { listener: http } ]", "10.0.0.1:80"));
        assertThat(((CompileResult.Compiled) result).notes())
                .extracting(Object::toString)
                .containsExactly(
                        "f.yaml:5:45: spec.ports[0].listener: found 'pgg', expected a listener of this node: http, pg;"
                                + " did you mean 'pg'?",
                        "f.yaml:10:45: spec.ports[0].listener: found 'http' with protocol HTTP, expected a listener with protocol"
                                + " TCP; nobody reaches db2 through this node");
        assertThat(table(result).services()).hasSize(2);
    }

    @Test
    void checkersThatAreMissingOrTakeNoRequestsAreNoted() {
        String asking = ", externalAuthorization: { service: ";
        CompileResult result = compile(service("one", "hostnames: [ a.example ]" + asking + "autz }", "10.0.0.1:80")
                + service("two", "hostnames: [ b.example ]" + asking + "db }", "10.0.0.1:80")
                + service("three", "hostnames: [ c.example ]" + asking + "authz }", "10.0.0.1:80")
                + service("authz", "hostnames: [ d.example ]", "10.0.0.1:80")
                + service("db", "protocol: tcp, ports: [ { listener: pg } ]", "10.0.0.1:80"));
        assertThat(((CompileResult.Compiled) result).notes())
                .extracting(Object::toString)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .contains("spec.externalAuthorization.service: found 'autz'")
                                .endsWith("did you mean 'authz'?"),
                        second -> assertThat(second)
                                .contains("found 'db'")
                                .endsWith("every check fails, and requests of two are refused"));
    }

    @Test
    void documentsThatTrustRefusesAreLeftOutAndListed() {
        CompileResult result = compile(service("inside", "hostnames: [ a.example ]", "169.254.169.254:80")
                + service("fine", "hostnames: [ b.example ]", "10.0.0.1:80"));
        assertThat(table(result).services())
                .extracting(route -> route.name().value())
                .containsExactly("fine");
        assertThat(((CompileResult.Compiled) result).notes().getFirst().toString())
                .startsWith(
                        "f.yaml:5:62: spec.sites.a.endpoints[0]: found '169.254.169.254:80', a cloud metadata address,");
        CompileResult unsafe = new Compiler(context(false, true))
                .compile(documents(service("inside", "hostnames: [ a.example ]", "localhost:80")), "7");
        assertThat(table(unsafe).services()).hasSize(1);
    }

    @Test
    void authoritiesThatANodeDoesNotKnowAreNotedWhereItHasEndpoints() {
        String known = service(
                "known", "hostnames: [ a.example ], protocol: https, tls: { authorities: corp }", "10.0.0.1:443");
        String unknown = service(
                "unknown", "hostnames: [ b.example ], protocol: https, tls: { authorities: crop }", "10.0.0.1:443");
        CompileResult result = compile(known + "---\n" + unknown);
        assertThat(table(result).services()).hasSize(2);
        assertThat(((CompileResult.Compiled) result).notes())
                .singleElement()
                .asString()
                .contains("spec.tls.authorities: found 'crop'")
                .contains("did you mean 'corp'?");
        assertThat(Objects.requireNonNull(table(result).byHost("a.example")).tls())
                .isEqualTo(new EndpointTls(null, "corp", null, false, false));
    }

    static CompileContext context(boolean defaultDeny, boolean unsafeEndpoints) {
        return new CompileContext(
                new SiteName("a"),
                CORP,
                Map.of("http", ListenerProtocol.HTTP, "pg", ListenerProtocol.TCP),
                new EndpointTrust(List.of(), unsafeEndpoints, Set.of(), Set.of()),
                Set.of("corp"),
                defaultDeny);
    }

    static List<Document> documents(String text) {
        return switch (DocumentReader.read("f.yaml", text)) {
            case Reading.Done<List<Document>> done -> done.value();
            case Reading.Refused<List<Document>> refused -> throw new AssertionError(refused.problems());
        };
    }

    private static CompileResult compile(String text) {
        return new Compiler(context(false, false)).compile(documents(text), "7");
    }

    static RoutingTable compiled(String text) {
        return table(compile(text));
    }

    private static RoutingTable table(CompileResult result) {
        return switch (result) {
            case CompileResult.Compiled compiled -> compiled.table();
            case CompileResult.Refused refused -> throw new AssertionError(refused.problems());
        };
    }

    private static String service(String name, String rest, String endpoint) {
        return """
                ---
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %s }
                spec: { %s, sites: { a: { endpoints: [ "%s" ] } } }
                """.formatted(name, rest, endpoint);
    }
}
