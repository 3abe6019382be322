package io.bridgehead.load.entry;

import io.bridgehead.load.process.Program;
import io.bridgehead.load.process.Programs;
import io.bridgehead.load.wan.Lan;
import io.bridgehead.load.wan.Watch;
import io.bridgehead.model.NodeName;
import io.bridgehead.model.SiteName;
import io.bridgehead.model.TrustDomain;
import io.bridgehead.tls.pki.Authority;
import io.bridgehead.tls.pki.IssueRequest;
import io.bridgehead.tls.pki.PkiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The nodes of one site, each on a host of its own whose name it has. */
final class EntryNodes {
    static final int HTTP = 8080;
    static final int PROBE = 8081;
    /** The address that either node may hold. */
    static final String MOVING = "10.78.0.100";

    static final String HOST = "orders.example.internal";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int COMMAND_SECONDS_MAX = 60;
    private static final String TRUST_DOMAIN = "corp.example";

    private final Programs programs;
    private final Lan lan;
    private final List<String> hosts;
    private final Path folder;
    private final Map<String, Program> running = new ConcurrentHashMap<>();
    private final String launcher =
            Path.of(System.getProperty("bridgehead.home"), "bin", "bridgehead").toString();
    private final Map<String, String> environment = Map.of("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));

    EntryNodes(Programs programs, Lan lan, List<String> hosts) {
        this.programs = programs;
        this.lan = lan;
        this.hosts = hosts;
        this.folder = programs.folder();
    }

    /** Starts them all, with one service that has its endpoint at this address. */
    void startAll(String endpoint) throws IOException {
        issue();
        for (String host : hosts) {
            configure(host);
            start(host);
        }
        Path documents = Files.writeString(folder.resolve("documents.yaml"), """
                apiVersion: bridgehead.io/v1
                kind: Service
                metadata: { name: orders }
                spec:
                  hostnames: [ %s ]
                  sites: { here: { endpoints: [ "%s" ] } }
                """.formatted(HOST, endpoint));
        for (String host : hosts) {
            awaitReady(host);
        }
        tell(
                hosts.getFirst(),
                "apply",
                "--certificate",
                folder.resolve("operator.crt").toString(),
                "--key",
                folder.resolve("operator.key").toString(),
                "--file",
                documents.toString());
    }

    private void issue() throws IOException {
        TrustDomain domain = new TrustDomain(TRUST_DOMAIN);
        try {
            Authority authority =
                    Authority.create(folder, domain, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
            for (String host : hosts) {
                authority.issue(
                        IssueRequest.gateway(domain, new SiteName("here"), new NodeName(host)),
                        folder,
                        host,
                        Authority.Existing.KEEP);
            }
            authority.issue(IssueRequest.operator(domain, "lan"), folder, "operator", Authority.Existing.KEEP);
        } catch (PkiException e) {
            throw new IOException(e);
        }
    }

    private void configure(String host) throws IOException {
        String others = String.join(
                ", ",
                hosts.stream()
                        .filter(other -> !other.equals(host))
                        .map(other -> '"' + lan.of(other) + ":5701\"")
                        .toList());
        Files.writeString(Files.createDirectory(folder.resolve(host)).resolve("gateway.yaml"), """
                node: %1$s
                site: { name: here }
                identity:
                  trustDomain: %2$s
                  files: { certificate: ../%1$s.crt, key: ../%1$s.key, bundle: ../ca.crt }
                listeners:
                  - { name: http, address: %4$s, port: %3$d }
                  - { name: moving, address: %7$s, port: %3$d }
                tunnel: { advertise: "%4$s:15008" }
                cluster: { advertise: "%4$s:5701", members: [ %5$s ] }
                state: { directory: state }
                admin: { socket: admin.sock, metrics: { enabled: false }, probe: { port: %6$d, leave: 6s } }
                telemetry: { accessLog: { enabled: false } }
                loops: 1
                """.formatted(host, TRUST_DOMAIN, HTTP, lan.of(host), others, PROBE, MOVING));
    }

    /** Starts a node that does not run. */
    void start(String host) {
        String config = folder.resolve(host).resolve("gateway.yaml").toString();
        running.put(
                host,
                programs.start(host, lan.command(host, List.of(launcher, "run", "--config", config)), environment));
    }

    /** The process of a node that was started last. */
    Program process(String host) {
        Program process = running.get(host);
        if (process == null) {
            throw new IllegalStateException(host + " was not started");
        }
        return process;
    }

    /** Until a node says that it is well. */
    void awaitReady(String host) {
        Watch.until(
                host + " is well",
                PATIENCE,
                () -> {
                    process(host).mustRun();
                    try {
                        return Files.exists(socket(host)) && !tell(host, "status").isEmpty();
                    } catch (IllegalStateException e) {
                        return false;
                    }
                },
                host::toString);
    }

    private Path socket(String host) {
        return folder.resolve(host).resolve("admin.sock");
    }

    private String tell(String host, String verb, String... arguments) {
        List<String> words = new java.util.ArrayList<>(
                List.of(launcher, verb, "--socket", socket(host).toString()));
        words.addAll(List.of(arguments));
        return programs.run(words, environment, COMMAND_SECONDS_MAX);
    }
}
