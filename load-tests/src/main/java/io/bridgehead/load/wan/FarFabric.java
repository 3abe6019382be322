package io.bridgehead.load.wan;

import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.MaterialFiles;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Nodes of the distribution, one in each of several sites with a wide area between them. A node has the listeners {@code http} at
 * {@value #HTTP} and {@code tcp} at {@value #TCP} of its site's address. The distribution is in the property {@code bridgehead.home}.
 */
public final class FarFabric implements AutoCloseable {
    /** The port of the HTTP listener. */
    public static final int HTTP = 8080;

    /** The port of the TCP listener. */
    public static final int TCP = 9000;

    private static final String TRUST_DOMAIN = "wan.example";
    private static final int START_SECONDS = 60;
    private static final int END_SECONDS = 10;
    private static final int APPLY_TRIES_MAX = 5;

    private final Path folder;
    private final Sites sites;
    private final List<String> names;
    private final List<Process> nodes = new ArrayList<>();

    private FarFabric(Path folder, Sites sites, List<String> names) {
        this.folder = folder;
        this.sites = sites;
        this.names = names;
    }

    /** Makes so many sites and starts their nodes; see {@link Sites#up}. */
    public static FarFabric start(int count, boolean offload) throws IOException {
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "bh-wan");
        Sites sites = Sites.up(folder, count, offload);
        List<String> names = Stream.of("a", "b", "c", "d", "e", "f", "g", "h", "i")
                .limit(count)
                .toList();
        FarFabric fabric = new FarFabric(folder, sites, names);
        try {
            fabric.issue();
            for (String name : names) {
                fabric.startNode(name);
            }
            fabric.awaitSockets();
            return fabric;
        } catch (IOException | RuntimeException e) {
            fabric.close();
            throw e;
        }
    }

    /** The sites and what is between them. */
    public Sites sites() {
        return sites;
    }

    private void issue() throws IOException {
        TrustDomain domain = new TrustDomain(TRUST_DOMAIN);
        try {
            Authority authority =
                    Authority.create(folder, domain, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
            for (String name : names) {
                IssueRequest request = IssueRequest.gateway(domain, new SiteName(name), new NodeName(name + "-1"));
                MaterialFiles.Paths unused = authority.issue(request, folder, name, Authority.Existing.KEEP);
                assert Files.exists(unused.key());
            }
            authority.issue(IssueRequest.operator(domain, "wan"), folder, "operator", Authority.Existing.KEEP);
        } catch (PkiException e) {
            throw new IOException(e);
        }
    }

    private String others(String name, int port) {
        return String.join(
                ", ",
                names.stream()
                        .filter(other -> !other.equals(name))
                        .map(other -> "\"" + Sites.address(other) + ":" + port + "\"")
                        .toList());
    }

    private void startNode(String name) throws IOException {
        Path own = Files.createDirectory(folder.resolve("node-" + name));
        Path file = Files.writeString(own.resolve("gateway.yaml"), """
                node: %1$s-1
                site: { name: %1$s }
                identity:
                  trustDomain: %2$s
                  files: { certificate: ../%1$s.crt, key: ../%1$s.key, bundle: ../ca.crt }
                listeners:
                  - { name: http, address: %3$s, port: %4$d }
                  - { name: tcp, address: %3$s, port: %5$d, protocol: TCP }
                tunnel: { address: %3$s, port: 15008, advertise: "%3$s:15008", peers: [ %6$s ] }
                cluster: { address: %3$s, port: 5701, advertise: "%3$s:5701", members: [ %7$s ] }
                state: { directory: state }
                admin: { socket: admin.sock, metrics: { address: 127.0.0.1, port: 9090 } }
                telemetry: { accessLog: { enabled: false } }
                loops: 1
                trust: { unsafeEndpoints: true }
                """.formatted(
                        name, TRUST_DOMAIN, Sites.address(name), HTTP, TCP, others(name, 15_008), others(name, 5_701)));
        ProcessBuilder builder = launcher(sites.command(name, List.of(home(), "run", "--config", file.toString())));
        nodes.add(builder.redirectOutput(own.resolve("log").toFile()).start());
    }

    private static String home() {
        return Path.of(System.getProperty("bridgehead.home"), "bin", "bridgehead")
                .toString();
    }

    private static ProcessBuilder launcher(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    private Path socket(String name) {
        return folder.resolve("node-" + name).resolve("admin.sock");
    }

    private void awaitSockets() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        for (String name : names) {
            while (!Files.exists(socket(name))) {
                if (System.nanoTime() > end || nodes.stream().anyMatch(node -> !node.isAlive())) {
                    throw new IOException("node " + name + " did not start:\n" + log(name));
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    /** What a node wrote. */
    public String log(String name) throws IOException {
        return Files.readString(folder.resolve("node-" + name).resolve("log"));
    }

    /** Publishes documents at site a; again when that node learned of another state meanwhile, as young clusters do. */
    public void apply(String documents) throws IOException {
        Path file = Files.writeString(folder.resolve("documents.yaml"), documents);
        for (int tries = 1; ; tries++) {
            try {
                apply(file);
                return;
            } catch (IOException e) {
                if (tries == APPLY_TRIES_MAX || !String.valueOf(e.getMessage()).contains("apply again")) {
                    throw e;
                }
            }
        }
    }

    private void apply(Path file) throws IOException {
        bridgehead(
                "apply",
                "--socket",
                socket("a").toString(),
                "--certificate",
                folder.resolve("operator.crt").toString(),
                "--key",
                folder.resolve("operator.key").toString(),
                "--file",
                file.toString());
    }

    /** Runs a command of the distribution and gives its output. */
    public String bridgehead(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(home()));
        command.addAll(List.of(arguments));
        Process process = launcher(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (end(process) != 0) {
            throw new IOException(String.join(" ", command) + ":\n" + output);
        }
        return output;
    }

    private static int end(Process process) throws IOException {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Process node : nodes) {
            node.destroyForcibly();
            end(node);
        }
        sites.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
