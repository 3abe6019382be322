package io.bridgehead.compile.gateway;

import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.manifest.read.ManifestReader;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.policy.Authorizer;
import io.bridgehead.routing.GatewayPort;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What it takes to compile many HTTPRoutes into a table, by the CPU time of the thread: the first time, as at a node's start, and later. */
public final class GatewayCompilerCpu {
    private static final int ROUTES = 10_000;
    private static final int SERVICES = 100;
    private static final int ROUNDS = 20;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private GatewayCompilerCpu() {}

    /** Prints the first, the median and the least. */
    public static void main(String[] arguments) {
        ManifestReading reading = ManifestReader.read("all.yaml", text());
        if (!reading.refused().isEmpty()) {
            throw new IllegalStateException(String.valueOf(reading.refused().getFirst()));
        }
        long[] millis = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long before = THREADS.getCurrentThreadCpuTime();
            int ports = compile(reading.manifests()).routes().size();
            millis[round] = (THREADS.getCurrentThreadCpuTime() - before) / 1_000_000;
            if (ports != 1) {
                throw new IllegalStateException(ports + " ports");
            }
        }
        long first = millis[0];
        Arrays.sort(millis);
        System.out.printf(
                "%d HTTPRoutes compiled: first %d ms of CPU, median of %d %d ms, least %d ms%n",
                ROUTES, first, ROUNDS, millis[ROUNDS / 2], millis[0]);
    }

    private static GatewayTable compile(List<Manifest> manifests) {
        Authorizer open = Authorizer.everySite(new TrustDomain("corp.example"));
        return GatewayCompiler.compile(
                manifests,
                new GatewayCompiler.Context(
                        new SiteName("a"),
                        new GatewayCompiler.Common((_, _) -> open, BackendDefaults.BUILT_IN),
                        Map.of(),
                        GatewayPort.MaterialCheck.NONE,
                        _ -> true));
    }

    private static String text() {
        StringBuilder all = new StringBuilder("""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: edge }
                spec: { gatewayClassName: bridgehead, listeners: [ { name: http, port: 80, protocol: HTTP } ] }
                """);
        for (int i = 0; i < SERVICES; i++) {
            all.append("""
                    ---
                    apiVersion: v1
                    kind: Service
                    metadata: { name: s%1$d }
                    spec: { ports: [ { port: 80 } ] }
                    ---
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata: { name: s%1$d-1, labels: { kubernetes.io/service-name: s%1$d } }
                    addressType: IPv4
                    endpoints: [ { addresses: [ 10.0.0.1 ] } ]
                    ports: [ { port: 8080 } ]
                    """.formatted(i));
        }
        for (int i = 0; i < ROUTES; i++) {
            all.append("""
                    ---
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: HTTPRoute
                    metadata: { name: r%1$d }
                    spec:
                      parentRefs: [ { name: edge } ]
                      hostnames: [ h%2$d.example ]
                      rules: [ { matches: [ { path: { value: /p%1$d } } ], backendRefs: [ { name: s%3$d, port: 80 } ] } ]
                    """.formatted(i, i % 1000, i % SERVICES));
        }
        return all.toString();
    }
}
