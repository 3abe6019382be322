package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Manifests;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.Message;
import io.bridgehead.e2e.traffic.ProxyHeaderSeen;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TcpEcho;
import io.bridgehead.e2e.traffic.TestEndpoint;
import io.bridgehead.e2e.traffic.TlsClient;
import io.bridgehead.tls.MaterialFiles;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Manifests are documents of the fabric: applied at one node, a Gateway opened where {@code gateways} names it, canaries across sites. */
final class AGatewayOfTheFabricIsOpenedWhereItIsListedIT {
    @RegisterExtension
    static final TestFabric FABRIC = TestFabric.of("aws-a", "azure-a");

    private static final int REQUESTS = 10_000;
    private static final int CLIENTS = 8;
    private static final TestEndpoint STABLE = FABRIC.endpoint("stable");
    private static final TestEndpoint CANARY = FABRIC.endpoint("canary");
    private static final int PORT = Ports.next();
    private static final int SECURED = Ports.next();
    private static final int ENDED = Ports.next();
    private static final int SLICED = Ports.next();
    private static final TcpEcho BYTES = FABRIC.closing(TcpEcho.start("bytes", TcpEcho.Manner.ECHO));

    @BeforeAll
    static void start() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        aws.yaml()
                .set("gateways", "[ edge/public, default/secured, default/ended, default/sliced ]")
                .set("secrets", "secrets");
        Files.createDirectory(aws.folder().resolve("secrets"));
        writeSecret("one.example", "shop.example");
        FABRIC.start();
    }

    private static String manifests(int stable, int canary) {
        return Documents.http("stable", "stable.example", Map.of("aws", List.of(STABLE.address())))
                + "---\n"
                + Documents.http("canary", "canary.example", Map.of("azure", List.of(CANARY.address())))
                + Manifests.edgePublic(PORT)
                + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: shop, namespace: edge }
                spec:
                  parentRefs: [ { name: public } ]
                  hostnames: [ shop.example ]
                  rules:
                  - backendRefs:
                    - { group: bridgehead.io, kind: Service, name: stable, weight: %d }
                    - { group: bridgehead.io, kind: Service, name: canary, weight: %d }
                """.formatted(stable, canary);
    }

    @Test
    void aCanaryAcrossSitesGetsItsShareAndASwitchIsOneApplyAndOneRollback() throws Exception {
        TestNode aws = FABRIC.node("aws-a");
        FABRIC.applied(FABRIC.node("azure-a"), manifests(90, 10), "--source", "shop");
        TestFabric.awaitServing(aws, "stable", "aws");
        TestFabric.awaitServing(aws, "canary", "azure");
        Patience.until("the port is open", () -> status() == 200);
        LongAdder canaries = new LongAdder();
        ask(canaries);
        assertThat(canaries.sum() / (double) REQUESTS).isBetween(0.08, 0.12);

        Cli.Result routes = Cli.run("get", "routes", "--socket", aws.socket().toString());
        assertThat(routes.good().out()).contains("edge/shop", "True");
        assertThat(FABRIC.node("azure-a")
                        .get("/v1/status")
                        .getJsonArray("listeners")
                        .toString())
                .doesNotContain("gateway:");

        Cli.Result plan = Cli.run(
                "plan",
                "--source",
                "shop",
                "--socket",
                aws.socket().toString(),
                "-f",
                FABRIC.file(manifests(0, 1)).toString());
        assertThat(plan.out() + plan.err())
                .contains("~ Gateway edge/public listener http host shop.example /...: 90% Service stable")
                .contains("(90% would move)");
        FABRIC.applied(aws, manifests(0, 1), "--source", "shop");
        Patience.until("all goes to the canary", () -> IntStream.range(0, 20).allMatch(_ -> text().equals("canary")));
        assertThat(text()).isEqualTo("canary");
        Cli.run(
                        "rollback",
                        "--source",
                        "shop",
                        "--socket",
                        aws.socket().toString(),
                        "--certificate",
                        FABRIC.operator().certificate().toString(),
                        "--key",
                        FABRIC.operator().key().toString())
                .good();
        Patience.until("most goes to the stable one again", () -> text().equals("stable"));
    }

    private static void ask(LongAdder canaries) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                all.add(threads.submit(() -> {
                    try (RawClient client = RawClient.to(PORT)) {
                        for (int n = 0; n < REQUESTS / CLIENTS; n++) {
                            if (client.exchange("GET", "shop.example", "/", "")
                                    .text()
                                    .equals("canary")) {
                                canaries.increment();
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    private static int status() {
        try {
            return RawClient.get(PORT, "shop.example", "/").status();
        } catch (IOException e) {
            return 0;
        }
    }

    private static String text() {
        try {
            return RawClient.get(PORT, "shop.example", "/").text();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void endpointsOfASliceLieInTheSiteOfItsLabel() {
        TestNode aws = FABRIC.node("aws-a");
        FABRIC.applied(aws, """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: sliced }
                spec:
                  gatewayClassName: bridgehead
                  addresses: [ { value: 127.0.0.1 } ]
                  listeners: [ { name: http, port: %d, protocol: HTTP } ]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: catalog }
                spec:
                  parentRefs: [ { name: sliced } ]
                  rules: [ { backendRefs: [ { name: catalog, port: 80 } ] } ]
                ---
                apiVersion: v1
                kind: Service
                metadata: { name: catalog }
                spec: { ports: [ { port: 80 } ] }
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: catalog-azure
                  labels: { kubernetes.io/service-name: catalog, topology.bridgehead.io/site: azure }
                addressType: IPv4
                endpoints: [ { addresses: [ 127.0.0.1 ] } ]
                ports: [ { port: %d } ]
                """.formatted(SLICED, CANARY.port()), "--source", "sliced");
        Patience.until("azure's endpoint answers", () -> answers(SLICED).equals("canary"));
        JsonObject explained = aws.explain("gateway:127.0.0.1:" + SLICED, "GET", "http://a.example:" + SLICED + "/");
        assertThat(explained.getString("outcome")).contains("a node of azure");
        Patience.until("its health is known", () -> {
            JsonObject catalog = only(aws.get("/v1/services/catalog.default.80"));
            return catalog.getString("health").equals("100% fit")
                    && catalog.getString("up").equals("1/1")
                    && catalog.getString("share").equals("100%");
        });
    }

    private static JsonObject only(JsonObject services) {
        assertThat(services.getJsonArray("services")).hasSize(1);
        return services.getJsonArray("services").getJsonObject(0);
    }

    private static String answers(int port) {
        try {
            Message answer = RawClient.get(port, "a.example", "/");
            return answer.status() == 200 ? answer.text() : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static void writeSecret(String... names) throws IOException {
        Path folder = FABRIC.node("aws-a").folder();
        MaterialFiles.Paths made = FABRIC.pki().web(folder.resolve("keys-" + names[0]), "shop", names);
        Path part = folder.resolve("secret.part");
        Files.writeString(part, Manifests.secret("shop", made.certificate(), made.key()));
        Files.move(part, folder.resolve("secrets").resolve("shop.yaml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String shown() {
        TlsClient client = TlsClient.trusting(FABRIC.pki().folder().resolve("ca.crt"), null);
        try (SSLSocket socket = client.to(SECURED, "shop.example", "http/1.1")) {
            socket.startHandshake();
            return TlsClient.names(socket);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void secretsStayInAFolderOfTheNodeAndAreFollowed() throws IOException {
        FABRIC.applied(FABRIC.node("azure-a"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: secured }
                spec:
                  gatewayClassName: bridgehead
                  addresses: [ { value: 127.0.0.1 } ]
                  listeners:
                  - { name: https, port: %d, protocol: HTTPS, tls: { certificateRefs: [ { name: shop } ] } }
                """.formatted(SECURED), "--source", "secured");
        Patience.until("the certificate of the folder is shown", () -> shown().contains("one.example"));
        writeSecret("two.example", "shop.example");
        Patience.until("the new one is shown", () -> shown().contains("two.example"));
    }

    @Test
    void theOtherSitesEndpointIsToldOfTheTlsThatWasEndedHere() throws IOException {
        TestNode aws = FABRIC.node("aws-a");
        FABRIC.applied(
                aws,
                Documents.tcp("told", "http", Map.of("azure", List.of(BYTES.address())), "proxyProtocol: v2")
                        + Manifests.authorities("clients", FABRIC.pki().folder().resolve("ca.crt"))
                        + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: ended }
                spec:
                  gatewayClassName: bridgehead
                  addresses: [ { value: 127.0.0.1 } ]
                  tls:
                    frontend:
                      default: { validation: { caCertificateRefs: [ { group: "", kind: ConfigMap, name: clients } ] } }
                  listeners:
                  - { name: tls, port: %1$d, protocol: TLS, hostname: shop.example, tls: { mode: Terminate, certificateRefs: [ { name: shop } ] } }
                  - { name: https, port: %1$d, protocol: HTTPS, hostname: web.example, tls: { certificateRefs: [ { name: shop } ] } }
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: TLSRoute
                metadata: { name: told }
                spec:
                  parentRefs: [ { name: ended, sectionName: tls } ]
                  hostnames: [ shop.example ]
                  rules: [ { backendRefs: [ { group: bridgehead.io, kind: Service, name: told } ] } ]
                """.formatted(ENDED),
                "--source",
                "ended");
        TestFabric.awaitServing(aws, "told", "azure");
        Patience.until("the port is open", AGatewayOfTheFabricIsOpenedWhereItIsListedIT::isOpen);
        MaterialFiles.Paths till = FABRIC.pki().workload("/team/till", "till");
        TlsClient client = TlsClient.trusting(FABRIC.pki().folder().resolve("ca.crt"), till);
        try (SSLSocket socket = client.to(ENDED, "shop.example")) {
            RawClient bytes = RawClient.over(socket);
            assertThat(TcpEcho.greeted(bytes)).isEqualTo("bytes");
            ProxyHeaderSeen seen = ProxyHeaderSeen.read(bytes);
            assertThat(seen.text(0x02)).isEqualTo("shop.example");
            assertThat(seen.text(0xE0)).isEqualTo("spiffe://e2e.example/team/till");
            assertThat(seen.value(0x20)).startsWith(7, 0, 0, 0, 0);
            ProxyHeaderSeen tls = seen.within(0x20, 5);
            assertThat(tls.text(0x21)).isEqualTo("TLSv1.3");
            assertThat(tls.text(0x22)).isEqualTo("till");
            assertThat(tls.text(0x23)).isEqualTo(socket.getSession().getCipherSuite());
            assertThat(tls.text(0x24)).isEqualTo("ecdsa-with-SHA256");
            assertThat(tls.text(0x25)).isEqualTo("EC256");
            bytes.send("hello");
            assertThat(new String(bytes.bytes(5), StandardCharsets.US_ASCII)).isEqualTo("hello");
        }
    }

    private static boolean isOpen() {
        try (RawClient _ = RawClient.to(ENDED)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void keysAreNotPublished() {
        Cli.Result refused = FABRIC.apply(FABRIC.node("aws-a"), """
                apiVersion: v1
                kind: Secret
                metadata: { name: shop, namespace: edge }
                stringData: { tls.crt: a, tls.key: b }
                """, "--source", "keys");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("a Secret is not published", "secrets");
    }
}
