package io.bridgehead.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder and the ports of one demonstration: what a user would write by hand, written. */
final class Workspace {
    static final String TRUST_DOMAIN = "demo.example";
    static final String HOST = "shop.demo.example";

    private final Path folder;
    private final List<Node> nodes;
    private final List<Backend> backends;

    /** One gateway node. */
    record Node(
            String site, String provider, String name, Path folder, int http, int tunnel, int cluster, int metrics) {
        Path config() {
            return folder.resolve("gateway.yaml");
        }

        Path socket() {
            return folder.resolve("admin.sock");
        }
    }

    /** One endpoint. */
    record Backend(String site, String name, int port, Path posts) {}

    private Workspace(Path folder, List<Node> nodes, List<Backend> backends) {
        this.folder = folder;
        this.nodes = List.copyOf(nodes);
        this.backends = List.copyOf(backends);
    }

    /** Makes the folder and chooses the ports. */
    static Workspace create() throws IOException {
        Path folder = Files.createTempDirectory("bridgehead-demo");
        try (Ports ports = new Ports()) {
            List<Node> nodes = List.of(
                    node(folder, "aws-use1", "aws", "aws-use1-a", ports),
                    node(folder, "aws-use1", "aws", "aws-use1-b", ports),
                    node(folder, "azure-weu", "azure", "azure-weu-a", ports),
                    node(folder, "gcp-euw4", "gcp", "gcp-euw4-a", ports));
            List<Backend> backends = new ArrayList<>();
            for (String site : List.of("aws-use1", "azure-weu", "gcp-euw4")) {
                for (int i = 1; i <= (site.equals("gcp-euw4") ? 1 : 2); i++) {
                    Path posts = folder.resolve("posts-" + site + "-" + i);
                    backends.add(new Backend(site, site + "/" + i, ports.next(), posts));
                }
            }
            return new Workspace(folder, nodes, backends);
        }
    }

    private static Node node(Path folder, String site, String provider, String name, Ports ports) throws IOException {
        Path own = Files.createDirectory(folder.resolve(name));
        return new Node(site, provider, name, own, ports.next(), ports.next(), ports.next(), ports.next());
    }

    /** Writes every node's gateway.yaml. */
    void writeConfigurations() throws IOException {
        for (Node node : nodes) {
            Files.writeString(node.config(), gatewayYaml(node));
        }
    }

    private String gatewayYaml(Node node) {
        List<String> peers = new ArrayList<>();
        List<String> members = new ArrayList<>();
        for (Node other : nodes) {
            if (!other.site().equals(node.site())) {
                peers.add("\"127.0.0.1:" + other.tunnel() + "\"");
            }
            if (!other.equals(node)) {
                members.add("\"127.0.0.1:" + other.cluster() + "\"");
            }
        }
        return """
                node: %s
                site: { name: %s, provider: %s }
                identity:
                  trustDomain: %s
                  files: { certificate: node.crt, key: node.key, bundle: ca.crt }
                listeners:
                  - { name: http, address: 127.0.0.1, port: %d, protocol: HTTP }
                tunnel: { address: 127.0.0.1, port: %d, advertise: "127.0.0.1:%d", peers: [ %s ] }
                cluster: { address: 127.0.0.1, port: %d, advertise: "127.0.0.1:%d", members: [ %s ] }
                state: { directory: state }
                admin: { socket: admin.sock, metrics: { address: 127.0.0.1, port: %d } }
                telemetry: { accessLog: { enabled: false } }
                loops: 1
                trust: { unsafeEndpoints: true }
                """.formatted(
                        node.name(),
                        node.site(),
                        node.provider(),
                        TRUST_DOMAIN,
                        node.http(),
                        node.tunnel(),
                        node.tunnel(),
                        String.join(", ", peers),
                        node.cluster(),
                        node.cluster(),
                        String.join(", ", members),
                        node.metrics());
    }

    /** Writes the service's document and says where: sites are tried in this order after {@code first}. */
    Path writeDocument(String name, String... order) throws IOException {
        StringBuilder sites = new StringBuilder();
        for (String site : List.of("aws-use1", "azure-weu", "gcp-euw4")) {
            List<String> endpoints = backends.stream()
                    .filter(backend -> backend.site().equals(site))
                    .map(backend -> "\"127.0.0.1:" + backend.port() + "\"")
                    .toList();
            sites.append("    %s: { endpoints: [ %s ] }\n".formatted(site, String.join(", ", endpoints)));
        }
        String text = """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: shop }
                spec:
                  hostnames: [ %s ]
                  sites:
                %s  health: { http: { path: /ready }, interval: 500ms, timeout: 400ms }
                  failover: { order: [ %s ], holdDown: 1s }
                """.formatted(HOST, sites, String.join(", ", order));
        return Files.writeString(folder.resolve(name), text);
    }

    Path folder() {
        return folder;
    }

    List<Node> nodes() {
        return nodes;
    }

    List<Backend> backends() {
        return backends;
    }

    List<Backend> backendsIn(String site) {
        return backends.stream().filter(backend -> backend.site().equals(site)).toList();
    }

    Node node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** How many POSTs were done more than once, by the endpoints' own files. */
    long postsDuplicated() throws IOException {
        List<String> ids = new ArrayList<>();
        for (Backend backend : backends) {
            if (Files.exists(backend.posts())) {
                ids.addAll(Files.readAllLines(backend.posts()));
            }
        }
        return ids.size() - ids.stream().distinct().count();
    }

    /** Removes the folder. */
    void remove() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Free ports; each stays taken until all are chosen, so that none is chosen twice. */
    private static final class Ports implements AutoCloseable {
        private final List<ServerSocket> held = new ArrayList<>();

        int next() throws IOException {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            return socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
