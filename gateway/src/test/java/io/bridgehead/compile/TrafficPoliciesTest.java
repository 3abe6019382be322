package io.bridgehead.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.balance.BalanceKind;
import io.bridgehead.config.Document;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.config.NodeConfig.ListenerProtocol;
import io.bridgehead.config.read.DocumentReader;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.health.HealthCheck;
import io.bridgehead.model.ServiceName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.retry.RetryPolicy;
import io.bridgehead.routing.Resilience;
import io.bridgehead.routing.RoutingTable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrafficPoliciesTest {
    private final CompileContext context = new CompileContext(
            new SiteName("here"),
            new TrustDomain("corp.example"),
            Map.of("db", ListenerProtocol.TCP),
            new EndpointTrust(List.of(), true, Set.of(), Set.of()),
            Set.of(),
            false);

    private static String service(String name, String more) {
        return """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: %1$s, labels: { team: pay, tier: one } }
                spec:
                  hostnames: [ %1$s.example ]
                  sites: { here: { endpoints: [ { address: "10.0.0.1:80", weight: 3 } ] } }
                  %2$s
                ---
                """.formatted(name, more);
    }

    private static String policy(String name, String spec) {
        return """
                apiVersion: bridgehead.io/v1
                kind: TrafficPolicy
                metadata: { name: %s }
                spec: { %s }
                ---
                """.formatted(name, spec);
    }

    private RoutingTable compiled(String... texts) {
        List<Document> documents =
                ((Reading.Done<List<Document>>) DocumentReader.read("all.yaml", String.join("", texts))).value();
        return ((CompileResult.Compiled) new Compiler(context).compile(documents, "1")).table();
    }

    private static Resilience of(RoutingTable table, String service) {
        return Objects.requireNonNull(table.byName(new ServiceName(service))).resilience();
    }

    private static BalanceKind kind(RoutingTable table, String service) {
        return of(table, service).balance().kind();
    }

    @Test
    void aPolicyWithoutSelectorIsForAllThatDoNotSayIt() {
        RoutingTable table = compiled(
                service("a", ""),
                service("b", "balance: maglev"),
                policy("all", "balance: round-robin, retry: { attemptsMax: 7 }, limits: { requests: 9 }"));
        assertThat(kind(table, "a")).isEqualTo(BalanceKind.ROUND_ROBIN);
        assertThat(kind(table, "b")).isEqualTo(BalanceKind.MAGLEV);
        assertThat(of(table, "b").retry().attemptsMax()).isEqualTo(7);
        assertThat(of(table, "b").limits().requests()).isEqualTo(9);
        assertThat(of(table, "a").health()).isEqualTo(HealthCheck.DEFAULT);
        assertThat(table.policies().get(new ServiceName("b"))).containsExactly("TrafficPolicy/all: limits, retry");
    }

    @Test
    void whatIsSaidOfEndpointsAndSharesStaysTheServices() {
        RoutingTable table = compiled(service("a", ""), policy("all", "balance: random, failover: { startBelow: 5% }"));
        assertThat(of(table, "a").balance().traits()).isNotEmpty();
        assertThat(of(table, "a").failover().startBelowPercent()).isEqualTo(5);
    }

    @Test
    void theCloserPolicyWinsSectionBySection() {
        RoutingTable table = compiled(
                service("orders", ""),
                service("orders-archive", ""),
                service("stock", ""),
                policy("a-all", "balance: random, retry: { attemptsMax: 2 }, limits: { requests: 1 }"),
                policy("labels", "services: { labels: { team: pay } }, retry: { attemptsMax: 3 }"),
                policy("more-labels", "services: { labels: { team: pay, tier: one } }, retry: { attemptsMax: 4 }"),
                policy("beginning", "services: { names: [ \"orders*\" ] }, retry: { attemptsMax: 5 }"),
                policy("longer", "services: { names: [ \"orders-*\" ] }, retry: { attemptsMax: 6 }"),
                policy("whole", "services: { names: [ orders ] }, balance: maglev"),
                policy("others", "services: { labels: { team: other } }, retry: { attemptsMax: 9 }"));
        assertThat(kind(table, "orders")).isEqualTo(BalanceKind.MAGLEV);
        assertThat(of(table, "orders").retry().attemptsMax()).isEqualTo(5);
        assertThat(of(table, "orders-archive").retry().attemptsMax()).isEqualTo(6);
        assertThat(of(table, "stock").retry().attemptsMax()).isEqualTo(4);
        assertThat(of(table, "stock").limits().requests()).isEqualTo(1);
        assertThat(table.policies().get(new ServiceName("orders")))
                .containsExactly(
                        "TrafficPolicy/whole: balance",
                        "TrafficPolicy/beginning: retry",
                        "TrafficPolicy/a-all: limits");
    }

    @Test
    void ofEqualsTheFirstByNameWins() {
        RoutingTable table =
                compiled(service("a", ""), policy("two", "balance: random"), policy("one", "balance: round-robin"));
        assertThat(kind(table, "a")).isEqualTo(BalanceKind.ROUND_ROBIN);
    }

    @Test
    void sectionsThatDoNotSuitAreLeftToOthers() {
        String bytes = """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: db }
                spec:
                  protocol: tcp
                  ports: [ { listener: db } ]
                  sites: { here: { endpoints: [ "10.0.0.1:80" ] } }
                ---
                """;
        RoutingTable table = compiled(
                bytes,
                service("a", ""),
                policy("a", "balance: { policy: maglev, hashOn: { header: user } }, health: { grpc: {} }"),
                policy("b", "balance: random"));
        assertThat(kind(table, "a")).isEqualTo(BalanceKind.MAGLEV);
        assertThat(kind(table, "db")).isEqualTo(BalanceKind.RANDOM);
        assertThat(of(table, "a").health()).isEqualTo(HealthCheck.DEFAULT);
    }

    @Test
    void aKubernetesServiceHasDefaultsToo() {
        String manifests = """
                apiVersion: v1
                kind: Service
                metadata: { name: shop, namespace: prod, labels: { team: pay } }
                spec: { ports: [ { port: 80 } ] }
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: gw, namespace: prod }
                spec: { gatewayClassName: bridgehead, listeners: [ { name: http, port: 80, protocol: HTTP } ] }
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: r, namespace: prod }
                spec: { parentRefs: [ { name: gw } ], rules: [ { backendRefs: [ { name: shop, port: 80 } ] } ] }
                ---
                """;
        RoutingTable table = compiled(
                manifests,
                policy("k8s", "services: { names: [ \"shop.prod.*\" ], labels: { team: pay } }, balance: round-robin"));
        assertThat(kind(table, "shop.prod.80")).isEqualTo(BalanceKind.ROUND_ROBIN);
        assertThat(of(table, "shop.prod.80").retry().statuses()).isNotEqualTo(RetryPolicy.DEFAULT.statuses());
        assertThat(table.policies()).containsOnlyKeys(new ServiceName("shop.prod.80"));
    }

    @Test
    void aPolicyThatChangesMakesOnlyItsServicesAnew() {
        List<Document> services = ((Reading.Done<List<Document>>)
                        DocumentReader.read("s.yaml", service("a", "") + service("b", "balance: maglev")))
                .value();
        RoutingTable before = ((CompileResult.Compiled) new Compiler(context).compile(services, "1")).table();
        List<Document> more = new java.util.ArrayList<>(services);
        more.addAll(
                ((Reading.Done<List<Document>>) DocumentReader.read("p.yaml", policy("p", "balance: random"))).value());
        RoutingTable after = ((CompileResult.Compiled) new Compiler(context).compile(more, "2")).table();
        assertThat(after.byName(new ServiceName("a"))).isNotEqualTo(before.byName(new ServiceName("a")));
        assertThat(after.byName(new ServiceName("b"))).isSameAs(before.byName(new ServiceName("b")));
    }

    @Test
    void aPolicyThatSaysNothingOrIsWrongIsRefused() {
        assertThat(problems(policy("p", "services: { names: [ a ] }"))).contains("expected at least one of health,");
        assertThat(problems(policy("p", "services: { names: [ \"*a\" ] }, balance: random")))
                .contains("spec.services.names[0]: found '*a'");
        assertThat(problems(policy("p", "hostnames: [ a ], balance: random"))).contains("unknown key 'hostnames'");
    }

    private static String problems(String text) {
        return switch (DocumentReader.read("p.yaml", text)) {
            case Reading.Refused<List<Document>> refused ->
                String.join(
                        "\n", refused.problems().stream().map(Problem::toString).toList());
            case Reading.Done<List<Document>> _ -> "";
        };
    }
}
