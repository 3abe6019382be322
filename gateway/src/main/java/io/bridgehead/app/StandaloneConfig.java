package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.read.NodeConfigReader;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.telemetry.NodeLog;
import io.bridgehead.tls.ExpectedPeer;
import io.bridgehead.tls.KeyMaterial;
import io.bridgehead.tls.MaterialException;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Who a node is that nobody has configured: a site of its own, in a trust domain whose key is forgotten at once. */
final class StandaloneConfig {
    private static final Duration LIFETIME = Duration.ofDays(3650);
    private static final String FILE = "standalone";

    private StandaloneConfig() {}

    /**
     * The configuration; listeners come from Gateway documents, and endpoints may lie anywhere, because who writes the documents
     * runs the node.
     *
     * @param socket of the admin API
     */
    static NodeConfig at(Path socket) {
        String text = """
                node: standalone
                site: { name: standalone }
                identity: { files: { certificate: none, key: none, bundle: none } }
                cluster: { enabled: false }
                admin: { socket: "%s", metrics: { enabled: false } }
                telemetry: { accessLog: { enabled: false } }
                trust: { unsafeEndpoints: true }
                """.formatted(
                        socket.toAbsolutePath().toString().replace("\\", "\\\\").replace("\"", "\\\""));
        return switch (new NodeConfigReader(Path.of("/"), FILE).read(FILE, text)) {
            case Reading.Done<NodeConfig> done -> done.value();
            case Reading.Refused<NodeConfig> refused ->
                throw new IllegalArgumentException(String.join(
                        "\n", refused.problems().stream().map(Object::toString).toList()));
        };
    }

    /** Key material of nobody else's trust domain. */
    static KeyMaterial material(NodeConfig config, Clock clock, NodeLog log)
            throws IOException, MaterialException, StartException {
        Path folder = Files.createTempDirectory("bridgehead-standalone");
        try {
            Authority authority = Authority.create(
                    folder, config.identity().trustDomain(), Authority.Existing.KEEP, clock, new SecureRandom());
            MaterialFiles.Paths issued = authority.issue(
                    IssueRequest.of(config.spiffeId()).withLifetime(LIFETIME), folder, "node", Authority.Existing.KEEP);
            return new MaterialFiles(issued, ExpectedPeer.exactly(config.spiffeId()), clock, log).load();
        } catch (PkiException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        } finally {
            remove(folder);
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
