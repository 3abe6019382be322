package io.bridgehead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bridgehead.e2e.harness.Cli;
import io.bridgehead.e2e.harness.Documents;
import io.bridgehead.e2e.harness.Patience;
import io.bridgehead.e2e.harness.Ports;
import io.bridgehead.e2e.harness.TestFabric;
import io.bridgehead.e2e.harness.TestNode;
import io.bridgehead.e2e.traffic.RawClient;
import io.bridgehead.e2e.traffic.TestEndpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
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

    @BeforeAll
    static void start() {
        FABRIC.node("aws-a").yaml().set("gateways", "[ edge/public ]");
        FABRIC.start();
    }

    private static String manifests(int stable, int canary) {
        return Documents.http("stable", "stable.example", Map.of("aws", List.of(STABLE.address())))
                + "---\n"
                + Documents.http("canary", "canary.example", Map.of("azure", List.of(CANARY.address())))
                + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: public, namespace: edge }
                spec:
                  gatewayClassName: bridgehead
                  addresses: [ { value: 127.0.0.1 } ]
                  listeners: [ { name: http, port: %d, protocol: HTTP } ]
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
                """.formatted(PORT, stable, canary);
    }

    @Test
    void aCanaryAcrossSitesGetsItsShareAndASwitchIsOneApplyAndOneRollback() throws Exception {
        TestNode aws = FABRIC.node("aws-a");
        FABRIC.applied(FABRIC.node("azure-a"), manifests(90, 10), "--source", "shop");
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

        FABRIC.applied(aws, manifests(0, 1), "--source", "shop");
        Patience.until("all goes to the canary", () -> text().equals("canary"));
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
