package io.bridgehead.load.setting;

import io.bridgehead.load.process.Ports;
import io.bridgehead.load.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Two Bridgehead nodes in two sites, one loop each, with the cluster running and the access log off, as HAProxy's is. */
public final class BridgeheadHops {
    private static final int TRIES_MAX = 1200;
    private static final int TRIES_OF_A_STATUS = 60;
    private static final int STATUS_SECONDS_MAX = 60;
    private static final int APPLY_SECONDS_MAX = 60;
    private static final String SILENT = "{ accessLog: { enabled: false } }";

    private final Ground ground;
    private final String name;
    private final String group;
    private final String telemetry;
    private final String launcher;
    private final Map<String, String> environment;

    private BridgeheadHops(Path home, Ground ground, String name, String group, String telemetry, String javaOptions) {
        this.launcher = home.resolve("bin").resolve("bridgehead").toString();
        this.ground = ground;
        this.name = name;
        this.group = group;
        this.telemetry = telemetry;
        this.environment = Map.of(
                "BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home", ""), "BRIDGEHEAD_JAVA_OPTS", javaOptions);
    }

    /** Starts both nodes with X25519 in the tunnel, as the peers have it, and applies the services. */
    public static Setting start(Ground ground, String javaOptions) throws IOException {
        return narrowed(ground, "bridgehead", SILENT, javaOptions);
    }

    /** The same by another distribution, such as that of an earlier commit. */
    public static Setting startEarlier(Path home, Ground ground, String javaOptions) throws IOException {
        return narrowed(home, ground, "earlier", SILENT, javaOptions);
    }

    /** The same without any measurement of exchanges. */
    public static Setting startUnmeasured(Ground ground, String javaOptions) throws IOException {
        return narrowed(ground, "unmeasured", SILENT, "-Dbridgehead.unsafeUnmeasured=true " + javaOptions);
    }

    /** The same with the access log, whose lines nobody keeps: what a disk costs is not the node's. */
    public static Setting startLogging(Ground ground, String javaOptions) throws IOException {
        return narrowed(ground, "logging", "{ accessLog: { path: /dev/null } }", javaOptions);
    }

    /** The same with a share of requests traced, 0 to 1. */
    public static Setting startTracing(Ground ground, String name, double share, String javaOptions)
            throws IOException {
        String otlp = String.format(
                Locale.ROOT,
                "{ accessLog: { enabled: false }, otlp: { endpoint: \"http://127.0.0.1:%d\", metrics: false, sampling: %s } }",
                ground.collectorPort(),
                share);
        return narrowed(ground, name, otlp, javaOptions);
    }

    private static Setting narrowed(Ground ground, String name, String telemetry, String javaOptions)
            throws IOException {
        return narrowed(built(), ground, name, telemetry, javaOptions);
    }

    private static Setting narrowed(Path home, Ground ground, String name, String telemetry, String javaOptions)
            throws IOException {
        String narrowed = "-Dbridgehead.unsafeTunnelGroups=x25519 " + javaOptions;
        return new BridgeheadHops(home, ground, name, "x25519", telemetry, narrowed).start();
    }

    /** Starts both nodes as users get them, with X25519MLKEM768 in the tunnel, and applies the services. */
    public static Setting startHybrid(Ground ground, String javaOptions) throws IOException {
        return new BridgeheadHops(built(), ground, "hybrid", "X25519MLKEM768", SILENT, javaOptions).start();
    }

    private static Path built() {
        return Path.of(System.getProperty("bridgehead.home", ""));
    }

    private Setting start() throws IOException {
        int[] ports = Ports.free(11);
        Node near = new Node("a", ports[0], ports[1], ports[2], ports[3], ports[4]);
        Node far = new Node("b", ports[5], ports[6], ports[7], ports[8], ports[9]);
        List<Program> programs = List.of(start(near, far), start(far, near));
        apply(programs.getFirst(), ports[10]);
        return new Setting(name, group, new Doors(near.http, ports[10], near.tcp, far.tunnel), programs);
    }

    private record Node(String site, int http, int tcp, int tunnel, int cluster, int metrics) {}

    private Path folder(String site) {
        return ground.folder().resolve(name + "-" + site);
    }

    private Program start(Node node, Node peer) throws IOException {
        Material material = ground.material();
        Path own = Files.createDirectories(folder(node.site));
        Path file = Files.writeString(own.resolve("gateway.yaml"), """
                node: %1$s-1
                site: { name: %1$s }
                identity:
                  trustDomain: %2$s
                  files: { certificate: %3$s, key: %4$s, bundle: %5$s }
                listeners:
                  - { name: http, address: 127.0.0.1, port: %6$d, protocol: HTTP }
                  - { name: streams, address: 127.0.0.1, port: %7$d, protocol: TCP }
                tunnel: { address: 127.0.0.1, port: %8$d, advertise: "127.0.0.1:%8$d", peers: [ "127.0.0.1:%9$d" ] }
                cluster: { address: 127.0.0.1, port: %10$d, advertise: "127.0.0.1:%10$d", members: [ "127.0.0.1:%11$d" ] }
                state: { directory: state }
                admin: { socket: admin.sock, metrics: { address: 127.0.0.1, port: %12$d } }
                telemetry: %14$s
                loops: 1
                trust: { unsafeEndpoints: true }
                gateways: %13$s
                """.formatted(
                        node.site,
                        Material.TRUST_DOMAIN,
                        material.certificate(node.site),
                        material.key(node.site),
                        material.bundle(),
                        node.http,
                        node.tcp,
                        node.tunnel,
                        peer.tunnel,
                        node.cluster,
                        peer.cluster,
                        node.metrics,
                        node.site.equals("a") ? "[ default/rules ]" : "[]",
                        telemetry));
        return ground.programs()
                .start(name + "-" + node.site, List.of(launcher, "run", "--config", file.toString()), environment);
    }

    private void apply(Program node, int rules) throws IOException {
        Path documents = Files.writeString(ground.folder().resolve(name + ".yaml"), """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: small }
                spec:
                  hostnames: [ %s ]
                  sites: { b: { endpoints: [ "127.0.0.1:%d" ] } }
                ---
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: streams }
                spec:
                  protocol: tcp
                  ports: [ { listener: streams } ]
                  sites: { b: { endpoints: [ "127.0.0.1:%d" ] } }
                %s""".formatted(
                        Material.HOST, ground.httpPort(), ground.sinkPort(), rules(rules)));
        awaitWell(node);
        try {
            runApply(documents);
        } catch (IllegalStateException e) {
            // A fabric that has just come together may find that it holds this change already; the same again changes
            // nothing.
            runApply(documents);
        }
    }

    /** What {@link Doors#rules} says; the far node has no port of its own for it. */
    private static String rules(int port) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: { name: rules }
                spec:
                  gatewayClassName: bridgehead
                  addresses: [ { value: 127.0.0.1 } ]
                  listeners: [ { name: http, port: %d, protocol: HTTP } ]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: { name: rules }
                spec:
                  parentRefs: [ { name: rules } ]
                  hostnames: [ %s ]
                  rules:
                  - matches: [ { path: { value: /shop }, headers: [ { name: x-tenant, value: blue } ] } ]
                    filters:
                    - type: URLRewrite
                      urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: / } }
                    - type: RequestHeaderModifier
                      requestHeaderModifier: { set: [ { name: x-edited, value: near } ], remove: [ x-tenant ] }
                    - type: ResponseHeaderModifier
                      responseHeaderModifier: { set: [ { name: x-served-by, value: rules } ] }
                    backendRefs: [ { group: bridgehead.io, kind: Service, name: small } ]
                """.formatted(port, Material.HOST);
    }

    /** Until the near node says that all is well, its peers included. */
    private void awaitWell(Program node) {
        IllegalStateException last = new IllegalStateException(name + " made no admin socket within a minute");
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            node.mustRun();
            if (Files.exists(socket())) {
                try {
                    ground.programs()
                            .run(
                                    List.of(launcher, "status", "--socket", socket().toString()),
                                    environment,
                                    STATUS_SECONDS_MAX);
                    return;
                } catch (IllegalStateException e) {
                    last = e;
                    tries += TRIES_OF_A_STATUS;
                }
            }
            LockSupport.parkNanos(50_000_000);
        }
        throw last;
    }

    private Path socket() {
        return folder("a").resolve("admin.sock");
    }

    private void runApply(Path documents) {
        Material material = ground.material();
        List<String> words = List.of(
                launcher,
                "apply",
                "--socket",
                socket().toString(),
                "--certificate",
                material.operatorCertificate().toString(),
                "--key",
                material.operatorKey().toString(),
                "--file",
                documents.toString());
        ground.programs().run(words, environment, APPLY_SECONDS_MAX);
    }
}
