package io.bridgehead.app;

import io.bridgehead.compile.CompileContext;
import io.bridgehead.compile.CompileResult;
import io.bridgehead.compile.Compiler;
import io.bridgehead.compile.TrafficPolicies;
import io.bridgehead.compile.gateway.Condition;
import io.bridgehead.compile.gateway.GatewayCompiler;
import io.bridgehead.compile.gateway.GatewayTable;
import io.bridgehead.compile.gateway.ObjectStatus;
import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.manifest.Gateway;
import io.bridgehead.config.manifest.GatewayClass;
import io.bridgehead.config.manifest.Listener;
import io.bridgehead.config.manifest.ListenerSet;
import io.bridgehead.config.manifest.Manifest;
import io.bridgehead.config.manifest.ManifestReading;
import io.bridgehead.config.manifest.ParentReference;
import io.bridgehead.config.manifest.Route;
import io.bridgehead.config.schema.Place;
import io.bridgehead.model.ServiceName;
import io.bridgehead.routing.ServiceRoute;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What manifests would be told in their status by a node that serves them alone: references that lead nowhere, listeners and routes that are not
 * accepted, rules that are not supported. For {@code validate --strict}.
 */
public final class ManifestProblems {
    private static final Path NO_SOCKET = Path.of("none");

    private final Set<Told> told = new LinkedHashSet<>();

    private ManifestProblems() {}

    /**
     * What one of them would be told.
     *
     * @param path the key, such as {@code spec.rules}
     * @param reason a word of the Gateway API
     */
    public record Told(Place place, String path, String reason, String message) {
        /** As a line for people. */
        @Override
        public String toString() {
            return place + ": " + path + ": " + reason + ": " + message;
        }
    }

    /** Each with its place. Nothing when there is no Gateway: then the set is a part of another. */
    public static List<Told> of(ManifestReading reading, Clock clock) {
        if (reading.manifests().stream().noneMatch(Gateway.class::isInstance)) {
            return List.of();
        }
        NodeConfig node = StandaloneConfig.at(NO_SOCKET);
        CompileContext context = CompileContext.of(node, Set.of());
        Map<ServiceName, ServiceRoute> fabric = new HashMap<>();
        if (new Compiler(context).compile(reading.documents(), "0") instanceof CompileResult.Compiled compiled) {
            compiled.table().services().forEach(service -> fabric.put(service.name(), service));
        }
        GatewayTable table = GatewayCompiler.compile(
                reading.manifests(),
                new GatewayCompiler.Context(
                        context.site(),
                        new GatewayCompiler.Common(
                                context.callersOfSilent(reading.documents()), TrafficPolicies.of(reading.documents())),
                        fabric,
                        new ManifestCheck(clock),
                        _ -> true));
        ManifestProblems problems = new ManifestProblems();
        table.statuses().forEach(problems::add);
        return List.copyOf(problems.told);
    }

    private void add(ObjectStatus status) {
        Manifest manifest = status.manifest();
        if (manifest instanceof GatewayClass) {
            return;
        }
        for (ObjectStatus.ListenerStatus listener : status.listeners()) {
            add(manifest, "spec.listeners[" + indexOf(manifest, listener.name()) + "]", listener.conditions());
        }
        if (manifest instanceof Route route) {
            for (ObjectStatus.ParentStatus parent : status.parents()) {
                addParent(route, parent.parent(), parent.conditions());
            }
        }
        add(manifest, "spec", status.conditions());
    }

    private void addParent(Route route, ParentReference parent, List<Condition> conditions) {
        String reference = "spec.parentRefs[" + route.parentRefs().indexOf(parent) + "]";
        for (Condition condition : conditions) {
            boolean ofRules = !condition.type().equals(Condition.ACCEPTED);
            add(route, ofRules ? "spec.rules" : reference, List.of(condition));
        }
    }

    private void add(Manifest manifest, String path, List<Condition> conditions) {
        for (Condition condition : conditions) {
            if (isProblem(condition)) {
                told.add(new Told(manifest.source().place(path), path, condition.reason(), condition.message()));
            }
        }
    }

    /** What is not served because of another problem is none of its own. */
    private static boolean isProblem(Condition condition) {
        return switch (condition.type()) {
            case Condition.ACCEPTED, Condition.RESOLVED_REFS -> !condition.status();
            case Condition.PARTIALLY_INVALID -> condition.status();
            default -> false;
        };
    }

    private static int indexOf(Manifest manifest, String listener) {
        List<Listener> listeners = switch (manifest) {
            case Gateway gateway -> gateway.listeners();
            case ListenerSet set -> set.listeners();
            default -> List.of();
        };
        return listeners.stream().map(Listener::name).toList().indexOf(listener);
    }
}
