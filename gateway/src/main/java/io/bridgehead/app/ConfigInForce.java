package io.bridgehead.app;

import io.bridgehead.config.NodeConfig;
import io.bridgehead.config.NodeConfig.Listener;
import io.bridgehead.model.OwnedBy;
import io.bridgehead.model.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The configuration that a node goes by now: that of its start, until a reload puts another in its place. */
@OwnedBy(Owner.ANY_THREAD)
final class ConfigInForce {
    private volatile Known known;

    /** @param listeners those that are served: not all of the configuration, where a port could not be opened */
    private record Known(NodeConfig config, List<Listener> listeners) {}

    ConfigInForce(NodeConfig started) {
        this.known = new Known(started, started.listeners());
    }

    NodeConfig now() {
        return known.config;
    }

    /** Its listeners as they are served. */
    List<Listener> listeners() {
        return known.listeners;
    }

    /** Another is in force, but for listeners of these names, which stay as they were; one of them that was not there is not there now. */
    void use(NodeConfig next, Set<String> stayed) {
        List<Listener> listeners = new ArrayList<>(next.listeners());
        listeners.removeIf(listener -> stayed.contains(listener.name()));
        listeners.addAll(known.listeners.stream()
                .filter(listener -> stayed.contains(listener.name()))
                .toList());
        known = new Known(next, List.copyOf(listeners));
    }
}
