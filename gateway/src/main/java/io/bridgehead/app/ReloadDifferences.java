package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.NodeConfig.Listener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which keys of gateway.yaml a reload would put in force and are not, in a few words each. Nothing that may be secret is shown. */
final class ReloadDifferences {
    /**
     * A key that a reload takes.
     *
     * @param shown whether both values are said
     */
    private record Live(String key, Function<NodeConfig, @Nullable Object> value, boolean shown) {}

    private static final List<Live> LIVE = List.of(
            new Live("tunnel.peers", config -> config.tunnel().peers(), true),
            new Live("gateways", NodeConfig::gateways, false),
            new Live("folders", NodeConfig::folders, false),
            new Live("identity.bundleEndpoint", config -> config.identity().bundleEndpoint(), false),
            new Live("jwt", NodeConfig::jwt, false),
            new Live("trust.endpoints", config -> config.trust().endpoints(), true),
            new Live("trust.unsafeEndpoints", config -> config.trust().unsafeEndpoints(), true),
            new Live("trust.defaultDeny", config -> config.trust().defaultDeny(), true),
            new Live("trust.hosts", config -> config.trust().hosts(), false),
            new Live("admin.remote.operators", ReloadDifferences::operators, false),
            new Live("limits", NodeConfig::limits, false),
            new Live("telemetry", NodeConfig::telemetry, false));

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
            Object before = live.value().apply(now);
            Object after = live.value().apply(next);
            if (!Objects.equals(before, after)) {
                lines.add(live.key() + ": "
                        + (live.shown()
                                ? RestartNeeds.shown(before, after)
                                : before == null ? "new" : after == null ? "none any more" : "another"));
            }
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
                lines.add("listener " + name + ": changes"
                        + (known.port() == listener.port()
                                ? ""
                                : ", from port " + known.port() + " to " + listener.port()));
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
