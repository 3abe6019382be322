package io.bridgehead.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Two Bridgehead nodes in two sites, one loop each, with the cluster running and the access log off, as HAProxy's is. */
final class BridgeheadHops {
    private BridgeheadHops() {}

    /** Starts both nodes and applies the service, whose only endpoint is at site b. */
    static Setting start(Path folder, Material material, int[] ports, int endpointPort) throws IOException {
        String launcher = Path.of(System.getProperty("bridgehead.home"), "bin", "bridgehead")
                .toString();
        Program near =
                node(folder, material, launcher, "a", ports[0], ports[1], ports[2], ports[3], ports[5], ports[6]);
        Program far = node(folder, material, launcher, "b", ports[4], ports[5], ports[6], ports[7], ports[1], ports[2]);
        apply(folder, material, launcher, endpointPort);
        return new Setting("bridgehead", ports[0], List.of(near, far));
    }

    private static Program node(
            Path folder,
            Material material,
            String launcher,
            String site,
            int http,
            int tunnel,
            int cluster,
            int metrics,
            int peerTunnel,
            int peerCluster)
            throws IOException {
        Path own = Files.createDirectories(folder.resolve("node-" + site));
        Path file = Files.writeString(own.resolve("gateway.yaml"), """
                node: %s-1
                site: { name: %s }
                identity:
                  trustDomain: %s
                  files: { certificate: %s, key: %s, bundle: %s }
                listeners: [ { name: http, address: 127.0.0.1, port: %d, protocol: HTTP } ]
                tunnel: { address: 127.0.0.1, port: %d, advertise: "127.0.0.1:%d", peers: [ "127.0.0.1:%d" ] }
                cluster: { address: 127.0.0.1, port: %d, advertise: "127.0.0.1:%d", members: [ "127.0.0.1:%d" ] }
                state: { directory: state }
                admin: { socket: admin.sock, metrics: { address: 127.0.0.1, port: %d } }
                telemetry: { accessLog: { enabled: false } }
                loops: 1
                trust: { unsafeEndpoints: true }
                """.formatted(
                        site,
                        site,
                        Material.TRUST_DOMAIN,
                        material.certificate(site),
                        material.key(site),
                        material.bundle(),
                        http,
                        tunnel,
                        tunnel,
                        peerTunnel,
                        cluster,
                        cluster,
                        peerCluster,
                        metrics));
        return Program.start(own.resolve("log"), List.of(launcher, "run", "--config", file.toString()));
    }

    private static void apply(Path folder, Material material, String launcher, int endpointPort) throws IOException {
        Path document = Files.writeString(folder.resolve("service.yaml"), """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: small }
                spec:
                  hostnames: [ %s ]
                  sites: { b: { endpoints: [ "127.0.0.1:%d" ] } }
                """.formatted(Material.HOST, endpointPort));
        Path socket = folder.resolve("node-a").resolve("admin.sock");
        for (int tries = 0; !Files.exists(socket) && tries < 600; tries++) {
            LockSupport.parkNanos(50_000_000);
        }
        String answer = Program.run(
                List.of(
                        launcher,
                        "apply",
                        "--socket",
                        socket.toString(),
                        "--certificate",
                        material.operatorCertificate().toString(),
                        "--key",
                        material.operatorKey().toString(),
                        "--file",
                        document.toString()),
                60);
        if (answer.isEmpty()) {
            throw new IllegalStateException("bridgehead apply said nothing");
        }
    }
}
