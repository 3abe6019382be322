package io.bridgehead.app;

import io.bridgehead.app.GatewayPorts.PortProblem;
import io.bridgehead.compile.GatewayTerms;
import io.bridgehead.compile.gateway.GatewayTable;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.manifest.SecretManifest;
import io.bridgehead.config.manifest.read.ManifestFiles;
import io.bridgehead.config.manifest.read.ManifestMemory;
import io.bridgehead.control.GatewayKeeper;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import io.bridgehead.routing.GatewayPort;
import io.bridgehead.telemetry.NodeLog;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The Gateways of a node in a fabric: opens those that its configuration names, reads the Secrets that they refer to, and says how every
 * manifest stands.
 *
 * <p><b>Threads</b>: any; its methods exclude each other, and may block.
 */
@OwnedBy(Owner.ANY_THREAD)
final class NodeGateways implements GatewayKeeper {
    private final GatewayPorts ports;
    private final NodeLog log;
    private final Clock clock;
    private final StatusBook book;
    private final ManifestMemory memory = new ManifestMemory();
    private GatewayTable table = GatewayTable.EMPTY;
    private Map<String, String> closed = Map.of();
    private List<String> told = List.of();
    private NodeConfig.Realised configured = new NodeConfig.Realised(List.of(), null);
    private long print;
    private volatile Set<Integer> openPorts = Set.of();

    NodeGateways(GatewayPorts ports, NodeLog log, Clock clock) {
        this.ports = ports;
        this.log = log;
        this.clock = clock;
        this.book = new StatusBook(clock);
    }

    /** How every manifest stands. */
    StatusBook book() {
        return book;
    }

    /** The ports that Gateways describe: endpoints may not lie there. Never waits. */
    Set<Integer> openPorts() {
        return openPorts;
    }

    /** What documents are to be compiled with, by this configuration and the files of Secrets as they are now. */
    synchronized GatewayTerms terms(NodeConfig.Realised next) {
        configured = next;
        return new GatewayTerms(
                new HashSet<>(configured.names()), read(configured.secrets()), new ManifestCheck(clock));
    }

    /** What it was configured with last. */
    synchronized NodeConfig.Realised configured() {
        return configured;
    }

    /** Whether files of Secrets have changed since they were read. */
    synchronized boolean haveSecretsChanged() {
        Path secrets = configured.secrets();
        return secrets != null && ManifestFiles.fingerprint(List.of(secrets)) != print;
    }

    private List<SecretManifest> read(@Nullable Path folder) {
        if (folder == null) {
            return List.of();
        }
        print = ManifestFiles.fingerprint(List.of(folder));
        ManifestReading reading = ManifestFiles.read(List.of(folder), memory);
        List<String> problems = reading.refused().stream().map(Object::toString).toList();
        problems.stream().filter(problem -> !told.contains(problem)).forEach(log::warn);
        told = problems;
        return reading.manifests().stream()
                .filter(SecretManifest.class::isInstance)
                .map(SecretManifest.class::cast)
                .toList();
    }

    @Override
    public synchronized void prepare(GatewayTable next) {
        if (next.equals(table)) {
            return;
        }
        boolean samePorts = next.plan().equals(table.plan());
        table = next;
        book.write(table.statuses(), closed);
        if (!samePorts) {
            openPorts = next.plan().ports().stream().map(GatewayPort::port).collect(Collectors.toUnmodifiableSet());
            follow(ports.use(next.plan()));
        }
    }

    /** Tries again what could not be opened. */
    synchronized void retry() {
        if (!closed.isEmpty()) {
            follow(ports.retry());
        }
    }

    private void follow(CompletionStage<List<PortProblem>> opening) {
        opening.whenComplete((failures, failure) ->
                opened(failures == null ? Map.of("", String.valueOf(failure)) : byPort(failures)));
    }

    private synchronized void opened(Map<String, String> failures) {
        failures.forEach((port, why) -> {
            if (!Objects.equals(closed.get(port), why)) {
                log.warn("port " + port + " is not open: " + why);
            }
        });
        closed = Map.copyOf(failures);
        book.write(table.statuses(), closed);
    }

    /** Why ports are not open, by name. */
    static Map<String, String> byPort(List<PortProblem> failures) {
        Map<String, String> byPort = new HashMap<>();
        failures.stream()
                // a listener whose keys cannot be used refuses its own clients; the port is open for the others
                .filter(failure -> failure.listener() == null)
                .forEach(failure -> byPort.merge(failure.port(), failure.message(), (a, b) -> a + "; " + b));
        return byPort;
    }
}
