package io.bridgehead.cli;

import io.bridgehead.app.Node;
import io.bridgehead.app.StartException;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.schema.Reading;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code warm-up}: starts and stops a node of its own. The build runs it once with {@code -XX:ArchiveClassesAtExit}, so that every later
 * start finds its classes parsed and verified.
 */
@Command(name = "warm-up", hidden = true, mixinStandardHelpOptions = true)
final class WarmUpCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException, PkiException, StartException {
        Path folder = Files.createTempDirectory("bh-warm");
        try {
            Path file = prepare(folder);
            if (!(NodeFile.read(file) instanceof Reading.Done<NodeConfig> config)) {
                throw new IllegalStateException("warm-up: its own configuration is refused");
            }
            Node node = Node.start(config.value(), () -> NodeFile.read(file), Version.text());
            node.stop();
            return 0;
        } finally {
            remove(folder);
        }
    }

    private static Path prepare(Path folder) throws IOException, PkiException {
        TrustDomain trustDomain = new TrustDomain("warm.up");
        Authority authority = Authority.create(
                folder.resolve("pki"), trustDomain, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
        authority.issue(
                IssueRequest.gateway(trustDomain, new SiteName("warm"), new NodeName("up")),
                folder,
                "node",
                Authority.Existing.KEEP);
        try (ServerSocket tunnel = free();
                ServerSocket cluster = free();
                ServerSocket metrics = free()) {
            return Files.writeString(folder.resolve("gateway.yaml"), """
                    node: up
                    site: { name: warm }
                    identity:
                      trustDomain: warm.up
                      files: { certificate: node.crt, key: node.key, bundle: ca.crt }
                    listeners: [ { name: http, address: 127.0.0.1, port: 0, protocol: HTTP } ]
                    tunnel: { address: 127.0.0.1, port: %d, peers: [ "127.0.0.1:%d" ] }
                    cluster: { address: 127.0.0.1, port: %d }
                    state: { directory: state }
                    admin: { socket: admin.sock, metrics: { address: 127.0.0.1, port: %d } }
                    loops: 1
                    """.formatted(
                    tunnel.getLocalPort(), tunnel.getLocalPort(), cluster.getLocalPort(), metrics.getLocalPort()));
        }
    }

    private static ServerSocket free() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
