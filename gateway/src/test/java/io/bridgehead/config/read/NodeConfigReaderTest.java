package io.bridgehead.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.config.AddressRange;
import io.bridgehead.config.EndpointTrust;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.Otlp;
import io.bridgehead.config.schema.Problem;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.config.schema.Secret;
import io.bridgehead.model.SpiffeId;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeConfigReaderTest {
    private final NodeConfigReader reader = new NodeConfigReader(Path.of("/etc/bridgehead"), "GW-1.corp.example");

    @Test
    void siteNameAloneIsEnough() {
        NodeConfig config = read("site: { name: aws-use1 }");
        assertThat(config.node().value()).isEqualTo("gw-1");
        assertThat(config.spiffeId()).hasToString("spiffe://bridgehead.internal/site/aws-use1/gateway/gw-1");
        assertThat(config.identity().files().key()).isEqualTo(Path.of("/etc/bridgehead/node.key"));
        assertThat(config.tunnel().port()).isEqualTo(15008);
        assertThat(config.cluster().enabled()).isTrue();
        assertThat(config.state()).isEqualTo(Path.of("/var/lib/bridgehead"));
        assertThat(config.limits().drainTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.limits().headerBytesMax()).isEqualTo(16384);
        assertThat(config.telemetry().otlp()).isNull();
        assertThat(config.telemetry().accessLog().path()).isNull();
        assertThat(config.trust().publishers().getFirst().operators().getFirst())
                .hasToString("spiffe://bridgehead.internal/operator/*");
    }

    @Test
    void operatorsElsewhereAreNamedByRight() {
        assertThat(read("site: { name: aws-use1 }").admin().remote()).isNull();
        NodeConfig config = read("""
                site: { name: aws-use1 }
                identity: { trustDomain: corp.example }
                admin:
                  remote:
                    hosts: [ GW.corp.example ]
                    operators: { read: [ "spiffe://corp.example/operator/*" ], change: [ "spiffe://corp.example/operator/ada" ] }
                """);
        NodeConfig.RemoteAdmin remote = Objects.requireNonNull(config.admin().remote());
        assertThat(remote.port()).isEqualTo(15009);
        assertThat(remote.address().isAnyLocalAddress()).isTrue();
        assertThat(remote.hosts()).containsExactly("gw.corp.example");
        assertThat(remote.operators().read()).hasSize(1);
        assertThat(remote.operators().change().getFirst()).hasToString("spiffe://corp.example/operator/ada");
        InetAddress own = AddressRange.address("10.0.0.9");
        assertThat(EndpointTrust.of(config, Set.of(own)).refusal(own, remote.port()))
                .as("no endpoint lies there")
                .isNotNull();
    }

    @Test
    void listenersGetTheirIdentityAndLimitsFromTheRestOfTheFile() {
        NodeConfig config = read("""
                site: { name: aws-use1 }
                identity: { trustDomain: corp.example }
                limits: { connectionsMax: 7 }
                listeners:
                  - { name: http, port: 0 }
                  - { name: pg, port: 5432, address: 10.0.0.1, protocol: TCP, connectionsMax: 9,
                      identity: "spiffe://corp.example/legacy" }
                """);
        NodeConfig.Listener http = config.listeners().get(0);
        NodeConfig.Listener pg = config.listeners().get(1);
        assertThat(http.identity()).hasToString("spiffe://corp.example/site/aws-use1/unauthenticated");
        assertThat(http.address().isLoopbackAddress()).isTrue();
        assertThat(http.connectionsMax()).isEqualTo(7);
        assertThat(pg.identity()).isEqualTo(SpiffeId.parse("spiffe://corp.example/legacy"));
        assertThat(pg.connectionsMax()).isEqualTo(9);
        assertThat(pg.protocol()).isEqualTo(NodeConfig.ListenerProtocol.TCP);
    }

    @Test
    void aListenerSaysHowItKnowsItsClients() {
        NodeConfig config = read("""
                site: { name: aws-use1 }
                limits: { connectionsTotal: 9000, connectionsPerAddress: 50, prefaceTimeout: 2s }
                listeners:
                  - { name: http, port: 0 }
                  - { name: shop, port: 8080, exposure: public, trustedProxies: [ 10.0.0.0/8, fd00::7 ], trustedHops: 2 }
                  - { name: sni, port: 8443, address: 0.0.0.0, protocol: TLS, exposure: public, connectionsPerAddress: 7,
                      proxyProtocol: { from: [ 10.0.0.0/8 ], required: false } }
                """);
        NodeConfig.Clients http = config.listeners().get(0).clients();
        assertThat(http.connectionsPerAddress()).isZero();
        assertThat(http.proxyProtocol()).isNull();
        NodeConfig.Clients shop = config.listeners().get(1).clients();
        assertThat(shop.connectionsPerAddress()).isEqualTo(50);
        assertThat(shop.trustedProxies()).hasSize(2);
        assertThat(shop.trustedHops()).isEqualTo(2);
        NodeConfig.Clients sni = config.listeners().get(2).clients();
        assertThat(sni.connectionsPerAddress()).isEqualTo(7);
        NodeConfig.ProxyProtocol header = Objects.requireNonNull(sni.proxyProtocol());
        assertThat(header.from()).hasSize(1);
        assertThat(header.required()).isFalse();
        assertThat(config.limits().connections().total()).isEqualTo(9000);
        assertThat(config.limits().connections().prefaceTimeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void secretsNeverPrint() {
        NodeConfig config = read("""
                site: { name: a }
                telemetry: { otlp: { endpoint: "http://collector:4318", headers: { authorization: hunter2 } } }
                """);
        Otlp otlp = Objects.requireNonNull(config.telemetry().otlp());
        assertThat(otlp.headers()).containsEntry("authorization", new Secret("hunter2"));
        assertThat(config.toString()).contains("***").doesNotContain("hunter2");
    }

    @Test
    void hostNameThatIsNoNodeNameIsAProblem() {
        Reading<NodeConfig> reading =
                new NodeConfigReader(Path.of("."), "my_host").read("gateway.yaml", "site: { name: a }");
        assertThat(problems(reading).getFirst().toString())
                .startsWith("gateway.yaml:1:1: node: missing, expected a node name")
                .endsWith("the host name 'my_host' does not serve as one");
    }

    @Test
    void limitsOfFloodsAndOverloadAreReadAndHaveDefaults() {
        NodeConfig.Protection defaults = read("site: { name: a }").limits().protection();
        assertThat(defaults.bodyBytesPerSecondMin()).isEqualTo(1024);
        assertThat(defaults.http2().streamsMax()).isEqualTo(100);
        assertThat(defaults.http2().floods().resetsPerAddressMax()).isEqualTo(1000);
        assertThat(defaults.overload().refuse()).isEqualTo(0.95);
        assertThat(defaults.loopStuckExit()).hasSeconds(10);
        NodeConfig.Protection given = read("""
                site: { name: a }
                limits:
                  requestBodyRateMin: 0B
                  http2: { streamsMax: 7, frameBudget: 50 }
                  overload: { shortenIdle: 0.1, endConnections: 0.2, refuse: 0.3, stopAccepting: 1.5 }
                """).limits().protection();
        assertThat(given.bodyBytesPerSecondMin()).isZero();
        assertThat(given.http2().streamsMax()).isEqualTo(7);
        assertThat(given.http2().floods().frameBudget()).isEqualTo(50);
        assertThat(given.overload().stopAccepting()).isEqualTo(1.5);
    }

    @Test
    void levelsOfOverloadRise() {
        Reading<NodeConfig> reading =
                reader.read("gateway.yaml", "site: { name: a }\nlimits: { overload: { refuse: 0.85 } }\n");
        assertThat(problems(reading).getFirst().toString())
                .startsWith(
                        "gateway.yaml:2:31: limits.overload.refuse: found '0.85', expected at least endConnections");
        assertThat(problems(
                        reader.read("gateway.yaml", "site: { name: a }\nlimits: { overload: { shortenIdle: 0 } }\n")))
                .hasSize(1);
    }

    @Test
    void commentsAreFine() {
        assertThat(read("# who\nsite: { name: a }\ntelemetry: # all defaults\n")
                        .site()
                        .name()
                        .value())
                .isEqualTo("a");
    }

    @Test
    void fileThatIsTooLargeIsNotRead() {
        assertThat(problems(reader.read("big.yaml", new byte[(1 << 20) + 1]))
                        .getFirst()
                        .expected())
                .contains("1 MiB");
    }

    @Test
    void publishersAreBoundToDocuments() {
        NodeConfig config = read("""
                site: { name: aws-use1 }
                trust:
                  publishers:
                    - { operators: [ "spiffe://corp.example/operator/ci" ], documents: [ "Service/orders-*", Service/mail ] }
                """);
        assertThat(config.trust().publishers().getFirst().documents())
                .extracting(Object::toString)
                .containsExactly("Service/orders-*", "Service/mail");
        assertThat(problems(reader.read("gateway.yaml", """
                        site: { name: aws-use1 }
                        trust: { publishers: [ { operators: [ "spiffe://corp.example/operator/ci" ], documents: [ "orders" ] } ] }
                        """)))
                .singleElement()
                .asString()
                .contains("Kind/name or Kind/begin*, such as Service/orders-*");
    }

    private NodeConfig read(String text) {
        return switch (reader.read("gateway.yaml", text)) {
            case Reading.Done<NodeConfig> done -> done.value();
            case Reading.Refused<NodeConfig> refused -> throw new AssertionError(refused.problems());
        };
    }

    private static List<Problem> problems(Reading<?> reading) {
        return reading instanceof Reading.Refused<?> refused ? refused.problems() : List.of();
    }
}
