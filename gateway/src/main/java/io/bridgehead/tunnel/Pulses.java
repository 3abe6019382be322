package io.bridgehead.tunnel;

import io.bridgehead.model.NodeName;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The pulse of every node that proved its name to this one; as many as the authority named, for the life of this process. */
final class Pulses {
    private final ConcurrentMap<NodeName, Pulse> byNode = new ConcurrentHashMap<>();

    Pulse of(NodeName node, long now) {
        return byNode.computeIfAbsent(node, _ -> new Pulse(now));
    }
}
