package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.NodeConfig.Listener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which keys of gateway.yaml a reload would put in force and are not, each with what it was and will be. Nothing that is secret is shown. */
final class ReloadDifferences {
    /** A key that a reload takes. */
    private record Live(String key, Function<NodeConfig, @Nullable Object> value) {}

    private static final List<Live> LIVE = List.of(
            new Live("tunnel.peers", config -> config.tunnel().peers()),
            new Live("gateways", config -> config.gateways().names()),
            new Live("secrets", config -> config.gateways().secrets()),
            new Live("folders", NodeConfig::folders),
            new Live("identity.bundleEndpoint", config -> config.identity().bundleEndpoint()),
            new Live("jwt", NodeConfig::jwt),
            new Live("trust.endpoints", config -> config.trust().endpoints()),
            new Live("trust.unsafeEndpoints", config -> config.trust().unsafeEndpoints()),
            new Live("trust.defaultDeny", config -> config.trust().defaultDeny()),
            new Live("trust.hosts", config -> config.trust().hosts()),
            new Live("admin.remote.operators", ReloadDifferences::operators),
            new Live("limits", NodeConfig::limits),
            new Live("telemetry", NodeConfig::telemetry));

    private static final String ONE = "listeners[]";
    private static final String ONE_BEGINS = "^listeners\\[]\\.";

    private ReloadDifferences() {}

    /** The keys that it knows, besides {@code listeners}. */
    static List<String> keys() {
        return LIVE.stream().map(Live::key).toList();
    }

    /**
     * What would be put in force.
     *
     * @param now the configuration in force
     * @param served its listeners as they are served
     * @param next what a reload may put in force, as {@link RestartNeeds#keeping} says
     */
    static List<String> of(NodeConfig now, List<Listener> served, NodeConfig next) {
        List<String> lines = listeners(served, next.listeners());
        for (Live live : LIVE) {
            lines.addAll(KeyDifferences.of(
                    live.key(), live.value().apply(now), live.value().apply(next)));
        }
        return lines;
    }

    private static List<String> listeners(List<Listener> served, List<Listener> next) {
        Map<String, Listener> before = byName(served);
        Map<String, Listener> after = byName(next);
        List<String> lines = new ArrayList<>();
        after.forEach((name, listener) -> {
            Listener known = before.get(name);
            if (known == null) {
                lines.add("listener " + name + ": is opened at port " + listener.port());
            } else if (!known.equals(listener)) {
                KeyDifferences.of(ONE, known, listener)
                        .forEach(line -> lines.add("listener " + name + line.replaceFirst(ONE_BEGINS, ": ")));
            }
        });
        before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .forEach(name -> lines.add("listener " + name + ": is closed"));
        return lines;
    }

    private static Map<String, Listener> byName(List<Listener> listeners) {
        Map<String, Listener> named = new LinkedHashMap<>();
        listeners.forEach(listener -> named.put(listener.name(), listener));
        return named;
    }

    private static @Nullable Object operators(NodeConfig config) {
        NodeConfig.RemoteAdmin remote = config.admin().remote();
        return remote == null ? null : remote.operators();
    }
}
