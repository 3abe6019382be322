package io.bridgehead.cli;

import io.bridgehead.app.Groundwork;
import io.bridgehead.app.Node;
import io.bridgehead.app.StartException;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PemWriter;
import io.bridgehead.tls.pki.PkiException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * {@code warm-up}: starts a node of its own, has it take a document and answer a request by it, stops it, and once more with what it stored. The build
 * runs it once with {@code -XX:ArchiveClassesAtExit}, so that every later start finds its classes parsed and verified, those for documents included.
 */
@Command(name = "warm-up", hidden = true, mixinStandardHelpOptions = true)
final class WarmUpCommand implements Callable<Integer> {
    private static final long ANSWERED_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final int READ_MILLIS_MAX = 5_000;
    private static final long ASK_MILLIS = 250;
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] QUESTION =
            "GET / HTTP/1.1\r\nhost: warm.example\r\nconnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @Override
    public Integer call() throws IOException, PkiException, StartException, InterruptedException {
        Path folder = Files.createTempDirectory("bh-warm");
        try (ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();
                ServerSocket endpoint = free()) {
            answers.execute(() -> serve(endpoint, answers));
            Hangup _ = Hangup.taken();
            int port = port();
            Path file = prepare(folder, port, endpoint.getLocalPort());
            Groundwork groundwork = Groundwork.begin();
            NodeConfig config = NodeFile.require(file);
            groundwork.await();
            // The first finds the document in its folder, the second on its disk.
            run(config, file, port);
            run(config, file, port);
            return 0;
        } finally {
            remove(folder);
        }
    }

    private static void run(NodeConfig config, Path file, int port) throws IOException, StartException {
        Node node = Node.start(config, () -> NodeFile.read(file), Version.text());
        try {
            awaitAnswer(port);
        } finally {
            node.stop();
        }
    }

    /** Answers whatever comes with 200 until the socket is closed. */
    private static void serve(ServerSocket endpoint, ExecutorService answers) {
        while (!endpoint.isClosed()) {
            try {
                Socket connection = endpoint.accept();
                answers.execute(() -> answer(connection));
            } catch (IOException e) {
                // Closed: the node has been used.
                return;
            }
        }
    }

    private static void answer(Socket connection) {
        try (connection) {
            connection.setSoTimeout(READ_MILLIS_MAX);
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    connection.getOutputStream().write(ANSWER);
                    return;
                }
            }
        } catch (IOException e) {
            // A probe that only connects; what matters is the answer to the question.
            return;
        }
    }

    /** Asks until the document is in force. */
    private static void awaitAnswer(int port) throws IOException {
        long begin = System.nanoTime();
        String status = "";
        while (!status.contains(" 200 ")) {
            if (System.nanoTime() - begin > ANSWERED_NANOS_MAX) {
                throw new IOException(
                        "warm-up: its own service answers '" + status + "'; expected 200 within a minute");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ASK_MILLIS));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.setSoTimeout(READ_MILLIS_MAX);
                client.getOutputStream().write(QUESTION);
                status = new String(client.getInputStream().readNBytes(16), StandardCharsets.US_ASCII);
            }
        }
    }

    private static int port() throws IOException {
        try (ServerSocket free = free()) {
            return free.getLocalPort();
        }
    }

    private static Path prepare(Path folder, int http, int endpoint) throws IOException, PkiException {
        TrustDomain trustDomain = new TrustDomain("warm.up");
        Authority authority = Authority.create(
                folder.resolve("pki"), trustDomain, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
        authority.issuePair(
                IssueRequest.gateway(trustDomain, new SiteName("warm"), new NodeName("up")),
                folder.resolve("node.pem"),
                Authority.Existing.KEEP);
        PemWriter.certificates(folder.resolve("ca.crt"), authority.bundle());
        Path documents = Files.createDirectory(folder.resolve("documents"));
        Files.writeString(documents.resolve("warm.yaml"), """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: warm, labels: { team: warm } }
                spec:
                  hostnames: [ warm.example ]
                  sites: { warm: { endpoints: [ "127.0.0.1:%d" ] } }
                """.formatted(endpoint));
        try (ServerSocket tunnel = free();
                ServerSocket cluster = free();
                ServerSocket metrics = free()) {
            return Files.writeString(folder.resolve("gateway.yaml"), """
                    node: up
                    site: { name: warm }
                    identity:
                      trustDomain: warm.up
                      files: { certificate: node.pem, key: node.pem, bundle: ca.crt }
                      authority: { folder: pki, lifetime: 86400s }
                    listeners: [ { name: http, address: 127.0.0.1, port: %d, protocol: HTTP } ]
                    tunnel: { address: 127.0.0.1, port: %d, peers: [ "127.0.0.1:%d" ] }
                    cluster: { address: 127.0.0.1, port: %d }
                    state: { directory: state }
                    admin: { socket: admin.sock, metrics: { address: 127.0.0.1, port: %d } }
                    folders: [ { source: warm, path: documents } ]
                    trust: { unsafeEndpoints: true }
                    loops: 1
                    """.formatted(
                            http,
                            tunnel.getLocalPort(),
                            tunnel.getLocalPort(),
                            cluster.getLocalPort(),
                            metrics.getLocalPort()));
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
