package io.bridgehead.app;

import io.bridgehead.authn.JwtTerms;
import io.bridgehead.config.NodeConfig.DatagramLimits;
import io.bridgehead.listen.ClientRules;
import io.bridgehead.listen.DatagramSpec;
import io.bridgehead.listen.ListenerProblem;
import io.bridgehead.listen.ListenerSpec;
import io.bridgehead.listen.Listeners;
import io.bridgehead.listen.ServerNames;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.model.SpiffeId;
import io.bridgehead.proxy.ForwardedCertificate.Mode;
import io.bridgehead.routing.GatewayPlan;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.routing.GatewayPort.Kind;
import io.bridgehead.tls.ManifestMaterial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All open ports of a node: those of its configuration, and those that Gateways describe. Each kind is replaced without the other; names
 * of the second begin with {@code gateway:}, which no configured name can.
 *
 * <p>Threads: any one at a time, which may take some milliseconds for certificates.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class GatewayPorts implements AutoCloseable {
    private final Supplier<Terms> terms;
    private final Listeners listeners;
    private final GatewayTls tls;
    private final ManifestMaterial material;
    private volatile List<ListenerSpec> configured = List.of();
    private volatile List<ListenerSpec> described = List.of();
    private List<DatagramSpec> datagrams = List.of();
    private volatile GatewayPlan wanted = GatewayPlan.NONE;
    private Tokens tokens;
    private volatile List<PortProblem> problems = List.of();

    /**
     * Ports of which none is open yet.
     *
     * @param terms as they are now
     * @param material for connections to endpoints; follows what is described
     * @param tokens what is taken of tokens at ports that Gateways describe, until another configuration says otherwise
     */
    GatewayPorts(Supplier<Terms> terms, Listeners listeners, GatewayTls tls, ManifestMaterial material, Tokens tokens) {
        this.tokens = tokens;
        this.material = material;
        this.terms = terms;
        this.listeners = listeners;
        this.tls = tls;
    }

    /**
     * What holds for every port that Gateways describe.
     *
     * @param identity what callers are called there, who prove nothing
     */
    record Terms(SpiffeId identity, int connectionsMax, ClientRules clients, DatagramLimits datagrams) {
        private ListenerSpec of(ListenerSpec spec) {
            return new ListenerSpec(
                    spec.name(),
                    spec.host(),
                    spec.port(),
                    spec.protocol(),
                    identity,
                    connectionsMax,
                    clients,
                    spec.edge());
        }

        private DatagramSpec of(DatagramSpec spec) {
            return datagrams(spec.name(), spec.host(), spec.port());
        }

        private DatagramSpec datagrams(String name, String host, int port) {
            return new DatagramSpec(
                    name,
                    host,
                    port,
                    identity,
                    datagrams.sessionsMax(),
                    datagrams.idleTimeout().toMillis());
        }
    }

    /** What ports take of JSON Web Tokens. */
    @FunctionalInterface
    interface Tokens {
        /** What a port takes; null when nobody looks at them there. */
        @Nullable
        JwtTerms at(GatewayPort port);

        /** Whether the configuration opens all Gateways of a port; where it does not, what it says of the port is no answer. */
        default boolean opens(GatewayPort port) {
            return true;
        }
    }

    /**
     * Why a port, or material for endpoints, is not as manifests describe it.
     *
     * @param port its name, or that of the material
     * @param listener the one listener of a port for TLS that does not work, as people know it; null for the whole port
     * @param reason for programs; {@link ListenerProblem.Reason#OTHER} for a listener's material
     * @param message for people
     */
    public record PortProblem(String port, @Nullable String listener, ListenerProblem.Reason reason, String message) {}

    /**
     * What is taken of tokens at ports that Gateways describe from now on, by a configuration that is about to be in force. Ports that are
     * open stay as they are until {@link #configure}.
     */
    synchronized void expect(Tokens next) {
        tokens = next;
    }

    /**
     * Opens the ports of a configuration, and closes those that are not in it any more.
     *
     * @param taken of tokens at ports that Gateways describe, by this configuration
     */
    synchronized CompletionStage<List<ListenerProblem>> configure(List<ListenerSpec> specs, Tokens taken) {
        configured = List.copyOf(specs);
        tokens = taken;
        Terms now = terms.get();
        described = described.stream().map(spec -> taking(now.of(spec))).toList();
        datagrams = datagrams.stream().map(now::of).toList();
        Set<String> names = new HashSet<>();
        specs.forEach(spec -> names.add(spec.name()));
        return reconcile()
                .thenApply(all -> all.stream()
                        .filter(problem -> names.contains(problem.listener()))
                        .toList());
    }

    /**
     * Opens the ports that Gateways describe, and closes those that they do not describe any more. What stays as it was keeps its
     * connections; other certificates are shown to clients that come from now on. Material for endpoints counts for connections to them
     * from now on; it is in force when this returns, so that a table that needs it may follow at once.
     *
     * @return completes with what could not be done, while the rest is; empty when all is as described
     */
    public synchronized CompletionStage<List<PortProblem>> use(GatewayPlan plan) {
        wanted = plan;
        GatewayTls.Change change = tls.change(plan.ports());
        List<PortProblem> found = new ArrayList<>(change.problems());
        replaceMaterial(plan, found);
        List<ListenerSpec> specs = new ArrayList<>();
        List<DatagramSpec> udp = new ArrayList<>();
        Terms now = terms.get();
        for (GatewayPort port : plan.ports()) {
            if (port.kind() == Kind.UDP) {
                udp.add(now.datagrams(port.name(), port.address(), port.port()));
            } else {
                specs.add(spec(port, change, now));
            }
        }
        datagrams = List.copyOf(udp);
        described = List.copyOf(specs);
        return reconcile().thenApply(all -> {
            change.retire();
            if (change.trustChanged()) {
                listeners.recheck();
            }
            all.forEach(problem -> {
                if (isDescribed(problem.listener())) {
                    found.add(new PortProblem(problem.listener(), null, problem.reason(), problem.message()));
                }
            });
            problems = List.copyOf(found);
            return problems;
        });
    }

    /**
     * Tries again what could not be done when ports were last described, as for a port that another process had.
     *
     * @return as {@link #use}
     */
    public synchronized CompletionStage<List<PortProblem>> retry() {
        return problems.isEmpty() ? CompletableFuture.completedStage(List.of()) : use(wanted);
    }

    /** What was wrong when ports were last described. */
    public List<PortProblem> problems() {
        return problems;
    }

    /** What the port of this name takes of tokens now; null when nobody looks at them there, or there is no such port. Never waits. */
    @Nullable
    JwtTerms taken(String name) {
        return Stream.concat(configured.stream(), described.stream())
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .map(spec -> spec.edge().tokens())
                .orElse(null);
    }

    private @Nullable GatewayPort described(String name) {
        return wanted.ports().stream()
                .filter(port -> port.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private void replaceMaterial(GatewayPlan plan, List<PortProblem> found) {
        Map<String, ManifestMaterial.Pair> certificates = new HashMap<>();
        plan.clientCertificates()
                .forEach((name, given) ->
                        certificates.put(name, new ManifestMaterial.Pair(given.certificatePem(), given.keyPem())));
        material.replace(plan.authorities(), certificates)
                .forEach((name, why) -> found.add(new PortProblem(name, null, ListenerProblem.Reason.OTHER, why)));
    }

    private static boolean isDescribed(String name) {
        return name.indexOf(':') >= 0;
    }

    private CompletionStage<List<ListenerProblem>> reconcile() {
        List<ListenerSpec> all = new ArrayList<>(configured);
        all.addAll(described);
        return listeners.reconcile(all, datagrams);
    }

    private ListenerSpec taking(ListenerSpec spec) {
        GatewayPort port = described(spec.name());
        return port == null ? spec : spec.with(spec.edge().taking(taken(port)));
    }

    /**
     * What a port takes. One of a Gateway that the configuration opens no longer stays open until documents are compiled for that, which may
     * be refused: it goes on taking what it took.
     */
    private @Nullable JwtTerms taken(GatewayPort port) {
        if (port.kind() != Kind.HTTP && port.kind() != Kind.TLS) {
            return null;
        }
        JwtTerms before = tokens.opens(port) ? null : taken(port.name());
        return before == null ? tokens.at(port) : before;
    }

    private ListenerSpec spec(GatewayPort port, GatewayTls.Change change, Terms now) {
        boolean named = port.kind() == Kind.TLS;
        return new ListenerSpec(
                port.name(),
                port.address(),
                port.port(),
                switch (port.kind()) {
                    case HTTP -> ListenerSpec.Protocol.HTTP;
                    case TLS -> ListenerSpec.Protocol.NAMED_TLS;
                    case TCP, UDP -> ListenerSpec.Protocol.TCP;
                },
                now.identity(),
                now.connectionsMax(),
                now.clients(),
                (named
                                ? ListenerSpec.Edge.named(new ServerNames(change.names(port.name())), Mode.SANITIZE_SET)
                                : new ListenerSpec.Edge(null, true, Mode.SANITIZE_SET))
                        .taking(taken(port)));
    }

    @Override
    public synchronized void close() {
        tls.close();
    }
}
