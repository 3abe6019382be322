package io.bridgehead.cli.doctor;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.model.HostPort;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Whether the names of the other nodes are known, their ports reached, and this node reached by them. */
final class PeerCheck {
    private static final Duration WAIT = Duration.ofSeconds(4);
    private static final Duration NAMES_SLOW = Duration.ofSeconds(1);
    private static final int USUAL_MTU = 1500;
    private static final int LEAST_MTU = 1280;

    private final NodeConfig config;
    private final Optional<NodeFacts> node;

    PeerCheck(NodeConfig config, Optional<NodeFacts> node) {
        this.config = config;
        this.node = node;
    }

    /** Looks up every name by which nodes find each other, all at once, and says which names of endpoints the node cannot find. */
    List<Finding> names() {
        Findings found = new Findings("dns");
        Map<String, Callable<String>> lookups = new LinkedHashMap<>();
        for (String host : hosts()) {
            lookups.put(host, () -> {
                long begin = System.nanoTime();
                int addresses = InetAddress.getAllByName(host).length;
                Duration took = Duration.ofNanos(System.nanoTime() - begin);
                return took.compareTo(NAMES_SLOW) > 0 ? "slow: " + took.toMillis() + " ms" : addresses + " addresses";
            });
        }
        all(lookups).forEach((host, answer) -> {
            if (answer.problem != null) {
                found.error(
                        host,
                        answer.problem instanceof UnknownHostException ? "has no address" : answer.text(),
                        "correct the name in gateway.yaml or in DNS; 'getent hosts " + host
                                + "' asks as the node does");
            } else if (answer.good.startsWith("slow")) {
                found.warning(host, answer.good, "have a name server near, which remembers answers");
            } else {
                found.ok(host, answer.good);
            }
        });
        node.ifPresent(facts -> facts.sentences("names")
                .forEach(problem -> found.warning(
                        "", problem, "correct the endpoint's name in the document, or dns.servers in gateway.yaml")));
        return found.all();
    }

    private Set<String> hosts() {
        Set<String> hosts = new LinkedHashSet<>();
        for (HostPort address : addresses()) {
            hosts.add(address.host());
        }
        for (HostPort own : new @Nullable HostPort[] {
            config.tunnel().advertise(),
            config.cluster().enabled() ? config.cluster().advertise() : null
        }) {
            if (own != null) {
                hosts.add(own.host());
            }
        }
        return hosts;
    }

    private Set<HostPort> addresses() {
        Set<HostPort> all = new LinkedHashSet<>(config.tunnel().peers());
        if (config.cluster().enabled()) {
            all.addAll(config.cluster().members());
        }
        NodeConfig.RemoteRenewal renewal = config.identity().renewal();
        if (renewal != null) {
            all.addAll(renewal.from());
        }
        return all;
    }

    /** Dials what the node does not say it has reached, and says who has dialed it. */
    List<Finding> reached() {
        Findings found = new Findings("peers");
        Map<String, Callable<String>> dials = new LinkedHashMap<>();
        for (HostPort address : addresses()) {
            String use = config.tunnel().peers().contains(address) ? "tunnel " : "cluster ";
            if (!isToldOf(found, address)) {
                dials.put(use + address, () -> dial(address));
            }
        }
        all(dials).forEach((about, answer) -> dialed(found, about, answer));
        if (addresses().isEmpty()) {
            found.note("", "the configuration names no other node", "");
        }
        node.ifPresent(facts -> inward(found, facts));
        return found.all();
    }

    /** Whether the node itself knows how the tunnel to an address is. */
    private boolean isToldOf(Findings found, HostPort address) {
        Optional<JsonObject> row = node.stream()
                .flatMap(facts -> facts.tunnelRows().stream())
                .filter(tunnel -> address.toString().equals(tunnel.getString("address")))
                .findFirst();
        if (row.isEmpty()) {
            return false;
        }
        String state = row.get().getString("state", "");
        String about = "tunnel " + address;
        if (state.equals("up") || state.equals("duplicate") || state.equals("same-site") || state.equals("self")) {
            found.ok(
                    about,
                    state
                            + (row.get().getString("node", "").isEmpty()
                                    ? ""
                                    : ", " + row.get().getString("node"))
                            + (state.equals("up") ? ", round trip " + row.get().getString("roundTrip") : ""));
            return true;
        }
        String error = row.get().getString("lastError", "");
        found.error(
                about,
                "the node says: " + state + (error.isEmpty() ? "" : ", " + error),
                "see what the next lines say of the port; 'bridgehead get tunnels' shows it live");
        return false;
    }

    private static String dial(HostPort address) throws IOException {
        try (Socket socket = new Socket()) {
            long begin = System.nanoTime();
            socket.connect(target(address), Math.toIntExact(WAIT.toMillis()) / 2);
            return "the port is open, after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms";
        }
    }

    @SuppressWarnings("AddressSelection") // the first address is the one that the system would take
    private static InetSocketAddress target(HostPort address) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    }

    private static void dialed(Findings found, String about, Answer answer) {
        Exception problem = answer.problem;
        if (problem == null) {
            found.ok(about, answer.good);
        } else if (problem instanceof UnknownHostException) {
            found.error(about, "the name has no address", "see dns");
        } else if (problem instanceof SocketTimeoutException || problem instanceof CancellationException) {
            found.error(
                    about,
                    "nothing answers: what is sent there is dropped",
                    "open the port from this machine: firewall, security group, network ACL, route");
        } else {
            found.error(
                    about,
                    answer.text(),
                    "is the node there running, does it listen on an address that is reached, and does the load balancer pass it?");
        }
    }

    /** Nodes of the own site have tunnels while no cluster shows them to each other, and each ends its own: nothing follows from one alone. */
    private void inward(Findings found, NodeFacts facts) {
        HostPort advertise = config.tunnel().advertise();
        for (JsonObject tunnel : facts.tunnelRows()) {
            String name = tunnel.getString("node", "");
            String state = tunnel.getString("state", "");
            boolean neighbour = config.site().name().value().equals(tunnel.getString("site"));
            if (name.isEmpty() || neighbour || !(state.equals("up") || state.equals("inbound"))) {
                continue;
            }
            int accepted = tunnel.getInteger("connectionsAccepted", 0);
            String about = "tunnel from " + name;
            if (accepted > 0) {
                found.ok(about, "it dials this node: " + accepted + " connections came in");
            } else if (advertise == null) {
                found.note(
                        about,
                        "it does not dial this node, which has no tunnel.advertise: everything goes over what this node dials",
                        "");
            } else {
                found.warning(
                        about,
                        "no connection of it came in, while this node is advertised as " + advertise,
                        "name " + advertise + " in tunnel.peers there and open the port from there to here;"
                                + " without it both directions go over what this node dials");
            }
        }
    }

    /** The interfaces that lead to other machines, each with its MTU. */
    private Map<String, Integer> interfaces() {
        Map<String, Integer> interfaces = new LinkedHashMap<>();
        for (HostPort address : addresses()) {
            try (DatagramSocket socket = new DatagramSocket()) {
                // Sends nothing: it asks the system which way it would take.
                socket.connect(target(address));
                NetworkInterface way = NetworkInterface.getByInetAddress(socket.getLocalAddress());
                if (way != null && !way.isLoopback()) {
                    interfaces.put(way.getName(), way.getMTU());
                }
            } catch (IOException ignored) {
                // Names and routes have findings of their own.
            }
        }
        return interfaces;
    }

    /** The largest packet on the way to the other nodes, as far as this end tells. */
    List<Finding> mtu(Path proc) {
        return mtu(proc, interfaces());
    }

    /** @param interfaces each with its MTU */
    static List<Finding> mtu(Path proc, Map<String, Integer> interfaces) {
        Findings found = new Findings("mtu");
        boolean probes = !KernelCheck.read(proc.resolve("sys/net/ipv4/tcp_mtu_probing"), "1")
                .equals("0");
        interfaces.forEach((name, mtu) -> {
            if (mtu < LEAST_MTU) {
                found.warning(
                        name, "MTU " + mtu, "expected at least " + LEAST_MTU + ": ip link set " + name + " mtu 1500");
            } else if (mtu > USUAL_MTU && !probes) {
                found.note(
                        name,
                        "MTU " + mtu + ", and the way to other clouds usually takes 1500 or less",
                        "let ICMP 'fragmentation needed' pass, or sysctl -w net.ipv4.tcp_mtu_probing=1");
            } else {
                found.ok(name, "MTU " + mtu);
            }
        });
        return found.all();
    }

    /** How a question was answered; one of both is there. */
    private record Answer(String good, @Nullable Exception problem) {
        String text() {
            return problem == null ? good : String.valueOf(problem.getMessage());
        }
    }

    /** Asks all at once and waits for each a while. */
    private static Map<String, Answer> all(Map<String, Callable<String>> questions) {
        Map<String, Answer> answers = new LinkedHashMap<>();
        // Not waited for at the end: who looks up a name cannot be interrupted.
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Future<String>> asked = new ArrayList<>(
                    threads.invokeAll(List.copyOf(questions.values()), WAIT.toMillis(), TimeUnit.MILLISECONDS));
            for (String question : questions.keySet()) {
                answers.put(question, answer(asked.removeFirst()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdownNow();
        }
        return answers;
    }

    private static Answer answer(Future<String> asked) throws InterruptedException {
        try {
            return new Answer(asked.get(), null);
        } catch (CancellationException e) {
            return new Answer("", new CancellationException("no answer within " + WAIT.toSeconds() + " s"));
        } catch (ExecutionException e) {
            return new Answer("", e.getCause() instanceof Exception cause ? cause : e);
        }
    }
}
