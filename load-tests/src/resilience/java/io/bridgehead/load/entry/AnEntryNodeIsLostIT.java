package io.bridgehead.load.entry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.bridgehead.load.process.Program;
import io.bridgehead.load.process.Programs;
import io.bridgehead.load.process.Tool;
import io.bridgehead.load.wan.Lan;
import io.bridgehead.load.wan.Watch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of a site, and clients that reach them in the three ways of docs/two-nodes.md: by an address that keepalived moves, with the page's own
 * configuration; by a balancer of TCP that asks the probe port every two seconds, which HAProxy stands for here and which tries nothing twice; and by
 * two addresses of one name. The node that holds the address stops, is killed, or its machine is gone.
 */
final class AnEntryNodeIsLostIT {
    private static final List<String> NODES = List.of("n1", "n2");
    private static final int CLIENTS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration AFTERMATH = Duration.ofSeconds(12);

    private static Path folder;
    private static Programs programs;
    private static Lan lan;
    private static HttpServer endpoint;
    private static EntryNodes nodes;
    private final List<EntryClients> clients = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        assertThat(Tool.CURL.path()).isNotEmpty();
        folder = Files.createTempDirectory(Path.of("/tmp"), "bh-entry");
        programs = new Programs(folder);
        lan = Lan.up(List.of("n1", "n2", "app", "lb", "who"));
        for (String node : NODES) {
            lan.in(node, () -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_nonlocal_bind"), "1"));
        }
        endpoint = lan.in("app", AnEntryNodeIsLostIT::serve);
        nodes = new EntryNodes(programs, lan, NODES);
        nodes.startAll(lan.of("app") + ":" + endpoint.getAddress().getPort());
        startBalancer();
        for (String node : NODES) {
            startKeepalived(node);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (programs != null) {
            programs.close();
        }
        if (endpoint != null) {
            endpoint.stop(0);
        }
        if (lan != null) {
            lan.close();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static HttpServer serve() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("0.0.0.0", 0), 256);
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = "served\n".getBytes(StandardCharsets.US_ASCII);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.setExecutor(
                Executors.newFixedThreadPool(8, Thread.ofPlatform().daemon().factory()));
        server.start();
        return server;
    }

    private static void startBalancer() throws IOException {
        Path file = Files.writeString(folder.resolve("balancer.cfg"), """
                defaults
                  mode tcp
                  retries 0
                  timeout connect 1s
                  timeout client 350s
                  timeout server 350s
                frontend entry
                  bind %s:%d
                  default_backend nodes
                backend nodes
                  balance roundrobin
                  option httpchk GET /ready
                  default-server check port %d inter 2s fall 2 rise 2
                  server n1 %s:%d
                  server n2 %s:%d
                """.formatted(
                        lan.of("lb"),
                        EntryNodes.HTTP,
                        EntryNodes.PROBE,
                        lan.of("n1"),
                        EntryNodes.HTTP,
                        lan.of("n2"),
                        EntryNodes.HTTP));
        programs.start("balancer", lan.command("lb", List.of(Tool.HAPROXY.path(), "-db", "-f", file.toString())), Map.of());
    }

    /** With the page's configuration, as the host that is the first or the other one. */
    private static void startKeepalived(String node) throws IOException {
        String text = Page.file("/etc/keepalived/keepalived.conf").replace("10.1.0.100/24", EntryNodes.MOVING + "/24");
        if (!node.equals(NODES.getFirst())) {
            text = text.replaceAll("priority( +)110", "priority$1100");
        }
        Path own = Files.createDirectory(folder.resolve("keepalived-" + node));
        Path file = Files.writeString(own.resolve("keepalived.conf"), text);
        List<String> command = List.of(
                Tool.KEEPALIVED.path(), "--dont-fork", "--log-console", "--vrrp",
                "--use-file=" + file, "--pid=" + own.resolve("pid"), "--vrrp_pid=" + own.resolve("vrrp"));
        programs.start("keepalived-" + node, lan.command(node, command), Map.of());
    }

    @BeforeEach
    void ask() {
        for (String node : NODES) {
            nodes.awaitReady(node);
        }
        Watch.until("one node holds the address", PATIENCE, () -> holders().size() == 1, AnEntryNodeIsLostIT::logs);
        String first = holders().getFirst();
        clients.add(begin("moving address", List.of(EntryNodes.MOVING)));
        clients.add(begin("balancer", List.of(lan.of("lb"))));
        clients.add(begin("two addresses", List.of(lan.of(first), lan.of(other(first)))));
        Watch.until(
                "two seconds in which all is well by every way",
                PATIENCE,
                () -> {
                    clients.forEach(EntryClients::forget);
                    Watch.during(Duration.ofSeconds(2));
                    return clients.stream()
                            .allMatch(way -> way.answered() > CLIENTS
                                    && way.lost() + way.unreached() + way.bad() == 0
                                    && way.longestMillis() < 250);
                },
                () -> clients + logs());
        clients.forEach(EntryClients::forget);
    }

    private EntryClients begin(String way, List<String> addresses) {
        List<InetSocketAddress> to = addresses.stream()
                .map(address -> new InetSocketAddress(address, EntryNodes.HTTP))
                .toList();
        return lan.in("who", () -> EntryClients.start(way, to, EntryNodes.HOST, CLIENTS));
    }

    @AfterEach
    void heal() {
        clients.forEach(EntryClients::close);
        for (String node : NODES) {
            plug(node, true);
            if (nodes.process(node).hasEnded()) {
                nodes.start(node);
            }
        }
    }

    private static String other(String node) {
        return NODES.get(1 - NODES.indexOf(node));
    }

    private static List<String> holders() {
        return NODES.stream()
                .filter(node -> programs.run(
                                lan.command(node, List.of("ip", "-brief", "address", "show", "eth0")), Map.of(), 10)
                        .contains(EntryNodes.MOVING + "/"))
                .toList();
    }

    private static String logs() {
        StringBuilder all = new StringBuilder();
        for (String name : List.of("keepalived-n1", "keepalived-n2", "balancer", "n1", "n2")) {
            try {
                all.append("\n== ").append(name).append('\n').append(Files.readString(folder.resolve(name + ".log")));
            } catch (IOException e) {
                all.append(e);
            }
        }
        return all.toString();
    }

    /** Lets it happen, waits until nothing more comes of it, and prints what clients saw. */
    private void lose(String how, Runnable loss) {
        loss.run();
        Watch.during(AFTERMATH);
        clients.forEach(way -> System.out.println(how + ", " + way));
        assertThat(clients).allSatisfy(way -> assertThat(way.bad()).as(way::toString).isZero());
    }

    private void assertWithin(int way, double millis, long lost) {
        EntryClients seen = clients.get(way);
        assertThat(seen.longestMillis()).as(seen::toString).isLessThan(millis);
        assertThat(seen.lost()).as(seen::toString).isLessThanOrEqualTo(lost);
    }

    private static void signal(Program process, String signal) {
        programs.run(List.of("kill", "-" + signal, Long.toString(process.pid())), Map.of(), 10);
    }

    @Test
    void keepalivedTakesThePagesConfigurationWithoutAWarning() throws IOException {
        for (String node : NODES) {
            assertThat(Files.readString(folder.resolve("keepalived-" + node + ".log")))
                    .doesNotContainIgnoringCase("warning")
                    .doesNotContainIgnoringCase("security violation")
                    .contains("VRRP_Script(bridgehead) succeeded");
        }
    }

    @Test
    void aNodeThatStopsIsLeftBeforeItGoes() {
        String node = holders().getFirst();
        Program process = nodes.process(node);
        lose("stopped", () -> signal(process, "TERM"));
        Watch.until("it has ended", PATIENCE, process::hasEnded, AnEntryNodeIsLostIT::logs);
        assertThat(holders()).containsExactly(other(node));
        assertWithin(0, 1_500, 2 * CLIENTS);
        assertWithin(1, 1_500, 0);
        assertWithin(2, 1_500, 0);
    }

    @Test
    void aNodeThatIsKilledIsLeftWhenProbesFail() {
        String node = holders().getFirst();
        lose("killed", () -> signal(nodes.process(node), "KILL"));
        assertThat(holders()).containsExactly(other(node));
        // who comes again at once may find the port of the dying process still open, or be sent to it by the balancer, and lose a second one
        assertWithin(0, 5_000, 4 * CLIENTS);
        assertWithin(1, 6_000, 4 * CLIENTS);
        assertWithin(2, 1_500, 4 * CLIENTS);
    }

    @Test
    void aMachineThatIsGoneIsLeftWhenItIsSilent() {
        String node = holders().getFirst();
        lose("gone", () -> plug(node, false));
        assertWithin(0, 5_000, 2 * CLIENTS);
        assertWithin(1, 10_000, 4 * CLIENTS);
        assertWithin(2, 5_000, 2 * CLIENTS);
    }

    private static void plug(String node, boolean in) {
        try {
            lan.plug(node, in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
