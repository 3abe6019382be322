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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Nodes of the distribution in several sites, with a wide area between them or side by side. The first node of a site has the listeners {@code http} at
 * {@value #HTTP} and {@code tcp} at {@value #TCP} of its site's address. The distribution is in the property {@code bridgehead.home}; {@code bridgehead.heap}
 * is the largest heap of a node, such as 256m, if it is to be another than usual.
 */
public final class FarFabric implements AutoCloseable {
    /** The port of the HTTP listener. */
    public static final int HTTP = 8080;

    /** The port of the TCP listener. */
    public static final int TCP = 9000;

    private static final int TUNNEL = 15_008;
    private static final int CLUSTER = 5_701;
    private static final String TRUST_DOMAIN = "wan.example";
    private static final int START_SECONDS = 60;
    private static final int STARTING_MAX = 3;
    private static final int END_SECONDS = 10;
    private static final int APPLY_TRIES_MAX = 5;

    private final Path folder;
    private final Place place;
    private final List<Member> members = new ArrayList<>();
    private final Map<Member, Process> nodes = new ConcurrentHashMap<>();

    /** A node: its site, and its number there from 1. */
    public record Member(String site, int number) {
        private static final int PORTS = 100;

        /** {@code <site>-<number>}. */
        public String name() {
            return site + "-" + number;
        }

        /** The port of this node where the first of a site has {@code port}. */
        public int port(int port) {
            return port + (number - 1) * PORTS;
        }
    }

    private FarFabric(Path folder, Place place, List<Integer> perSite) {
        this.folder = folder;
        this.place = place;
        for (int i = 0; i < perSite.size(); i++) {
            for (int number = 1; number <= perSite.get(i); number++) {
                members.add(new Member(Character.toString('a' + i), number));
            }
        }
    }

    /** Makes so many sites with a wide area between them and starts a node in each; see {@link Sites#up}. */
    public static FarFabric start(int count, boolean offload) throws IOException {
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "bh-wan");
        return start(folder, Sites.up(folder, count, offload), count, 1);
    }

    /** Starts so many nodes in each of so many sites; the folder must be empty or hold what the place keeps there. */
    public static FarFabric start(Path folder, Place place, int count, int perSite) throws IOException {
        return start(folder, place, Collections.nCopies(count, perSite));
    }

    /** Starts as many nodes in each site as the list says of it; the folder must be empty or hold what the place keeps there. */
    public static FarFabric start(Path folder, Place place, List<Integer> perSite) throws IOException {
        FarFabric fabric = new FarFabric(folder, place, perSite);
        try {
            fabric.issue();
            for (Member member : fabric.members) {
                fabric.configure(member);
            }
            fabric.startAll();
            return fabric;
        } catch (IOException | RuntimeException e) {
            fabric.close();
            throw e;
        }
    }

    /** So many at a time that a small machine has them up in time, each. */
    private void startAll() throws IOException {
        for (int i = 0; i < members.size(); i++) {
            startNode(members.get(i));
            if (i + 1 >= STARTING_MAX) {
                awaitSocket(members.get(i + 1 - STARTING_MAX));
            }
        }
        for (Member member : members) {
            awaitSocket(member);
        }
    }

    /** The sites and what is between them; only where there is something. */
    public Sites sites() {
        return (Sites) place;
    }

    /** The nodes. */
    public List<Member> members() {
        return List.copyOf(members);
    }

    private void issue() throws IOException {
        TrustDomain domain = new TrustDomain(TRUST_DOMAIN);
        try {
            Authority authority =
                    Authority.create(folder, domain, Authority.Existing.KEEP, Clock.systemUTC(), new SecureRandom());
            for (Member member : members) {
                IssueRequest request =
                        IssueRequest.gateway(domain, new SiteName(member.site), new NodeName(member.name()));
                MaterialFiles.Paths unused = authority.issue(request, folder, member.name(), Authority.Existing.KEEP);
                assert Files.exists(unused.key());
            }
            authority.issue(IssueRequest.operator(domain, "wan"), folder, "operator", Authority.Existing.KEEP);
        } catch (PkiException e) {
            throw new IOException(e);
        }
    }

    /** The operator that may change documents. */
    public MaterialFiles.Paths operator() {
        return new MaterialFiles.Paths(
                folder.resolve("operator.crt"), folder.resolve("operator.key"), folder.resolve("ca.crt"));
    }

    private String others(Member member, int port) {
        return String.join(
                ", ",
                members.stream()
                        .filter(other -> !other.equals(member))
                        .map(other -> "\"" + place.of(other.site) + ":" + other.port(port) + "\"")
                        .toList());
    }

    private void configure(Member member) throws IOException {
        Files.createDirectory(own(member));
        Files.writeString(config(member), """
                node: %1$s
                site: { name: %2$s }
                identity:
                  trustDomain: %3$s
                  files: { certificate: ../%1$s.crt, key: ../%1$s.key, bundle: ../ca.crt }
                listeners:
                  - { name: http, address: %4$s, port: %5$d }
                  - { name: tcp, address: %4$s, port: %6$d, protocol: TCP }
                tunnel: { address: %4$s, port: %7$d, advertise: "%4$s:%7$d", peers: [ %8$s ] }
                cluster: { address: %4$s, port: %9$d, advertise: "%4$s:%9$d", members: [ %10$s ] }
                state: { directory: state }
                admin: { socket: admin.sock, metrics: { enabled: false } }
                telemetry: { accessLog: { enabled: false } }
                loops: 1
                trust: { unsafeEndpoints: true }
                """.formatted(
                        member.name(),
                        member.site,
                        TRUST_DOMAIN,
                        place.of(member.site),
                        member.port(HTTP),
                        member.port(TCP),
                        member.port(TUNNEL),
                        others(member, TUNNEL),
                        member.port(CLUSTER),
                        others(member, CLUSTER)));
    }

    /** Starts a node that does not run; returns when the process is there. */
    public void startNode(Member member) throws IOException {
        Path own = own(member);
        Files.deleteIfExists(socket(member));
        List<String> run = List.of(home(), "run", "--config", config(member).toString());
        ProcessBuilder builder = launcher(place.command(member.site, run));
        nodes.put(
                member,
                builder.redirectOutput(ProcessBuilder.Redirect.appendTo(
                                own.resolve("log").toFile()))
                        .start());
    }

    /** Kills a node, as the loss of its machine would. */
    public void kill(Member member) throws IOException {
        Process node = nodes.remove(member);
        if (node != null) {
            node.destroyForcibly();
            end(node);
        }
    }

    /** The process of a node that runs. */
    public long pid(Member member) {
        return Objects.requireNonNull(nodes.get(member)).pid();
    }

    /** Stops a node where it is, as a machine that swaps or a hypervisor does; its connections stay. */
    public void pause(Member member) throws IOException {
        signal(member, "-STOP");
    }

    /** Lets a stopped node go on. */
    public void resume(Member member) throws IOException {
        signal(member, "-CONT");
    }

    private void signal(Member member, String signal) throws IOException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(pid(member)))
                .redirectErrorStream(true)
                .start();
        String output = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (end(kill) != 0) {
            throw new IOException("kill " + signal + " " + member.name() + ": " + output);
        }
    }

    private Path own(Member member) {
        return folder.resolve("node-" + member.name());
    }

    private static String home() {
        return Path.of(System.getProperty("bridgehead.home"), "bin", "bridgehead")
                .toString();
    }

    private static ProcessBuilder launcher(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("BRIDGEHEAD_JAVA_HOME", System.getProperty("java.home"));
        String heap = System.getProperty("bridgehead.heap", "");
        if (!heap.isEmpty()) {
            builder.environment().put("BRIDGEHEAD_HEAP", heap);
        }
        return builder;
    }

    /** Where the other nodes dial a node. */
    public String tunnel(Member member) {
        return place.of(member.site) + ":" + member.port(TUNNEL);
    }

    /** The configuration of a node. */
    public Path config(Member member) {
        return own(member).resolve("gateway.yaml");
    }

    /** Where a node is asked and told. */
    public Path socket(Member member) {
        return own(member).resolve("admin.sock");
    }

    /** Returns when a node can be asked. */
    public void awaitSocket(Member member) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!Files.exists(socket(member))) {
            if (System.nanoTime() > end || nodes.values().stream().anyMatch(node -> !node.isAlive())) {
                throw new IOException("node " + member.name() + " did not start:\n" + log(member.name()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
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
                socket(members.getFirst()).toString(),
                "--certificate",
                folder.resolve("operator.crt").toString(),
                "--key",
                folder.resolve("operator.key").toString(),
                "--file",
                file.toString());
    }

    /** Runs a command of the distribution and gives its output. */
    public String bridgehead(String... arguments) throws IOException {
        List<String> command = command(arguments);
        Said said = said(command);
        if (said.exit() != 0) {
            throw new IOException(String.join(" ", command) + ":\n" + said.text());
        }
        return said.text();
    }

    /**
     * How a command ended.
     *
     * @param exit its exit code
     * @param text what it wrote
     */
    public record Said(int exit, String text) {}

    /** Runs a command of the distribution in a site, however it ends. */
    public Said bridgeheadIn(String site, String... arguments) throws IOException {
        return said(place.command(site, command(arguments)));
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(home()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Said said(List<String> command) throws IOException {
        Process process = launcher(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(end(process), output);
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
        for (Process node : nodes.values()) {
            node.destroyForcibly();
            end(node);
        }
        place.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
